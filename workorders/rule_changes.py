"""Changing a district's limits, ladder and categories. A rule is never edited: its row ends and a new one begins,
so that an order keeps what held when it was accepted. Permission: `workorders.manage_rules`, checked by the pages.
"""

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any, cast

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from grids.backends import standing_for
from grids.models import Grid
from grids.roles import Permission
from workorders import category_options
from workorders.models import Category, EscalationStep, Limit


@dataclass(frozen=True)
class Cell:
    """What a limit is for; blanks and None mean "any"."""

    stage: str
    category_id: int | None = None
    difficulty: str = ""
    level: str = ""
    urgency: str = ""
    profile: str = ""

    @property
    def is_general(self) -> bool:
        return self.category_id is None and not (self.difficulty or self.level or self.urgency or self.profile)


def _locked(district: Grid, actor: User) -> Grid:
    """Let one person at a time change a district's rules."""
    if not any(post.tree_id == district.tree_id for post in standing_for(actor).nodes(Permission.MANAGE_RULES)):
        raise PermissionDenied(_("Your posts do not let you change the rules of this district."))
    locked: Grid = Grid.objects.select_for_update().get(pk=district.pk)
    return locked


@transaction.atomic
def set_limit(
    district: Grid, cell: Cell, *, actor: User, value: int, unit: str, warn_percent: int, now: dt.datetime | None = None
) -> Limit:
    """Let this limit hold in the cell from now on; the same again changes nothing."""
    moment = now or timezone.now()
    _locked(district, actor)
    present = _limit_at(district, cell)
    wanted = {"value": value, "unit": unit, "warn_percent": warn_percent}
    if present is not None:
        if all(getattr(present, name) == given for name, given in wanted.items()):
            return present
        _end(present, moment)
    made = Limit.objects.create(district=district, valid_from=moment, changed_by=actor, **asdict(cell), **wanted)
    audit.record(actor, "workorders.change_limit", made, asdict(cell) | wanted)
    return made


@transaction.atomic
def clear_limit(district: Grid, cell: Cell, *, actor: User, now: dt.datetime | None = None) -> None:
    """Let the cell inherit again. The general row of a stage stays: every stage needs an answer."""
    _locked(district, actor)
    if cell.is_general:
        raise ValidationError(_("The general limit of a stage cannot be removed, only changed."))
    present = _limit_at(district, cell)
    if present is not None:
        _end(present, now or timezone.now())
        audit.record(actor, "workorders.change_limit", present, asdict(cell) | {"value": None})


def _limit_at(district: Grid, cell: Cell) -> Limit | None:
    return cast("Limit | None", Limit.objects.filter(district=district, valid_to=None, **asdict(cell)).first())


def _end(row: Limit | EscalationStep, now: dt.datetime) -> None:
    row.valid_to = max(now, row.valid_from)
    row.save(update_fields=["valid_to"])


@transaction.atomic
def set_step(
    district: Grid, urgency: str, position: int, *, actor: User, now: dt.datetime | None = None, **wanted: Any
) -> EscalationStep:
    """Let a step of this urgency's ladder be so from now on; the position after the last adds a step at the top.

    The first step of an urgency without a ladder of its own begins one.
    """
    moment = now or timezone.now()
    _locked(district, actor)
    steps = {step.position: step for step in steps_in_force(district, urgency)}
    if position not in steps and position != max(steps, default=-1) + 1:
        raise ValidationError(_("Steps are added at the top of the ladder only."))
    present = steps.get(position)
    if present is not None:
        if all(getattr(present, name) == given for name, given in wanted.items()):
            return present
        _end(present, moment)
    made = EscalationStep.objects.create(
        district=district, urgency=urgency, position=position, valid_from=moment, changed_by=actor, **wanted
    )
    audit.record(actor, "workorders.change_ladder", made, {"urgency": urgency, "position": position} | wanted)
    return made


@transaction.atomic
def remove_step(district: Grid, urgency: str, position: int, *, actor: User, now: dt.datetime | None = None) -> None:
    """Take the top step off a ladder; the lowest one of the general ladder stays."""
    _locked(district, actor)
    steps = steps_in_force(district, urgency)
    if not steps or steps[-1].position != position or (len(steps) == 1 and not urgency):
        raise ValidationError(_("Only the top step can be removed, and the lowest one stays."))
    _end(steps[-1], now or timezone.now())
    audit.record(
        actor, "workorders.change_ladder", steps[-1], {"urgency": urgency, "position": position, "value": None}
    )


def steps_in_force(district: Grid, urgency: str) -> list[EscalationStep]:
    """Return the ladder of an urgency as it is now, lowest step first; empty where it has none of its own."""
    steps = EscalationStep.objects.filter(district=district, urgency=urgency, valid_to=None)
    return cast("list[EscalationStep]", list(steps.order_by("position")))


@transaction.atomic
def save_category(category: Category, *, actor: User) -> Category:
    """Add or change a category; one cannot become its own ancestor, and one in use keeps its code."""
    if not standing_for(actor).has(Permission.MANAGE_RULES):
        raise PermissionDenied(_("Your posts do not let you change the rules of this district."))
    Category.objects.select_for_update().order_by("pk").first()  # One at a time, so that no circle closes.
    above, seen = category.parent, {category.pk} - {None}
    while above is not None:
        if above.pk in seen:
            raise ValidationError({"parent": _("A category cannot stand below itself.")})
        seen.add(above.pk)
        above = above.parent
    category.full_clean()
    category.save()
    category_options.forget()
    audit.record(actor, "workorders.change_category", category, {"code": category.code, "active": category.is_active})
    return category
