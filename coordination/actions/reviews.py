"""A joint review: convene, record, decide, correct, cancel. A decision makes the order's moves, or nothing."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import notices
from accounts.models import User
from coordination.decisions import Ruling, carry_out
from coordination.models import JointReview, ReviewEntry, ReviewUnit
from coordination.people import callable_units, everybody
from coordination.states import Decision, Entry, Part, ReviewState
from coordination.workflow import check_review, may_convene, why_not_convene
from grids.backends import standing_for
from grids.models import Unit
from grids.roles import Permission
from grids.standing import Standing
from workorders import actions as orders
from workorders import numbers, people
from workorders.actions import moving
from workorders.models import WorkOrder
from workorders.states import ExplanationBasis, Move
from workorders.workflow import InvalidMove, StaleOrder

MAX_TEXT = 2000
MAX_UNITS = 40


@dataclass
class Turn:
    """One act on a locked review, with its order's row locked too."""

    review: JointReview
    order: WorkOrder
    actor: User
    who: Standing
    now: dt.datetime


def _locked_order(pk: int) -> WorkOrder:
    return WorkOrder.objects.select_for_update(of=("self",)).select_related("category").get(pk=pk)


@transaction.atomic
def convene(
    order: WorkOrder | int,
    *,
    actor: User,
    units: Sequence[Unit],
    question: str,
    meets_at: dt.datetime,
    place: str,
    due_at: dt.datetime,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> JointReview:
    """Put an order that climbed to one's level before a meeting of these units; they see the order from now on.

    `due_at` is by when the meeting is to have decided. Raises InvalidMove (StaleOrder where the order was moved
    meanwhile), PermissionDenied, or ValidationError naming the field.
    """
    moment = now or timezone.now()
    locked = _locked_order(order if isinstance(order, int) else order.pk)
    who = standing_for(actor)
    if not may_convene(locked, who):
        raise PermissionDenied(_("Only the level that has the order may put it before a meeting."))
    if version is not None and locked.version != version:
        raise StaleOrder(_("Somebody moved this order meanwhile. Look at its present state, then decide again."))
    why_not = why_not_convene(locked)
    if why_not is None and JointReview.objects.open().filter(order=locked).exists():
        why_not = _("This order is before a meeting already.")
    if why_not is not None:
        raise InvalidMove(str(why_not))
    _check_call(locked, units, question, place, meets_at, due_at, moment)
    review = JointReview.objects.create(
        district_id=locked.district_id,
        number=numbers.take_many(f"{locked.district.code[:6]}{timezone.localdate(moment):%Y%m%d}R", 1)[0],
        order=locked,
        node_id=locked.holder_id,
        question=question.strip(),
        meets_at=meets_at,
        place=place.strip(),
        due_at=due_at,
        convened_by=actor,
        convened_at=moment,
        next_at=due_at + dt.timedelta(microseconds=1),
    )
    ReviewUnit.objects.bulk_create(ReviewUnit(review=review, unit=unit, part=Part.ATTEND) for unit in units)
    turn = Turn(review, locked, actor, who, moment)
    for unit in units:
        moving.involve(locked, unit_id=unit.pk)
    moving.finish(moving.turn_on(locked, actor, who, moment), Move.CONVENE_REVIEW, note=review.number)
    _write(turn, Entry.CONVENE, review.question)
    tell(turn, "review_convened", _attending(turn))
    return review


def _check_call(
    order: WorkOrder,
    units: Sequence[Unit],
    question: str,
    place: str,
    meets_at: dt.datetime,
    due_at: dt.datetime,
    now: dt.datetime,
) -> None:
    wrong: dict[str, str] = {}
    if not question.strip():
        wrong["question"] = _("Say what is to be decided.")
    if len(question) > MAX_TEXT:
        wrong["question"] = _("Keep the text within 2,000 characters.")
    if not place.strip():
        wrong["place"] = _("Say where the meeting is.")
    if due_at <= now:
        wrong["due_at"] = _("The date of the decision must lie ahead.")
    elif due_at < meets_at:
        wrong["due_at"] = _("The decision cannot be due before the meeting.")
    may = set(callable_units(order.holder, now).filter(pk__in=[u.pk for u in units]).values_list("pk", flat=True))
    if not units or len(units) > MAX_UNITS:
        wrong["units"] = _("Choose between one and 40 units.")
    elif [unit for unit in units if unit.pk not in may]:
        wrong["units"] = _("One of these units cannot be called from here, or nobody is in post there today.")
    if wrong:
        raise ValidationError(wrong)


def begin(
    review: JointReview | int, entry: Entry, *, actor: User, version: int | None = None, now: dt.datetime | None = None
) -> Turn:
    """Lock the order, then the review, and check the act: everybody takes the two in this sequence.

    Raises DoesNotExist, InvalidMove (StaleOrder where somebody wrote meanwhile) or PermissionDenied.
    """
    pk = review if isinstance(review, int) else review.pk
    order = _locked_order(JointReview.objects.values_list("order_id", flat=True).get(pk=pk))
    locked = JointReview.objects.select_for_update(of=("self",)).get(pk=pk)
    who = standing_for(actor)
    check_review(locked, entry, who)
    if version is not None and locked.version != version:
        raise StaleOrder(_("Somebody wrote in this record meanwhile. Read it again, then go on."))
    return Turn(locked, order, actor, who, now or timezone.now())


@transaction.atomic
def record_minutes(
    review: JointReview | int, *, actor: User, words: str, version: int | None = None, now: dt.datetime | None = None
) -> ReviewEntry:
    """Add to the minutes; what was written stays as it is."""
    return _add(begin(review, Entry.MINUTES, actor=actor, version=version, now=now), Entry.MINUTES, words)


@transaction.atomic
def correct(
    review: JointReview | int, *, actor: User, words: str, version: int | None = None, now: dt.datetime | None = None
) -> ReviewEntry:
    """Add a correction to the record of a decided review; it changes no move that was made."""
    turn = begin(review, Entry.CORRECT, actor=actor, version=version, now=now)
    entry = _write(turn, Entry.CORRECT, _text(words, "words"))
    tell(turn, "review_corrected", _attending(turn))
    return entry


def _add(turn: Turn, kind: Entry, words: str) -> ReviewEntry:
    entry = _write(turn, kind, _text(words, "words"))
    turn.review.version += 1
    turn.review.save(update_fields=["version"])
    return entry


@transaction.atomic
def decide(
    review: JointReview | int,
    *,
    actor: User,
    decision: str,
    words: str,
    lead_unit: Unit | None = None,
    assist_units: Sequence[Unit] = (),
    reason: str = "",
    basis: str = "",
    as_precedent: bool = True,
    order_version: int | None = None,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> JointReview:
    """Decide, and make the order's moves at once; if one of them is refused, nothing is decided.

    `solve` dispatches to `lead_unit` for good (it cannot be returned) and gives `assist_units` sub-orders; `pass_up`
    escalates; `explain` proposes to close it explained, for `reason` (a code of ExplanationBasis) and by `basis`, and a
    second person agrees. With `as_precedent` who leads holds for later orders of the
    category in this node. Raises InvalidMove, StaleOrder, PermissionDenied, ValidationError.
    """
    turn = begin(review, Entry.DECIDE, actor=actor, version=version, now=now)
    item = turn.review
    if decision not in Decision.values:
        raise ValidationError({"decision": _("Choose what the meeting decided.")})
    said = _text(words, "words")
    _check_ruling(Decision(decision), lead_unit, reason, basis)
    if not item.entries.filter(kind=Entry.MINUTES).exists():
        raise InvalidMove(_("Record the minutes first, then the decision."))
    _check_order(turn, order_version)
    helpers = [unit for unit in assist_units if unit != lead_unit] if decision == Decision.SOLVE else []
    ruling = Ruling(Decision(decision), said, lead_unit, helpers, reason, basis)
    carry_out(turn.order, ruling, item.number, turn.actor, turn.now)
    if decision == Decision.SOLVE and lead_unit is not None:
        ReviewUnit.objects.bulk_create(ReviewUnit(review=item, unit=unit, part=Part.ASSIST) for unit in helpers)
        item.lead_unit = lead_unit
        if as_precedent:
            item.precedent = orders.set_precedent(
                turn.order,
                actor=actor,
                node_id=item.node_id,
                lead_unit=lead_unit,
                assist_units=helpers,
                source=item.number,
                source_url=item.get_absolute_url(),
                now=turn.now,
            )
    item.decision = decision
    _write(turn, Entry.DECIDE, said)
    _finish(turn, ReviewState.DECIDED, "decision", "lead_unit", "precedent")
    tell(turn, "review_decided", _attending(turn))
    return item


def _check_ruling(decision: Decision, lead_unit: Unit | None, reason: str, basis: str) -> None:
    if decision == Decision.SOLVE and lead_unit is None:
        raise ValidationError({"lead_unit": _("Say which unit leads.")})
    if decision != Decision.EXPLAIN:
        return
    if reason not in ExplanationBasis.values:
        raise ValidationError({"reason": _("Choose the reason from the list.")})
    if not basis.strip():
        raise ValidationError({"basis": _("Name the law, the rule or the earlier answer.")})


def _check_order(turn: Turn, order_version: int | None) -> None:
    """Refuse where the order is no longer what the meeting spoke of."""
    order = turn.order
    why_not = why_not_convene(order)
    if why_not is not None or order.holder_id != turn.review.node_id:
        raise InvalidMove(
            _("The order has gone on since the meeting was convened; nothing can be decided here. Cancel the meeting.")
        )
    if order_version is not None and order.version != order_version:
        raise StaleOrder(_("Somebody moved this order meanwhile. Look at its present state, then decide again."))


@transaction.atomic
def cancel_review(
    review: JointReview | int, *, actor: User, reason: str, version: int | None = None, now: dt.datetime | None = None
) -> JointReview:
    """Call a meeting off, with the reason; the order stays where it is."""
    turn = begin(review, Entry.CANCEL, actor=actor, version=version, now=now)
    _write(turn, Entry.CANCEL, _text(reason, "reason"))
    _finish(turn, ReviewState.CANCELLED)
    tell(turn, "review_cancelled", _attending(turn))
    return turn.review


def _finish(turn: Turn, state: ReviewState, *columns: str) -> None:
    item = turn.review
    item.state, item.finished_at, item.finished_by, item.next_at = state, turn.now, turn.actor, None
    item.version += 1
    item.save(update_fields=[*columns, "state", "finished_at", "finished_by", "next_at", "version"])


def _text(words: str, field: str) -> str:
    words = words.strip()
    if not words:
        raise ValidationError({field: _("Write it down in words.")})
    if len(words) > MAX_TEXT:
        raise ValidationError({field: _("Keep the text within 2,000 characters.")})
    return words


def _write(turn: Turn, kind: Entry, words: str) -> ReviewEntry:
    posts = [p for p in turn.who.posts if p.node_id == turn.review.node_id and p.gives(Permission.REVIEW)]
    return ReviewEntry.objects.create(
        review=turn.review,
        at=turn.now,
        kind=kind,
        actor=turn.actor,
        actor_role=posts[0].role if posts else "",
        words=words,
    )


def _attending(turn: Turn) -> list[int]:
    of = people.of_units(list(turn.review.units.values_list("unit_id", flat=True)), turn.now)
    return everybody(of, of)


def tell(turn: Turn, kind: str, user_ids: Iterable[int]) -> None:
    """Write a notice with the review's number to these people, but not to the one who acts."""
    notices.send(
        [user_id for user_id in user_ids if user_id != turn.actor.pk],
        kind,
        {"number": turn.review.number},
        turn.review.get_absolute_url(),
        now=turn.now,
    )
