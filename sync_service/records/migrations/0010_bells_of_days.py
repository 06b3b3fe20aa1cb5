from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0009_course_kinds")]

    operations = [
        migrations.AlterField("bell", "slot", models.PositiveSmallIntegerField()),
        migrations.AddField("bell", "since", models.DateField(null=True)),
        migrations.AddField("bell", "until", models.DateField(null=True)),
    ]
