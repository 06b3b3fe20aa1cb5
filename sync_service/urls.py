"""The addresses of the whole service: today the diary is all of it."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [path("", include("sync_service.diary.urls"))]

handler400 = "sync_service.diary.errors.bad_request"
handler403 = "sync_service.diary.errors.forbidden"
handler404 = "sync_service.diary.errors.not_found"
handler500 = "sync_service.diary.errors.broken"
