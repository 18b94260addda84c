"""What a person changes in a draft: its title and words, and whom it goes to."""

from collections.abc import Collection, Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from bulletins import access
from bulletins.actions.composing import locked
from bulletins.merging import plain
from bulletins.models import Bulletin, Delivery
from bulletins.states import Mail
from residents import private_numbers

LONGEST = 5000


@transaction.atomic
def edit(item: Bulletin | int, *, actor: User, title: str, texts: Mapping[str, str], version: int) -> Bulletin:
    """Write a draft's title and the texts of its sections; what reads as proposed counts as not written.

    Whoever writes becomes the author. Raises ValidationError naming the section, PermissionDenied, NotPossible, Stale.
    """
    draft = locked(item, version)
    access.check_writes(actor, draft.node)
    _check(title, texts)
    before = (draft.title, [section["text"] for section in draft.sections])
    draft.title = title.strip()
    for section in draft.sections:
        words = texts.get(section["key"])
        if words is not None:
            kept = plain(words)
            section["text"] = None if kept == section["proposed"] else kept
    if before != (draft.title, [section["text"] for section in draft.sections]):
        draft.author = actor
    draft.version += 1
    draft.save(update_fields=["title", "sections", "author", "version"])
    return draft


def _check(title: str, texts: Mapping[str, str]) -> None:
    wrong: dict[str, str] = {}
    if not title.strip() or len(title.strip()) > 120:
        wrong["title"] = _("Write between 1 and 120 characters.")
    for key, words in {"title": title, **texts}.items():
        if len(words) > LONGEST:
            wrong[key] = _("At most 5000 characters.")
        if private_numbers.has_any(words):
            wrong[key] = _("A briefing carries no telephone or identity number of a person.")
    if wrong:
        raise ValidationError(wrong)


@transaction.atomic
def name_recipients(item: Bulletin, *, actor: User, users: Collection[User]) -> int:
    """Name people to whom a draft goes once it is published; returns how many were not named before."""
    draft = locked(item, item.version)
    access.check_writes(actor, draft.node)
    there = set(draft.deliveries.values_list("user_id", flat=True))
    fresh = [user for user in users if user.pk not in there and user.is_active]
    Delivery.objects.bulk_create(
        [Delivery(bulletin=draft, user=user, starts_on=draft.starts_on, state=Mail.NAMED) for user in fresh]
    )
    return len(fresh)


@transaction.atomic
def drop_recipients(item: Bulletin, *, actor: User, users: Collection[int]) -> int:
    """Take people off the list of a draft; returns how many."""
    draft = locked(item, item.version)
    access.check_writes(actor, draft.node)
    return draft.deliveries.filter(user__in=users, state=Mail.NAMED).delete()[0]
