"""Objections: raised by who is judged, decided by another person; an upheld one makes a new revision of the result."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit, bulk, notices
from accounts.models import User
from appraisal import inputs
from appraisal.actions.periods import place, standing_entries
from appraisal.arithmetic import HUNDRED
from appraisal.errors import Refusal
from appraisal.models import Assessment, Correction, Line, Objection, PointEntry, Result
from appraisal.people import is_judged, speaks_for
from appraisal.states import WEIGHTED, Evidence, ObjectionReason, ObjectionState, PeriodState, Remedy
from grids.backends import require, standing_for
from grids.models import Grid
from grids.roles import Permission
from workorders.models import WorkOrder

MAX_TEXT = 1000
MOST_CASES = 999_999
"""What a decision may state as a number of cases: more than a district has in a year."""


@dataclass(frozen=True)
class Numbers:
    """The right numbers, as whoever decides states them; a denominator where the indicator is a rate."""

    numerator: Decimal
    denominator: int | None = None


@transaction.atomic
def object_to(
    about: Line | PointEntry, *, actor: User, reason: str, words: str, now: dt.datetime | None = None
) -> Objection:
    """Object to one line or one entry of points of one's own published result. Raises Refusal, PermissionDenied."""
    moment = now or timezone.now()
    result = result_of(about)
    held = Assessment.objects.select_for_update(of=("self",)).get(pk=result.assessment_id)
    if not speaks_for(actor, result):
        raise PermissionDenied(_("Only who is judged may object."))
    if held.state != PeriodState.PUBLISHED or held.objections_until is None or moment > held.objections_until:
        raise Refusal(_("Objections are heard from publishing until the last day for them."))
    line, entry = (about, None) if isinstance(about, Line) else (None, about)
    if line is not None and line.revision != result.revision:
        raise Refusal(_("This line was corrected meanwhile: look at the present one."))
    if about.objections.exists():
        raise Refusal(_("There is an objection to this already."))
    if reason not in ObjectionReason.values:
        raise Refusal(_("Choose the reason from the list."), field="reason")
    raised = Objection.objects.create(
        result=result,
        line=line,
        entry=entry,
        reason=reason,
        words=_text(words, "words"),
        raised_by=actor,
        raised_at=moment,
    )
    audit.record(actor, "appraisal.object", raised)
    return raised


def result_of(about: Line | PointEntry) -> Result:
    """Return the result that a line or an entry belongs to. Raises Refusal where the period is not counted yet."""
    found = Result.objects.select_related("assessment__scheme", "node").filter(assessment__isnull=False)
    if isinstance(about, Line):
        return found.get(pk=about.result_id)
    own = {"unit": about.unit_id} if about.unit_id else {"user": about.user_id, "unit": None}
    result = found.filter(assessment=about.assessment_id, **own).first()
    if result is None:
        raise Refusal(_("Objections are heard from publishing until the last day for them."))
    return result


def why_not_decide(objection: Objection, actor: User) -> str:
    """Say why this person may not decide: raised it, is judged, or gave what it is about; "" where they may."""
    if not any(
        _is_over(post, objection.result.node) for post in standing_for(actor).nodes(Permission.DECIDE_OBJECTIONS)
    ):
        return _("Your posts do not decide here.")
    if objection.raised_by_id == actor.pk or is_judged(actor, objection.result):
        return _("Nobody decides about what they are judged by.")
    given_by = {
        objection.entry.given_by_id if objection.entry else None,
        objection.line.given_by_id if objection.line else None,
    }
    return _("Who gave the points does not decide about them.") if actor.pk in given_by else ""


def _is_over(post: Any, node: Grid) -> bool:
    return bool(
        post.unit_id is None and post.tree_id == node.tree_id and post.lft <= node.lft and post.rght >= node.rght
    )


@transaction.atomic
def decide(
    objection: Objection,
    *,
    actor: User,
    is_upheld: bool,
    opinion: str,
    remedy: str = "",
    numbers: Numbers | None = None,
    now: dt.datetime | None = None,
) -> Objection:
    """Decide an objection with an opinion. One that is upheld changes the result by its remedy: the cases excluded by
    decision are taken out, the right numbers stated, or the points struck; the ranks of the group are drawn anew.

    Raises Refusal naming the field, or PermissionDenied.
    """
    moment = now or timezone.now()
    period = (
        Assessment.objects.select_for_update(of=("self",))
        .select_related("scheme", "district")
        .get(results__objections=objection.pk)
    )
    held = Objection.objects.select_for_update(of=("self",)).with_parties().get(pk=objection.pk)
    require(actor, Permission.DECIDE_OBJECTIONS, held.result.node)
    if why_not := why_not_decide(held, actor):
        raise PermissionDenied(why_not)
    if held.state != ObjectionState.OPEN or period.state != PeriodState.PUBLISHED:
        raise Refusal(_("This objection is decided already."))
    held.opinion = _text(opinion, "opinion")
    held.state = ObjectionState.UPHELD if is_upheld else ObjectionState.REJECTED
    held.decided_by, held.decided_at = actor, moment
    change = _remedied(held, remedy, numbers) if is_upheld else None
    held.save(update_fields=["opinion", "state", "decided_by", "decided_at"])
    if change is not None:
        _correct(held, period, remedy, change, moment)
    notices.send(
        [held.raised_by_id],
        "appraisal_decided",
        {"period": period.period_words},
        held.get_absolute_url(),
        now=moment,
    )
    audit.record(actor, "appraisal.decide", held, {"upheld": is_upheld})
    return held


