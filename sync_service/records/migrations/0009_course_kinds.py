from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0008_working_days")]

    operations = [
        migrations.AddField("course", "other_classes", models.JSONField(default=list)),
        migrations.AddField("substitution", "other_classes", models.JSONField(default=list)),
        migrations.AddField("lesson", "form", models.TextField(default=""), preserve_default=False),
        migrations.AddField("lesson", "hours", models.DecimalField(decimal_places=2, max_digits=5, null=True)),
    ]
