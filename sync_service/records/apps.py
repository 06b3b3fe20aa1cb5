from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "sync_service.records"
    verbose_name = "Официальная запись"
    default_auto_field = "django.db.models.BigAutoField"
