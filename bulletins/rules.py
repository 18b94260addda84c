"""The row that rules a district's briefings, or what every district starts with.

A row is never edited: it ends and a new one begins. The numbers are proposals of ours until a district sets its own.
"""

import datetime as dt
from dataclasses import asdict, dataclass
from typing import cast

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from bulletins.models import BulletinRule
from grids.backends import standing_for
from grids.models import Grid
from grids.roles import Permission

KEPT = 30


@dataclass(frozen=True)
class Rules:
    """Who publishes, and how much is said."""

    needs_second_person: bool = True
    minimum: int = 10
    """So many orders have to have fallen due for a place among the ranked, and to be named among the overdue."""
    last: int = 3
    cases: int = 3


def of(tree_id: int) -> Rules:
    """Return what holds now in a district: one query."""
    row = cast("BulletinRule | None", BulletinRule.objects.filter(district__tree_id=tree_id, valid_to=None).first())
    if row is None:
        return Rules()
    return Rules(row.needs_second_person, row.minimum, row.last, row.cases)


@transaction.atomic
def change(district: Grid, wanted: Rules, *, actor: User, now: dt.datetime | None = None) -> None:
    """Let these rules hold for briefings that are composed and published from now on."""
    moment = now or timezone.now()
    posts = standing_for(actor).nodes(Permission.MANAGE_RULES)
    if not any(post.tree_id == district.tree_id for post in posts):
        raise PermissionDenied(_("Your posts do not let you change the rules of this district."))
    Grid.objects.select_for_update().get(pk=district.pk)
    if of(district.tree_id) == wanted:
        return
    BulletinRule.objects.filter(district=district, valid_to=None).update(valid_to=moment)
    made = BulletinRule.objects.create(district=district, valid_from=moment, changed_by=actor, **asdict(wanted))
    audit.record(actor, "bulletins.change_rules", made, asdict(wanted))


def ended(district_id: int) -> list[BulletinRule]:
    """Return the rows that held before, the latest first."""
    rows = BulletinRule.objects.filter(district_id=district_id, valid_to__isnull=False).select_related("changed_by")
    return cast("list[BulletinRule]", list(rows.order_by("-valid_to", "-id")[:KEPT]))
