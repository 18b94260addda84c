"""Schemes: added, changed for coming periods, ended. What a period was opened under never changes."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from appraisal.arithmetic import plain
from appraisal.errors import Refusal
from appraisal.models import Assessment, Indicator, Scheme
from appraisal.states import CODES
from grids.backends import require
from grids.models import Grid, Kind
from grids.roles import Permission
from hotline.periods import around

DAY = dt.timedelta(days=1)
HUNDRED = Decimal(100)


@dataclass(frozen=True)
class SchemeFacts:
    """What a version of a scheme says beside its indicators."""

    judged: str
    name: str
    length: str = "month"
    objection_days: int = 5
    points_limit: Decimal = Decimal(20)


@dataclass(frozen=True)
class IndicatorFacts:
    """One line of a scheme."""

    code: str
    weight: Decimal
    name: str = ""
    formula: str = "between"
    target: Decimal = HUNDRED
    floor: Decimal = Decimal(0)
    cap: Decimal = HUNDRED
    minimum: int = 5


@transaction.atomic
def add_scheme(
    district: Grid,
    *,
    actor: User | None,
    facts: SchemeFacts,
    indicators: Sequence[IndicatorFacts],
    valid_from: dt.date,
    now: dt.datetime | None = None,
) -> Scheme:
    """Add a scheme; weights must sum to 100. Raises Refusal naming the field, or PermissionDenied."""
    require(actor, Permission.MANAGE_SCHEMES, district)
    if district.kind != Kind.DISTRICT:
        raise Refusal(_("A scheme is a whole district's."))
    first = around(valid_from, facts.length).first
    scheme = _new(district, uuid.uuid4(), 1, facts, first, actor, now or timezone.now())
    _write(scheme, indicators)
    audit.record(actor, "appraisal.add_scheme", scheme, {"judged": facts.judged})
    return scheme


@transaction.atomic
def change_scheme(
    scheme: Scheme,
    *,
    actor: User | None,
    facts: SchemeFacts,
    indicators: Sequence[IndicatorFacts],
    now: dt.datetime | None = None,
) -> Scheme:
    """Change a scheme for coming periods: a version without periods in place, else a new version that begins after the
    last period that was opened. Whom it judges and how long its periods are stays."""
    moment = now or timezone.now()
    held = _locked(scheme, actor)
    if (facts.judged, facts.length) != (held.judged, held.length):
        raise Refusal(_("Whom a scheme judges and how long its periods are cannot change: end it and add another."))
    newest = Assessment.objects.filter(series=held.series).order_by("-first").first()
    if newest is None or newest.scheme_id != held.pk:
        held.indicators.all().delete()
        for name in ("name", "objection_days", "points_limit"):
            setattr(held, name, getattr(facts, name))
        held.changed_by, held.changed_at = actor, moment
        _check(held)
        held.save()
        fresh = held
    else:
        held.valid_to = newest.last
        held.save(update_fields=["valid_to"])
        fresh = _new(held.district, held.series, held.version + 1, facts, newest.last + DAY, actor, moment)
    _write(fresh, indicators)
    audit.record(actor, "appraisal.change_scheme", fresh, {"version": fresh.version})
    return fresh


@transaction.atomic
def end_scheme(scheme: Scheme, *, actor: User | None, now: dt.datetime | None = None) -> Scheme:
    """Let no further period be opened under a scheme; those that are open go on."""
    held = _locked(scheme, actor)
    newest = Assessment.objects.filter(series=held.series).order_by("-first").first()
    today = timezone.localdate(now)
    held.valid_to = max(held.valid_from, newest.last if newest is not None else today)
    held.save(update_fields=["valid_to"])
    audit.record(actor, "appraisal.end_scheme", held)
    return held


def _locked(scheme: Scheme, actor: User | None) -> Scheme:
    held = Scheme.objects.select_for_update(of=("self",)).select_related("district").get(pk=scheme.pk)
    require(actor, Permission.MANAGE_SCHEMES, held.district)
    if held.valid_to is not None:
        raise Refusal(_("This version of the scheme is no longer in force."))
    return held


def _new(
    district: Grid,
    series: uuid.UUID,
    version: int,
    facts: SchemeFacts,
    valid_from: dt.date,
    actor: User | None,
    now: dt.datetime,
) -> Scheme:
    scheme = Scheme(
        district=district,
        series=series,
        version=version,
        valid_from=valid_from,
        changed_by=actor,
        changed_at=now,
        **vars(facts),
    )
    _check(scheme)
    scheme.save()
    return scheme


def _check(scheme: Scheme) -> None:
    scheme.name = scheme.name.strip()
    _clean(scheme, ["district", "changed_by"])


def _write(scheme: Scheme, indicators: Sequence[IndicatorFacts]) -> None:
    if not indicators:
        raise Refusal(_("A scheme needs indicators."), field="indicators")
    whole = sum((one.weight for one in indicators), Decimal(0))
    if whole != HUNDRED:
        words = _("The weights sum to %(sum)s; they must sum to 100.") % {"sum": plain(whole)}
        raise Refusal(words, field="indicators")
    known = [(one.code, one.name) for one in indicators]
    if len(set(known)) != len(known):
        raise Refusal(_("The same indicator stands here twice."), field="indicators")
    rows = [Indicator(scheme=scheme, position=place, **vars(one)) for place, one in enumerate(indicators)]
    for row in rows:
        if row.code not in CODES[scheme.judged]:
            words = _("“%(name)s” is not counted for whom this scheme judges.") % {"name": row.label}
            raise Refusal(words, field="indicators")
        _clean(row, ["scheme"])
    Indicator.objects.bulk_create(rows)


def _clean(row: Scheme | Indicator, leaving: list[str]) -> None:
    try:
        row.clean_fields(exclude=leaving)
        row.validate_constraints(exclude=leaving)
    except ValidationError as error:
        raise Refusal(" ".join(error.messages), field="indicators" if isinstance(row, Indicator) else "") from error
