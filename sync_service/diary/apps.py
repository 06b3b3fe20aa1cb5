from django.apps import AppConfig


class DiaryConfig(AppConfig):
    name = "sync_service.diary"
    verbose_name = "Дневник"
