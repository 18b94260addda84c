"""A period of appraisal: opened, counted, published, made final; marks given by hand in between."""

import datetime as dt
from collections import defaultdict
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit, bulk, notices
from accounts.models import User
from appraisal import arithmetic, facts, inputs, subjects, surveyed
from appraisal.errors import Refusal
from appraisal.facts import Fact
from appraisal.inputs import COLUMNS, NewLine
from appraisal.models import Assessment, Indicator, Line, Mark, Objection, PointEntry, Result, Scheme
from appraisal.people import told_of
from appraisal.states import Code, Judged, ObjectionState, PeriodState
from appraisal.subjects import Subject
from grids.backends import require
from grids.calendar import load_calendar
from grids.models import Grid, Unit
from grids.roles import Permission
from hotline.periods import around


@transaction.atomic
def open_period(scheme: Scheme, *, actor: User | None, day: dt.date, now: dt.datetime | None = None) -> Assessment:
    """Open the period of this scheme in which a day lies; from then on this version of the scheme is frozen.

    Periods are opened one after the other: none before or within one that is there. Raises Refusal, PermissionDenied.
    """
    moment = now or timezone.now()
    held = Scheme.objects.select_for_update(of=("self",)).select_related("district").get(pk=scheme.pk)
    require(actor, Permission.APPRAISE, held.district)
    period = around(day, held.length)
    if period.first < held.valid_from or (held.valid_to is not None and period.last > held.valid_to):
        raise Refusal(_("This version of the scheme is not in force in that period."), field="day")
    if period.first > timezone.localdate(moment):
        raise Refusal(_("A period is opened once it has begun."), field="day")
    if Assessment.objects.filter(series=held.series, last__gte=period.first).exists():
        raise Refusal(_("This period, or a later one, is open already."), field="day")
    opened = Assessment.objects.create(
        district=held.district,
        scheme=held,
        series=held.series,
        first=period.first,
        last=period.last,
        opened_by=actor,
        opened_at=moment,
    )
    audit.record(actor, "appraisal.open_period", opened, {"first": period.first.isoformat()})
    return opened


def begin(assessment: Assessment, actor: User | None, *states: str) -> Assessment:
    """Lock a period and check that it is in one of these states. Raises Refusal, PermissionDenied."""
    held = Assessment.objects.select_for_update(of=("self",)).select_related("district", "scheme").get(pk=assessment.pk)
    require(actor, Permission.APPRAISE, held.district)
    if held.state not in states:
        raise Refusal(_("The period is not in a state that allows this."))
    return held


@transaction.atomic
def give_mark(
    assessment: Assessment,
    *,
    actor: User | None,
    indicator: Indicator,
    value: Decimal,
    words: str,
    user: User | None = None,
    unit: Unit | None = None,
    now: dt.datetime | None = None,
) -> Mark:
    """Give a mark out of 100 for an indicator that is judged by hand; the newest one counts.

    Nobody marks themselves. Raises Refusal naming the field, or PermissionDenied.
    """
    moment = now or timezone.now()
    held = Assessment.objects.select_for_update(of=("self",)).select_related("scheme", "district").get(pk=assessment.pk)
    if not held.takes_points:
        raise Refusal(_("The period is published: nothing is given in it any more."))
    if indicator.scheme_id != held.scheme_id or indicator.code != Code.MANUAL:
        raise Refusal(_("This indicator takes no marks."), field="indicator")
    subject = find_subject(held, user, unit)
    require(actor, Permission.APPRAISE, Grid.objects.get(pk=subject.node_id))
    if user is not None and user == actor:
        raise PermissionDenied(_("Nobody judges themselves."))
    if not Decimal(0) <= value <= Decimal(100):
        raise Refusal(_("A mark lies between 0 and 100."), field="value")
    if not words.strip():
        raise Refusal(_("Say what the mark rests on."), field="words")
    return Mark.objects.create(
        assessment=held,
        indicator=indicator,
        user=user,
        unit=unit,
        value=value,
        words=words.strip()[:300],
        given_by=actor,
        given_at=moment,
    )


def find_subject(assessment: Assessment, user: User | None, unit: Unit | None) -> Subject:
    """Return the one judged by this period whom this names. Raises Refusal."""
    judged = assessment.scheme.judged
    key = unit.pk if unit is not None else user.pk if user is not None else 0
    is_fit = (unit is not None) == (judged == Judged.UNIT) and (user is None) != (unit is None)
    found = subjects.judged_in(assessment.district, judged, assessment.period, only=key) if is_fit else {}
    subject = found.get(key)
    if subject is None:
        raise Refusal(_("This period does not judge them."), field="who")
    return subject


@transaction.atomic
def compute(assessment: Assessment, *, actor: User | None, now: dt.datetime | None = None) -> Assessment:
    """Count a period that is over, for everybody judged in it; again as often as needed until it is published."""
    moment = now or timezone.now()
    held = begin(assessment, actor, PeriodState.OPEN, PeriodState.COMPUTED)
    if moment < held.period.end:
        raise Refusal(_("The period is not over yet: it is counted from the day after its last one."))
    held.results.all().delete()
    results = _count(held, moment)
    _write(held, results)
    held.state, held.computed_at, held.computed_by = PeriodState.COMPUTED, moment, actor
    held.save(update_fields=["state", "computed_at", "computed_by"])
    audit.record(actor, "appraisal.compute", held, {"results": len(results)})
    return held


Counted = list[tuple[Result, list[NewLine]]]
WHOLE = ("user_id", "unit_id", "node_id", "employment", "group", "score", "points", "total", "rank", "group_size")
"""What a result is written with; the rest is the model's defaults."""