def _remedied(held: Objection, remedy: str, numbers: Numbers | None) -> dict[int, dict[str, Any]]:
    """Return the changed columns of the line objected to; nothing for struck points. Raises Refusal."""
    line = held.line
    if line is None:
        if remedy != Remedy.STRIKE:
            raise Refusal(_("Points that are objected to with right are struck."), field="remedy")
        return {}
    if remedy == Remedy.EXCLUDED:
        return {line.indicator_id: _without_excluded(line)}
    if remedy != Remedy.RECOUNT or numbers is None:
        raise Refusal(_("Say what the decision changes."), field="remedy")
    _check_range(line, numbers)
    return {
        line.indicator_id: {
            "numerator": numbers.numerator,
            "denominator": numbers.denominator if line.indicator.is_rate else line.denominator,
        }
    }


def _check_range(line: Line, numbers: Numbers) -> None:
    """Let a decision state only what could have been counted or given: a mark out of 100, cases, a part of them."""
    indicator = line.indicator
    if indicator.is_given and not 0 <= numbers.numerator <= HUNDRED:
        raise Refusal(_("A mark lies between 0 and 100."), field="numerator")
    if not 0 <= numbers.numerator <= MOST_CASES:
        raise Refusal(_("A number of cases lies between 0 and %(most)s.") % {"most": MOST_CASES}, field="numerator")
    if not indicator.is_given and indicator.code not in WEIGHTED and numbers.numerator % 1:
        raise Refusal(_("Cases are counted in whole numbers."), field="numerator")
    if not indicator.is_rate:
        return
    if numbers.denominator is None or numbers.denominator < numbers.numerator:
        raise Refusal(_("A rate needs a denominator that is not below the numerator."), field="denominator")
    if numbers.denominator > MOST_CASES:
        raise Refusal(_("A number of cases lies between 0 and %(most)s.") % {"most": MOST_CASES}, field="denominator")


def _without_excluded(line: Line) -> dict[str, Any]:
    """Take the orders out that were excluded from assessment by decision since the period was counted."""
    if line.indicator.evidence != Evidence.ORDERS:
        raise Refusal(_("Only work orders are excluded by decision."), field="remedy")
    keys = [*line.hits, *line.others]
    gone = set(WorkOrder.objects.filter(pk__in=keys, is_excluded=True).values_list("pk", flat=True))
    if not gone:
        words = _("None of these orders is excluded from assessment: that is decided on the order's own page first.")
        raise Refusal(words, field="remedy")
    hits = [key for key in line.hits if key not in gone]
    others = [key for key in line.others if key not in gone]
    denominator = len(hits) + len(others) if line.indicator.is_rate else None
    return {"hits": hits, "others": others, "numerator": Decimal(len(hits)), "denominator": denominator}


def _correct(
    held: Objection, period: Assessment, remedy: str, change: dict[int, dict[str, Any]], now: dt.datetime
) -> None:
    """Write the result's next revision, the correction that made it, and the group's ranks."""
    result = Result.objects.select_for_update(of=("self",)).get(pk=held.result_id)
    before = list(result.lines.filter(revision=result.revision).select_related("indicator"))
    old_total = result.total
    result.revision += 1
    after = [_copy(line, result.revision, change.get(line.indicator_id, {})) for line in before]
    indicators = {line.indicator_id: line.indicator for line in before}
    entries = standing_entries(result)
    outcome = inputs.apply(after, indicators, [entry.points for entry in entries], period.scheme.points_limit)
    inputs.take_over(result, outcome)
    Line.objects.bulk_create(after)
    result.save(update_fields=["revision", "score", "points", "total"])
    _place_again(period, result.group)
    changed = next((line for line in after if line.indicator_id in change), None)
    Correction.objects.create(
        objection=held,
        remedy=remedy,
        revision=result.revision,
        before=_said(held.line) | {"total": str(old_total)},
        after=_said(changed) | {"total": str(result.total)},
        at=now,
    )


def _place_again(period: Assessment, group: str) -> None:
    """Give the group its ranks again; only those that changed are written."""
    members = list(Result.objects.filter(assessment=period, group=group).only("group", "total", "rank", "group_size"))
    before = {one.pk: (one.rank, one.group_size) for one in members}
    place(members)
    moved = [one for one in members if before[one.pk] != (one.rank, one.group_size)]
    columns: bulk.Columns = {"rank": [one.rank for one in moved], "group_size": [one.group_size for one in moved]}
    bulk.update(Result, [one.pk for one in moved], columns)


_KEPT = ("indicator_id", "numerator", "denominator", "hits", "others", "given_by_id")


def _copy(line: Line, revision: int, change: dict[str, Any]) -> Line:
    facts = {name: getattr(line, name) for name in _KEPT}
    return Line(result_id=line.result_id, revision=revision, **facts | change)


def _said(line: Line | None) -> dict[str, str]:
    if line is None:
        return {}
    names = ("numerator", "denominator", "value", "raw_score", "points")
    return {name: str(value) for name in names if (value := getattr(line, name)) is not None}


def _text(words: str, field: str) -> str:
    words = words.strip()
    if not words or len(words) > MAX_TEXT:
        raise Refusal(_("Write it down in words, at most 1,000 characters."), field=field)
    return words
