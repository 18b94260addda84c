"""First passwords of accounts that a list of workers made: taken along once by who had it written, then forgotten."""

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from rosters.errors import InvalidRoster
from rosters.models import Batch, Row, StagedWorker
from rosters.states import BatchKind

Waiting = tuple[str, str, str]
"""Name, sign-in name and first password."""


def are_waiting(batch: Batch) -> bool:
    """Say whether there are passwords that nobody has taken along yet."""
    return batch.kind == BatchKind.WORKERS and _staged(batch).exists()


@transaction.atomic
def take(batch: Batch, *, actor: User) -> list[Waiting]:
    """Return the accounts that were made, each with its first password, and forget the passwords.

    Raises PermissionDenied for anybody but who had the list written, InvalidRoster where they were taken already.
    """
    batch = Batch.objects.select_for_update(of=("self",), no_key=True).get(pk=batch.pk)
    if batch.decided_by_id != actor.pk:
        raise PermissionDenied(_("Only who had the list written may take the passwords along."))
    staged = {one.pk: one for one in _staged(batch)}
    if not staged:
        raise InvalidRoster(_("The passwords were taken along already; new ones are given on the page of the person."))
    accounts = dict(Row.objects.filter(pk__in=staged).values_list("pk", "target_id"))
    users = User.objects.in_bulk([key for key in accounts.values() if key is not None])
    found = [
        (users[key].display_name, users[key].username, staged[pk].first_password or "")
        for pk, key in sorted(accounts.items())
        if key in users
    ]
    StagedWorker.objects.filter(pk__in=staged).update(first_password=None)
    audit.record(actor, "rosters.passwords", batch, {"count": len(found)})
    return found


def _staged(batch: Batch) -> models.QuerySet[StagedWorker]:
    keys = (batch.first_key, batch.last_key)
    return StagedWorker.objects.filter(pk__range=keys, first_password__isnull=False).order_by("pk")
