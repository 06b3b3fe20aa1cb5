"""Handing out logins: one per person, a log of every step, no password kept."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import identify_hasher
from django.core.management import call_command
from django.test import RequestFactory, override_settings

from sync_service import settings as service
from sync_service.accounts import issuing
from sync_service.accounts.issuing import AccountError
from sync_service.accounts.models import Account, CredentialIssue, Role
from sync_service.domain import access

NOW = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=1)

pytestmark = pytest.mark.django_db


def issue(person="P7K3M", role=Role.PUPIL, name="Берёзкина Варвара"):
    return issuing.issue(person, role, name, by="Иванова А. П.", at=NOW, school_class="9А")


def comes_in(login, password):
    return authenticate(RequestFactory().post("/login/"), login=login, password=password)


def log():
    return list(CredentialIssue.objects.values_list("action", "person", "by"))


def test_an_issued_login_lets_its_owner_in_and_must_be_changed():
    issued = issue()
    account = comes_in(issued.login, issued.password)
    assert (account.person, account.role, account.must_change) == ("P7K3M", "pupil", True)
    assert (account.issued_at, account.issued_by) == (NOW, "Иванова А. П.")


def test_the_password_stands_nowhere_in_the_database(tmp_path):
    issued = issue()
    issuing.reset(issued.login, by="x", at=LATER)
    dump = tmp_path / "dump.json"
    call_command("dumpdata", "accounts", output=str(dump))
    assert issued.login in dump.read_text()
    assert issued.password not in dump.read_text()
    assert issued.password not in repr(issued)


@override_settings(PASSWORD_HASHERS=service.PASSWORD_HASHERS)
def test_the_hash_is_argon2_with_memory_a_school_pc_has():
    kept = Account.objects.get(login=issue().login).password
    assert identify_hasher(kept).algorithm == "argon2"
    assert "m=19456,t=2,p=1" in kept


def test_a_guardians_login_derives_from_nothing_personal():
    issued = issue("P7K3M-1", Role.GUARDIAN, "Берёзкина Мария")
    assert "p7k3m" not in issued.login
    again = issue("P4D8W-1", Role.GUARDIAN, "Берёзкина Мария")
    assert again.login != issued.login


def test_a_second_login_for_the_same_person_is_refused():
    first = issue()
    with pytest.raises(AccountError, match=first.login):
        issue()
    assert Account.objects.count() == 1


def test_a_taken_login_is_not_issued_again(monkeypatch):
    made = iter(["kafu3947", "kafu3947", "nevu6634"])
    monkeypatch.setattr(issuing, "new_login", lambda: next(made))
    assert [issue().login, issue("P4D8W").login] == ["kafu3947", "nevu6634"]


def test_a_reset_ends_the_old_password():
    first = issue()
    second = issuing.reset("P7K3M", by="Петров", at=LATER)
    assert second.login == first.login
    assert comes_in(first.login, first.password) is None
    assert comes_in(first.login, second.password).must_change


def test_a_reset_asks_for_a_new_own_password_again():
    account = issuing.find(issue().login)
    issuing.change_own(account, "три весёлых кота", at=NOW)
    assert not issuing.find("P7K3M").must_change
    issuing.reset("P7K3M", by="x", at=LATER)
    assert issuing.find("P7K3M").must_change


def test_a_blocked_login_does_not_let_in_until_it_is_unblocked():
    issued = issue()
    issuing.block(issued.login, by="Петров", at=LATER)
    assert comes_in(issued.login, issued.password) is None
    assert issuing.find(issued.login).blocked_at == LATER
    issuing.unblock("P7K3M", by="Петров", at=LATER)
    assert comes_in(issued.login, issued.password) is not None


def test_a_blocked_login_gets_no_new_password():
    issued = issue()
    issuing.block(issued.login, by="Петров", at=LATER)
    with pytest.raises(AccountError, match="заблокирован"):
        issuing.reset(issued.login, by="Петров", at=LATER)


def test_every_step_leaves_one_line_in_the_log():
    issued = issue()
    issuing.change_own(issuing.find(issued.login), "три весёлых кота", at=NOW)
    issuing.reset(issued.login, by="Петров", at=NOW)
    issuing.block(issued.login, by="Петров", at=NOW)
    issuing.block(issued.login, by="Петров", at=NOW)
    issuing.unblock(issued.login, by="Петров", at=NOW)
    assert log() == [
        ("issued", "P7K3M", "Иванова А. П."),
        ("changed", "P7K3M", "Берёзкина Варвара"),
        ("reset", "P7K3M", "Петров"),
        ("blocked", "P7K3M", "Петров"),
        ("unblocked", "P7K3M", "Петров"),
    ]


def test_an_unknown_login_is_a_sentence_for_the_operator():
    with pytest.raises(AccountError, match="«nobody»"):
        issuing.find("nobody")


def test_a_login_is_found_however_it_is_typed():
    issued = issue()
    assert issuing.find(issued.login.upper()).person == "P7K3M"
    assert issuing.find("P7K3M").login == issued.login


@pytest.mark.parametrize(("role", "staff"), [(role, role == Role.ADMIN) for role in Role])
def test_only_the_administrator_may_enter_djangos_admin(role, staff):
    account = Account(role=role)
    assert account.is_staff is account.has_perm("x") is account.has_module_perms("accounts") is staff
    account.blocked_at = NOW
    assert not account.is_staff


def test_accounts_and_the_table_of_rights_know_the_same_roles():
    assert set(Role.values) == {role.value for role in access.Role}
