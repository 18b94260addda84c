"""Portraits of people on duty, as the public page shows them: small, clean, one to a person."""

import secrets
from collections.abc import Callable, Iterator
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.http import HttpRequest

from accounts import audit
from accounts.models import User
from accounts.pictures import CleanPhoto, NotStored, why_not_stored

ROOT = "people"
Acquaintance = Callable[[User, User], bool]
_acquainted: list[Acquaintance] = []


def register_acquaintance(answers: Acquaintance) -> None:
    """Let a higher app say that (viewer, person) are colleagues: that the viewer is shown the person's name by it."""
    _acquainted.append(answers)


def may_see(viewer: User, person: User) -> bool:
    """Say whether the viewer may see this portrait: their own, a colleague's, or that of an account they manage."""
    if viewer.pk == person.pk or any(answers(viewer, person) for answers in _acquainted):
        return True
    return viewer.has_perm("accounts.manage_users") and User.objects.managed_by(viewer).filter(pk=person.pk).exists()


@transaction.atomic
def change(user: User, picture: CleanPhoto | None, *, actor: User, request: HttpRequest | None = None) -> User:
    """Give a person this portrait, or none; the file of the former one goes.

    Raises PermissionDenied for a superuser's account, NotStored when the storage refuses.
    """
    locked = User.objects.select_for_update().get(pk=user.pk)
    if locked.is_superuser and not actor.is_superuser:
        raise PermissionDenied
    former = locked.photo.name
    audit.record(actor, "accounts.edit_user", subject=locked, detail={"fields": ["photo"]}, request=request)
    locked.photo = _stored(picture) if picture is not None else ""
    locked.save(update_fields=["photo"])
    if former:
        transaction.on_commit(lambda: default_storage.delete(former))
    return locked


def orphans(older_than: datetime) -> Iterator[tuple[str, int]]:
    """Find stored portraits, last written before this moment, that are nobody's; with their size in bytes."""
    if not default_storage.exists(ROOT):
        return
    named = set(User.objects.exclude(photo="").values_list("photo", flat=True))
    for name in (f"{ROOT}/{file}" for file in default_storage.listdir(ROOT)[1]):
        if name not in named and default_storage.get_modified_time(name) < older_than:
            yield name, default_storage.size(name)


def _stored(picture: CleanPhoto) -> str:
    name = f"{ROOT}/{secrets.token_urlsafe(18)}.jpg"
    try:
        return default_storage.save(name, ContentFile(picture.thumbnail))
    except OSError as error:
        default_storage.delete(name)
        raise NotStored(why_not_stored(error), code="not_stored") from error
