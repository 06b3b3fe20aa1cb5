"""Why a final mark is as it is; how many minutes a kind of work takes."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0006_roster_life'),
    ]

    operations = [
        migrations.AddField(
            model_name='finalmark',
            name='grounds',
            field=models.TextField(default=''),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='finalmark',
            name='order_ref',
            field=models.TextField(default=''),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='worktype',
            name='minutes',
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AlterField(
            model_name='worktype',
            name='assessment',
            field=models.BooleanField(null=True),
        ),
    ]
