"""The regime of an extended-day group; orders by which a group is joined and left."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0010_bells_of_days")]

    operations = [
        migrations.AddField("groupmember", "enrolled_order", models.TextField(default=""), preserve_default=False),
        migrations.AddField("groupmember", "left_order", models.TextField(default=""), preserve_default=False),
        migrations.CreateModel(
            name="RegimeLine",
            fields=[
                ("key", models.TextField(primary_key=True, serialize=False)),
                ("recorded_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("term", models.CharField(max_length=2)),
                ("start", models.TimeField(null=True)),
                ("end", models.TimeField(null=True)),
                ("what", models.TextField()),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.course"
                    ),
                ),
            ],
            options={"abstract": False},
        ),
    ]
