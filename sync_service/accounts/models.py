"""Who may come in: one account per person, and the log of what was handed out (DOMAIN 2.2, 2.14).

An account names its person by code and a name to print; everything else about people lives in the record.
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone

from sync_service.accounts.spelling import read_login


class Role(models.TextChoices):
    """DOMAIN 2.12."""

    PUPIL = "pupil", "ученик"
    GUARDIAN = "guardian", "родитель"
    TEACHER = "teacher", "учитель"
    CLASS_TEACHER = "class_teacher", "классный руководитель"
    DEPUTY = "deputy", "дирекция"  # the director and her deputies see the same
    ADMIN = "admin", "администратор"


FAMILY = frozenset({Role.PUPIL, Role.GUARDIAN})


class AccountManager(BaseUserManager["Account"]):
    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(login=read_login(username or ""))


class Account(AbstractBaseUser):
    """`person` is a pupil, guardian or employee code. Blocked accounts keep their row and their history."""

    login = models.CharField("логин", max_length=32, unique=True)
    role = models.CharField("роль", max_length=16, choices=Role.choices)
    person = models.CharField("код человека", max_length=32, unique=True)
    name = models.CharField("имя на памятке", max_length=160)
    school_class = models.CharField("класс", max_length=16, blank=True, default="")
    must_change = models.BooleanField("сменить пароль при входе", default=True)
    issued_at = models.DateTimeField("выдана")
    issued_by = models.CharField("кем выдана", max_length=160)
    blocked_at = models.DateTimeField("заблокирована", null=True, blank=True)
    closes_on = models.DateField("закроется", null=True, blank=True)

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = AccountManager()

    class Meta:
        verbose_name = "учётная запись"
        verbose_name_plural = "учётные записи"
        ordering: ClassVar[list[str]] = ["login"]

    def __str__(self) -> str:
        return self.login

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        """Asked by Django at each request, so a blocked person is out at once, not at the next login."""
        return self.blocked_at is None and (self.closes_on is None or timezone.localdate() < self.closes_on)

    @property
    def is_family(self) -> bool:
        return self.role in FAMILY

    @property
    def is_staff(self) -> bool:
        """May enter Django's own admin pages: the administrator alone."""
        return self.is_active and self.role == Role.ADMIN

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff


class CredentialIssue(models.Model):
    """A line of the credential log (DOMAIN 2.14): what happened to whose login, by whom. Never the password.

    Rows are only added; the name and class are those of that day."""

    class Action(models.TextChoices):
        ISSUED = "issued", "выдан"
        RESET = "reset", "выдан новый пароль"
        CHANGED = "changed", "пароль сменён владельцем"
        BLOCKED = "blocked", "заблокирован"
        UNBLOCKED = "unblocked", "разблокирован"
        CLOSING = "closing", "закроется в срок"

    at = models.DateTimeField("дата")
    action = models.CharField("событие", max_length=16, choices=Action.choices)
    name = models.CharField("Ф.И.О.", max_length=160)
    role = models.CharField("роль", max_length=16, choices=Role.choices)
    school_class = models.CharField("класс", max_length=16, blank=True, default="")
    person = models.CharField("код человека", max_length=32)
    login = models.CharField("логин", max_length=32)
    method = models.CharField("способ выдачи", max_length=64, blank=True, default="")
    by = models.CharField("кем", max_length=160)

    class Meta:
        verbose_name = "строка журнала учётных данных"
        verbose_name_plural = "журнал учётных данных"
        ordering: ClassVar[list[str]] = ["at", "id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["person", "at"], name="credential_person"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%d.%m.%Y} {self.login} {self.get_action_display()}"
