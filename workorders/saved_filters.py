"""A person's saved filters: keep, rename, open by default, remove."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from workorders.models import SavedFilter

MOST = 20
"""Saved filters of one person."""


@transaction.atomic
def save(user: User, *, name: str, query: str, is_default: bool = False) -> SavedFilter:
    """Keep a selection under a name; raises ValidationError for a name in use and beyond `MOST`."""
    User.objects.select_for_update().get(pk=user.pk)
    if SavedFilter.objects.filter(user=user).count() >= MOST:
        raise ValidationError(_("You have %(most)d saved filters already; remove one first.") % {"most": MOST})
    return _store(SavedFilter(user=user, query=query), name, is_default=is_default)


@transaction.atomic
def change(saved: SavedFilter, *, name: str, is_default: bool) -> SavedFilter:
    """Rename a saved filter, or let the list open with it or no longer."""
    User.objects.select_for_update().get(pk=saved.user_id)
    return _store(saved, name, is_default=is_default)


def _store(saved: SavedFilter, name: str, *, is_default: bool) -> SavedFilter:
    others = SavedFilter.objects.filter(user=saved.user_id).exclude(pk=saved.pk)
    saved.name, saved.is_default = name.strip(), is_default
    if others.filter(name=saved.name).exists():
        raise ValidationError({"name": _("You have a saved filter of this name already.")})
    if is_default:
        others.update(is_default=False)
    saved.full_clean()
    saved.save()
    return saved
