"""The sweep of early warning: ask every rule, tell once of what it finds, remind once, let lapse what is over.

One worker at a time sweeps a district (a lock of the transaction); what it finds is measured against what was told
before (alerts/sameness.py), so that running it again changes nothing.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from alerts import rules, telling
from alerts.finding import FINDERS, STANDING
from alerts.finding.base import Asked, Finding
from alerts.models import EarlyWarning, WarningEvent
from alerts.rules import Watch
from alerts.sameness import Memory, Past, Verdict
from alerts.states import Act, Lapse, RuleKind, Severity, State
from grids.models import Grid

REMEMBERED = dt.timedelta(days=400)
"""So far back a rule knows what it told."""
_LOCK = 20_816


@dataclass
class Done:
    """What a sweep did, or would do: new warnings, reminders, what lapsed."""

    found: list[tuple[Watch, Finding]] = field(default_factory=list)
    grown: int = 0
    lapsed: int = 0

    def __add__(self, other: "Done") -> "Done":
        return Done([*self.found, *other.found], self.grown + other.grown, self.lapsed + other.lapsed)


def run(now: dt.datetime | None = None, *, is_dry: bool = False) -> Done:
    """Sweep every district; with `is_dry` nothing is kept and nobody is told."""
    moment = now or timezone.now()
    done = Done()
    for district in Grid.objects.filter(parent=None, valid_to=None).defer("boundary", "duties").order_by("pk"):
        with transaction.atomic():
            done += sweep(district, moment)
            if is_dry:
                transaction.set_rollback(True)
    return done


@transaction.atomic
def sweep(district: Grid, now: dt.datetime) -> Done:
    """Ask every rule of a district what it finds at this moment."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, district.tree_id])
    watches = rules.of(district.pk)
    done, fresh = Done(), []
    for watch in watches.values():
        if watch.is_active:
            made, one = _ask(district, watch, now)
            fresh += made
            done += one
    done.lapsed += _lapse(district, {code for code, watch in watches.items() if not watch.is_active}, now)
    telling.of_new(fresh, now)
    return done


def _ask(district: Grid, watch: Watch, now: dt.datetime) -> tuple[list[EarlyWarning], Done]:
    today = timezone.localdate(now)
    before = list(_remembered(district, watch, now))
    memory = Memory(_past(row) for row in before)
    on_day = FINDERS[watch.kind](Asked(district, watch, today, today, now))
    verdicts = [(found, memory.judge(found)) for found in on_day(today, memory.told)]
    new = [found for found, verdict in verdicts if verdict == Verdict.NEW]
    open_ = {row.subject: row for row in before if row.is_open}
    grown = [(open_[found.subject], found) for found, verdict in verdicts if verdict == Verdict.GROWN]
    holding = {found.subject for found, _verdict in verdicts}
    lapsing = _lapsing(open_.values(), watch, holding, now)
    made = _make(district, watch, new, now)
    _remind(grown, now)
    _close(lapsing, now)
    return made, Done([(watch, found) for found in new], len(grown), len(lapsing))


def _remembered(district: Grid, watch: Watch, now: dt.datetime) -> Iterable[EarlyWarning]:
    rows = EarlyWarning.objects.filter(district=district, rule=watch.code).found_since(now - REMEMBERED)
    return rows.order_by("pk").select_for_update(of=("self",))


def _past(row: EarlyWarning) -> Past:
    until = None
    if row.closed_at is not None:
        until = max(row.last_on, timezone.localdate(row.closed_at))
    lapsed = row.state == State.LAPSED
    return Past(row.subject, row.size, frozenset(row.evidence), until, row.grown_at is not None, lapsed)


def _make(district: Grid, watch: Watch, found: list[Finding], now: dt.datetime) -> list[EarlyWarning]:
    """Write the new warnings with their first event: three statements, however many."""
    made = EarlyWarning.objects.bulk_create(_row(district, watch, one, now) for one in found)
    WarningEvent.objects.bulk_create(
        WarningEvent(warning=row, at=now, act=Act.FIND, figures=row.figures) for row in made
    )
    counted = EarlyWarning.orders.through
    counted._default_manager.bulk_create(
        counted(earlywarning_id=row.pk, workorder_id=pk)
        for row, one in zip(made, found, strict=True)
        for pk in one.order_ids
    )
    return made


