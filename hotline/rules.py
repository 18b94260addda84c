"""The rows that rule call-backs and key supervision: the district's own where it has any, else what each starts with.

A row is never edited: it ends and a new one begins, so that a draw can name the row it was made by. Shares, weights
and spans are proposals until a district's own are known (DOMAIN.md §2.9: they differ by year, never coded).
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import cast

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from grids.backends import standing_for
from grids.models import Grid
from grids.roles import Permission
from hotline.calling import CallTrait, Grade, MeasureKey
from hotline.models import CallRule, Measure, Request
from hotline.states import RequestKind, profile_for
from workorders.states import LimitUnit

WHOLE = 100
LONGEST = 3650


@dataclass(frozen=True)
class Cell:
    """For which requests a share holds; blanks mean "any"."""

    kind: str = ""
    source: str = ""
    urgency: str = ""
    profile: str = ""
    trait: str = ""

    @property
    def is_general(self) -> bool:
        return self == Cell()

    @property
    def weight(self) -> int:
        """How specific it is: the kind weighs more than the rule, that more than urgency, that more than source."""
        return 8 * bool(self.kind) + 4 * bool(self.profile) + 2 * bool(self.urgency) + bool(self.source)


@dataclass(frozen=True)
class Share:
    """The share of a cell in percent; `row` is the district's own, None where the usual one holds."""

    cell: Cell
    percent: int
    row: CallRule | None = None


USUAL: dict[Cell, int] = {
    Cell(): 30,
    Cell(kind=RequestKind.COMPLAINT): WHOLE,
    Cell(trait=CallTrait.KEY): WHOLE,
    Cell(trait=CallTrait.REOPENED): WHOLE,
    Cell(trait=CallTrait.DISSATISFIED): WHOLE,
}


@dataclass(frozen=True)
class Span:
    value: int
    unit: str = ""


MEASURES: dict[str, Span] = {
    MeasureKey.CALL_TRIES: Span(3),
    MeasureKey.CALL_PAUSE: Span(4, LimitUnit.WORKING_HOUR),
    MeasureKey.CLAIM: Span(1, LimitUnit.HOUR),
    MeasureKey.CLOSE_AFTER: Span(3, LimitUnit.WORKING_DAY),
    MeasureKey.WEIGHT_1: Span(0),
    MeasureKey.WEIGHT_2: Span(0),
    MeasureKey.WEIGHT_3: Span(60),
    MeasureKey.WEIGHT_4: Span(80),
    MeasureKey.WEIGHT_5: Span(100),
    MeasureKey.KEY_SAME_ORDER: Span(30, LimitUnit.CALENDAR_DAY),
    MeasureKey.KEY_SAME_PHONE: Span(30, LimitUnit.CALENDAR_DAY),
    MeasureKey.KEY_OVERDUE: Span(1, LimitUnit.WORKING_DAY),
    MeasureKey.YELLOW_CARD: Span(1, LimitUnit.WORKING_DAY),
}
"""Numbers without a unit are times or percent."""
LEAST = {MeasureKey.CALL_TRIES: 1, MeasureKey.CALL_PAUSE: 1, MeasureKey.CLAIM: 1, MeasureKey.CLOSE_AFTER: 1}
WEIGHTS = {grade.value: MeasureKey(f"weight_{grade.value}") for grade in Grade}


def shares(district_id: int) -> dict[Cell, Share]:
    """Return the shares that hold in a district now, the usual ones included: one query."""
    rows = cast("list[CallRule]", list(CallRule.objects.filter(district_id=district_id, valid_to=None).order_by("id")))
    own = {cell: Share(cell, row.share, row) for row in rows for cell in [cell_of(row)]}
    return {cell: Share(cell, percent) for cell, percent in USUAL.items()} | own


def cell_of(row: CallRule) -> Cell:
    return Cell(row.kind, row.source, row.urgency, row.profile, row.trait)


