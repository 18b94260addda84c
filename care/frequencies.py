"""After how many days somebody is visited again: the district's own rows, else what every district starts with.

Starting values from DOMAIN.md §4.4 (tiers), §1.2 (六必访 and 包网联户 monthly). A row is never edited: it ends and a
new one begins, so that the history stays readable. Changing is for `care.manage_rules`.
"""

import datetime as dt
from typing import cast

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from care.groups import MUST_VISIT, Group
from care.models.rules import CONTACT, KEY_SITE, Frequency
from care.tiers import Tier
from grids.backends import standing_for
from grids.models import Grid
from grids.roles import Permission

STARTING: dict[str, int | None] = {
    Tier.GREEN.value: 180,
    Tier.BLUE.value: 90,
    Tier.YELLOW.value: 30,
    Tier.ORANGE.value: 7,
    Tier.RED.value: 1,
    **{group.value: 30 if group in MUST_VISIT else None for group in Group},
    CONTACT: 30,
    KEY_SITE: 30,
}
LONGEST = 366


def of(district_id: int) -> dict[str, int | None]:
    """Return days by subject (`green` … `red`, the groups, `contact`) as they hold now; None: no visits for this
    alone. One query."""
    rows = cast("list[Frequency]", list(Frequency.objects.filter(district_id=district_id, valid_to=None)))
    return STARTING | {row.subject: row.days for row in rows}


@transaction.atomic
def change(
    district: Grid, subject: str, days: int | None, *, actor: User, now: dt.datetime | None = None
) -> Frequency | None:
    """Let a subject be visited after so many days from now on; None where nothing changes.

    A tier always has a number of days. Raises PermissionDenied, or ValidationError.
    """
    moment = now or timezone.now()
    if not any(post.tree_id == district.tree_id for post in standing_for(actor).nodes(Permission.MANAGE_CARE)):
        raise PermissionDenied(_("Your posts do not let you change the rules of this district."))
    if days is None and subject in Tier.values:
        raise ValidationError({subject: _("A tier always has a number of days.")})
    if days is not None and not 1 <= days <= LONGEST:
        raise ValidationError({subject: _("Between 1 and 366 days.")})
    Grid.objects.select_for_update().get(pk=district.pk)
    if of(district.pk)[subject] == days:
        return None
    Frequency.objects.filter(district=district, subject=subject, valid_to=None).update(valid_to=moment)
    made = Frequency.objects.create(district=district, subject=subject, days=days, valid_from=moment, changed_by=actor)
    audit.record(actor, "care.change_frequency", made, {"subject": subject, "days": days})
    return made