def _row(district: Grid, watch: Watch, found: Finding, now: dt.datetime) -> EarlyWarning:
    severity = Severity(watch.severity)
    point: dict[str, Any] = {"lng": found.point[0], "lat": found.point[1]} if found.point else {}
    return EarlyWarning(
        district=district,
        rule=watch.code,
        kind=watch.kind,
        severity=severity.raised if found.is_grave else severity,
        subject=found.subject,
        node_id=found.node_id,
        category_id=found.category_id if found.category_id is not None else watch.category_id,
        unit_id=found.unit_id,
        organisation_id=found.organisation_id,
        topic_id=found.topic_id,
        facility_id=found.facility_id,
        first_on=found.first_on,
        last_on=found.last_on,
        figures={**found.figures, "rule": watch.given.all(), "name": watch.name, "name_en": watch.name_en},
        size=found.size,
        evidence=sorted(found.evidence),
        found_at=now,
        **point,
    )


def _remind(grown: list[tuple[EarlyWarning, Finding]], now: dt.datetime) -> None:
    """Say once that an undecided matter grew; the figures of its first day stay, the new ones stand in the event."""
    rows = []
    for row, found in grown:
        row.grown_at, row.size = now, found.size
        row.evidence = sorted(set(row.evidence) | found.evidence)
        row.version += 1
        rows.append(row)
    EarlyWarning.objects.bulk_update(rows, ["grown_at", "size", "evidence", "version"])
    WarningEvent.objects.bulk_create(
        WarningEvent(warning=row, at=now, act=Act.GROW, figures=dict(found.figures)) for row, found in grown
    )
    for row, found in grown:
        row.orders.add(*found.order_ids)
    telling.of_grown(rows, now)


def _lapsing(
    rows: Iterable[EarlyWarning], watch: Watch, holding: set[str], now: dt.datetime
) -> list[tuple[EarlyWarning, Lapse]]:
    """Say which open warnings end by themselves: those of a standing matter that is over, and those too old."""
    found = []
    for row in rows:
        if row.found_at <= now - dt.timedelta(days=watch.lapse_days):
            found.append((row, Lapse.TIME))
        elif watch.kind in STANDING and row.subject not in holding:
            found.append((row, Lapse.OVER))
    return found


def _lapse(district: Grid, codes: set[str], now: dt.datetime) -> int:
    """Let the open warnings of rules that are switched off lapse."""
    rows = EarlyWarning.objects.filter(district=district, rule__in=codes).open().select_for_update(of=("self",))
    lapsing = [(row, Lapse.RULE_OFF) for row in rows]
    _close(lapsing, now)
    return len(lapsing)


def _close(lapsing: list[tuple[EarlyWarning, Lapse]], now: dt.datetime) -> None:
    for row, why in lapsing:
        row.state, row.reason, row.closed_at, row.version = State.LAPSED, why, now, row.version + 1
    EarlyWarning.objects.bulk_update([row for row, _why in lapsing], ["state", "reason", "closed_at", "version"])
    WarningEvent.objects.bulk_create(
        WarningEvent(warning=row, at=now, act=Act.LAPSE, reason=why) for row, why in lapsing
    )


def simulated(district: Grid, watch: Watch, first: dt.date, last: dt.date, now: dt.datetime) -> list[Finding]:
    """Return what a rule would have warned of on these days, each decided on at once; writes nothing.

    Raises ValueError for a kind whose past nobody keeps.
    """
    if watch.kind == RuleKind.TIER_VISITS:
        raise ValueError(watch.kind)
    memory, found = Memory(), []
    on_day = FINDERS[watch.kind](Asked(district, watch, first, last, now))
    for number in range((last - first).days + 1):
        day = first + dt.timedelta(days=number)
        for one in on_day(day, memory.told):
            if memory.judge(one) == Verdict.NEW:
                found.append(replace(one, last_on=day))
                memory.add(Past(one.subject, one.size, one.evidence, until=day))
    return found