def share_for(known: Collection[Share], matter: Request, traits: Collection[str]) -> Share:
    """Return the share that holds for a request: its most specific row, or that of a trait where it is greater.

    Pure. Of rows equally specific the greater share holds; a trait's row may name a kind as well.
    """
    facts = {
        "kind": matter.kind,
        "source": matter.source,
        "urgency": matter.urgency,
        "profile": profile_for(matter.kind),
    }
    fit = [share for share in known if all(getattr(share.cell, name) in {"", facts[name]} for name in facts)]
    plain = [share for share in fit if not share.cell.trait]
    best = max(plain, key=lambda share: (share.cell.weight, share.percent), default=Share(Cell(), 0))
    heard = [share for share in fit if share.cell.trait and share.cell.trait in traits]
    return max([best, *heard], key=lambda share: share.percent)


def measures(district_id: int) -> dict[str, Span]:
    """Return the numbers of a district as they hold now: one query."""
    rows = cast("list[Measure]", list(Measure.objects.filter(district_id=district_id, valid_to=None)))
    return MEASURES | {row.key: Span(row.value, row.unit) for row in rows}


def weights(known: dict[str, Span]) -> dict[int, int]:
    """Return the weight of each grade in percent."""
    return {grade: known[key].value for grade, key in WEIGHTS.items()}


@transaction.atomic
def set_share(
    district: Grid, cell: Cell, *, actor: User, share: int | None, now: dt.datetime | None = None
) -> CallRule | None:
    """Let this share (percent) hold for the cell from now on; None takes the district's own row away again.

    The same again changes nothing. Raises ValidationError, PermissionDenied.
    """
    moment = now or timezone.now()
    _locked(district, actor)
    if share is not None and not 0 <= share <= WHOLE:
        raise ValidationError({"share": _("Give a share from 0 to 100 percent.")})
    own = CallRule.objects.filter(district=district, valid_to=None, **cell.__dict__)
    present = cast("CallRule | None", own.first())
    if (present.share if present else None) == share:
        return present
    own.update(valid_to=moment)
    detail = {name: value for name, value in cell.__dict__.items() if value} | {"share": share}
    if share is None:
        audit.record(actor, "hotline.change_call_rule", present, detail)
        return None
    made = CallRule.objects.create(district=district, valid_from=moment, changed_by=actor, share=share, **cell.__dict__)
    audit.record(actor, "hotline.change_call_rule", made, detail)
    return made


@transaction.atomic
def set_measure(
    district: Grid, key: str, *, actor: User, value: int, unit: str = "", now: dt.datetime | None = None
) -> None:
    """Let a number of the district be so from now on. Raises ValidationError, PermissionDenied."""
    moment = now or timezone.now()
    _locked(district, actor)
    usual = MEASURES[key]
    if not usual.unit:
        unit = ""
    elif unit not in LimitUnit.values:
        raise ValidationError({"unit": _("Choose the unit from the list.")})
    top = WHOLE if key in WEIGHTS.values() else LONGEST
    if not LEAST.get(MeasureKey(key), 0) <= value <= top:
        raise ValidationError({"value": _("This number is out of bounds.")})
    if measures(district.pk)[key] == Span(value, unit):
        return
    Measure.objects.filter(district=district, key=key, valid_to=None).update(valid_to=moment)
    made = Measure.objects.create(
        district=district, valid_from=moment, changed_by=actor, key=key, value=value, unit=unit
    )
    audit.record(actor, "hotline.change_measure", made, {"key": key, "value": value, "unit": unit})


def _locked(district: Grid, actor: User) -> None:
    """Let one person at a time change a district's rules."""
    if not any(post.tree_id == district.tree_id for post in standing_for(actor).nodes(Permission.MANAGE_RULES)):
        raise PermissionDenied(_("Your posts do not let you change the rules of this district."))
    Grid.objects.select_for_update().get(pk=district.pk)
