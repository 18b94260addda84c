"""What is done with corrected places: remember one, retire one."""

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from grids.backends import require, standing_for
from grids.models import Grid, Kind
from grids.roles import Permission
from locating import words
from locating.models import Correction

MAX_REASON = 200
_GRIDS = {Kind.BASE, Kind.DEDICATED, Kind.MICRO}


@transaction.atomic
def correct(text: str, *, actor: User | None, grid: Grid, now: dt.datetime | None = None) -> Correction | None:
    """Remember that the words of an address mean this grid; an earlier correction of the same words is replaced.

    The actor takes reports in, in the grid's district. Returns None where the words may not be kept: they name no
    place, or only a dwelling (`words.key_of`). Raises ValidationError for a node above the grids or one that is closed.
    """
    moment = now or timezone.now()
    if grid.kind not in _GRIDS or (grid.valid_to is not None and grid.valid_to < timezone.localdate(moment)):
        raise ValidationError({"grid": _("Choose a base, dedicated or micro-grid that is in force.")})
    district = Grid.objects.select_for_update(of=("self",), no_key=True).get(
        tree_id=grid.tree_id, kind=Kind.DISTRICT
    )  # two who correct the same words go one after the other
    _demand(actor, grid)
    key = words.key_of(text, words.clean(district.name))
    if not key:
        return None
    older = Correction.objects.filter(district=district, key=key, retired_at=None)
    if same := older.filter(grid=grid).first():
        return same
    older.update(retired_at=moment, retired_by=actor, retired_because=_("Replaced by a later correction."))
    made = Correction.objects.create(district=district, key=key, grid=grid, by=actor, at=moment)
    audit.record(actor, "locating.correct", made, {"grid": grid.pk})
    return made


def _demand(actor: User | None, grid: Grid) -> None:
    """Raise PermissionDenied unless the actor takes reports in: of a community or more of the district, or there."""
    if actor is None:
        return
    posts = [post for post in standing_for(actor).nodes(Permission.ACCEPT) if post.tree_id == grid.tree_id]
    if not actor.is_active or not any(
        post.kind not in _GRIDS or (post.lft <= grid.lft and post.rght >= grid.rght) for post in posts
    ):
        raise PermissionDenied


@transaction.atomic
def retire_correction(
    correction: Correction | int, *, actor: User | None, reason: str, now: dt.datetime | None = None
) -> Correction:
    """End a correction with the reason. Raises ValidationError where none is given or it has ended already."""
    pk = correction if isinstance(correction, int) else correction.pk
    locked = Correction.objects.select_for_update(of=("self",)).select_related("district").get(pk=pk)
    require(actor, Permission.MANAGE_RULES, locked.district)
    if locked.retired_at is not None:
        raise ValidationError(_("This correction was retired already."))
    if not reason.strip():
        raise ValidationError({"reason": _("Give the reason.")})
    if len(reason.strip()) > MAX_REASON:
        raise ValidationError({"reason": _("Keep the reason within 200 characters.")})
    locked.retired_at, locked.retired_by, locked.retired_because = now or timezone.now(), actor, reason.strip()
    locked.save(update_fields=["retired_at", "retired_by", "retired_because"])
    audit.record(actor, "locating.retire_correction", locked)
    return locked
