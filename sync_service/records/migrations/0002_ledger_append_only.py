"""From here on the database itself refuses to change or delete a row of the ledger."""

from django.db import migrations

from sync_service.records import triggers


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]
    operations = [migrations.RunPython(triggers.install, triggers.remove, elidable=False)]
