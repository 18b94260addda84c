"""Changes to accounts: each writes its line in the audit log in the same transaction."""

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts import audit, passwords, sessions, tokens
from accounts.models import User

AccountClosed = Callable[[User], None]
_closed: list[AccountClosed] = []


def on_account_closed(callback: AccountClosed) -> AccountClosed:
    """Have this called with the account in the transaction that closes it; from an app's `AppConfig.ready()`."""
    if callback not in _closed:
        _closed.append(callback)
    return callback


@transaction.atomic
def add_user(*, actor: User | None, fields: Mapping[str, Any], request: HttpRequest | None = None) -> tuple[User, str]:
    """Make an account and its first password, which is shown once and must be changed at the first sign-in."""
    password = passwords.first_password()
    user = User.objects.create_user(password=password, must_change_password=True, **fields)
    audit.record(actor, "accounts.add_user", subject=user, request=request)
    return user, password


@transaction.atomic
def edit_user(user: User, *, actor: User, fields: Mapping[str, Any], request: HttpRequest | None = None) -> User:
    """Change what is written about an account; the audit log names the fields, not their values."""
    locked = _locked(user, actor)
    changed = [name for name, value in fields.items() if getattr(locked, name) != value]
    for name in changed:
        setattr(locked, name, fields[name])
    if changed:
        locked.save(update_fields=changed)
        audit.record(actor, "accounts.edit_user", subject=locked, detail={"fields": changed}, request=request)
    return locked


@transaction.atomic
def reset_password(user: User, *, actor: User, request: HttpRequest | None = None) -> str:
    """Give a new first password; what was signed in under the old one ends."""
    locked = _locked(user, actor)
    password = passwords.first_password()
    locked.set_password(password)
    locked.must_change_password = True
    locked.save(update_fields=["password", "must_change_password"])
    _end_sign_ins(locked)
    audit.record(actor, "accounts.reset_password", subject=locked, request=request)
    return password


@transaction.atomic
def change_password(user: User, new: str, *, request: HttpRequest | None = None) -> None:
    """Set the person's own choice; the tokens of their API clients end with the old password."""
    user.set_password(new)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    tokens.revoke(user)
    audit.record(user, "accounts.change_password", subject=user, request=request)


@transaction.atomic
def set_active(user: User, *, actor: User, is_active: bool, request: HttpRequest | None = None) -> User:
    """Close or reopen an account; closing signs the person out everywhere. Nobody closes their own."""
    locked = _locked(user, actor)
    if locked.pk == actor.pk:
        raise PermissionDenied(_("You cannot close your own account."))
    if locked.is_active != is_active:
        locked.is_active = is_active
        locked.save(update_fields=["is_active"])
        _end_sign_ins(locked)
        action = "accounts.activate_user" if is_active else "accounts.deactivate_user"
        audit.record(actor, action, subject=locked, request=request)
        for callback in _closed if not is_active else ():
            callback(locked)
    return locked


def _locked(user: User, actor: User) -> User:
    locked = User.objects.select_for_update().get(pk=user.pk)
    if locked.is_superuser and not actor.is_superuser:
        raise PermissionDenied
    return locked


def _end_sign_ins(user: User) -> None:
    tokens.revoke(user)
    sessions.end_all_of(user)