def _write(held: Assessment, counted: Counted) -> None:
    """Store results and lines in one statement each: a district has thousands, and a model's own way takes seconds."""
    columns = {name: [getattr(result, name) for result, _lines in counted] for name in WHOLE}
    bulk.insert(Result, columns, {"assessment_id": held.pk})
    stored = held.results.values_list("user_id", "unit_id", "pk")
    keys: dict[tuple[int | None, int | None], int] = {(user, unit): pk for user, unit, pk in stored}
    rows = [(keys[result.user_id, result.unit_id], line) for result, lines in counted for line in lines]
    parts = {name: [getattr(line, name) for _key, line in rows] for name in COLUMNS}
    bulk.insert(Line, {"result_id": [key for key, _line in rows], **parts})


def _count(held: Assessment, now: dt.datetime) -> Counted:
    """Count and judge everybody, unsaved; the number of queries does not depend on how many they are."""
    scheme = held.scheme
    judged = subjects.judged_in(held.district, scheme.judged, held.period)
    indicators = {one.pk: one for one in scheme.indicators.all()}
    counted = facts.count(
        facts.Scope(held.district, scheme.judged, held.period, now), [i.code for i in indicators.values()]
    )
    column = "unit_id" if scheme.judged == Judged.UNIT else "user_id"
    marks = {(mark.indicator_id, getattr(mark, column)): mark for mark in held.marks.order_by("id")}
    asked = surveyed.results(held.district, held.period)
    points: dict[int, list[Decimal]] = defaultdict(list)
    for key, value in held.entries.values_list(column, "points"):
        points[key].append(value)
    found: Counted = []
    for subject in judged.values():
        result = Result(
            assessment=held,
            node_id=subject.node_id,
            group=subject.group,
            employment=subject.employment,
            **{column: subject.pk},
        )
        survey = asked.get(inputs.survey_key(scheme.judged, subject))
        own = [
            inputs.line_of(
                one, counted.get(one.code, {}).get(subject.pk) or Fact(), marks.get((pk, subject.pk)), survey
            )
            for pk, one in indicators.items()
        ]
        inputs.take_over(result, inputs.apply(own, indicators, points[subject.pk], scheme.points_limit))
        found.append((result, own))
    place([result for result, _lines in found])
    return found


def place(results: list[Result]) -> None:
    """Give each result its rank within its group."""
    groups: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        groups[result.group].append(result)
    for members in groups.values():
        judged = sum(one.total is not None for one in members)
        for result, rank in zip(members, arithmetic.ranks([one.total for one in members]), strict=True):
            result.rank, result.group_size = rank, judged


@transaction.atomic
def publish(assessment: Assessment, *, actor: User | None, now: dt.datetime | None = None) -> Assessment:
    """Show the results to those judged and tell them; objections are heard for the scheme's working days."""
    moment = now or timezone.now()
    held = begin(assessment, actor, PeriodState.COMPUTED)
    last = load_calendar().add(moment, held.scheme.objection_days, "working_day")
    held.objections_until = timezone.localtime(last).replace(hour=23, minute=59, second=59, microsecond=0)
    held.state, held.published_at, held.published_by = PeriodState.PUBLISHED, moment, actor
    held.save(update_fields=["state", "published_at", "published_by", "objections_until"])
    params = {"period": held.period_words, "until": f"{timezone.localtime(held.objections_until):%Y-%m-%d}"}
    drafts = [
        notices.Draft(user_id, "appraisal_published", params, f"/appraisal/results/{pk}/")
        for user_id, pk in told_of(held)
    ]
    notices.send_many(drafts, now=moment)
    audit.record(actor, "appraisal.publish", held, {"told": len(drafts)})
    return held


@transaction.atomic
def finalise(assessment: Assessment, *, actor: User | None, now: dt.datetime | None = None) -> Assessment:
    """Make a published period final once the days for objections are over and every objection is decided."""
    moment = now or timezone.now()
    held = begin(assessment, actor, PeriodState.PUBLISHED)
    if held.objections_until is None or moment <= held.objections_until:
        raise Refusal(_("Objections may still be raised: the period becomes final after that."))
    if Objection.objects.filter(result__assessment=held, state=ObjectionState.OPEN).exists():
        raise Refusal(_("An objection is undecided."))
    return _settle(held, actor, moment)


@transaction.atomic
def finalise_next(*, now: dt.datetime | None = None) -> Assessment | None:
    """Make the next published period final whose days for objections are over and that has none undecided.

    For the sweep, which asks until there is none; a period that somebody else has in hand waits for the next time.
    """
    moment = now or timezone.now()
    settled = Assessment.objects.settled(moment).select_related("district", "scheme").order_by("pk")
    held = settled.select_for_update(of=("self",), skip_locked=True).first()
    return _settle(held, None, moment) if held is not None else None


def _settle(held: Assessment, actor: User | None, now: dt.datetime) -> Assessment:
    held.state, held.final_at, held.final_by = PeriodState.FINAL, now, actor
    held.save(update_fields=["state", "final_at", "final_by"])
    params = {"period": held.period_words}
    drafts = [
        notices.Draft(user_id, "appraisal_final", params, f"/appraisal/results/{pk}/") for user_id, pk in told_of(held)
    ]
    if actor is None and held.published_by_id is not None:
        drafts.append(notices.Draft(held.published_by_id, "appraisal_final", params, held.get_absolute_url()))
    notices.send_many(drafts, now=now)
    audit.record(actor, "appraisal.finalise", held, {"told": len(drafts)})
    return held


def standing_entries(result: Result) -> "list[PointEntry]":
    """Return the points of a result that count: without those struck by an upheld objection."""
    own = {"unit": result.unit_id} if result.unit_id else {"user": result.user_id}
    entries = PointEntry.objects.filter(assessment=result.assessment_id, **own)
    return list(entries.exclude(objections__state=ObjectionState.UPHELD))
