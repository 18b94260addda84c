"""Calling back: the draw, the call with what the requester says, and closing by rule (DOMAIN.md §5.3, call-back)."""

import datetime as dt
from dataclasses import dataclass, fields

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts.models import User
from grids.backends import standing_for
from grids.calendar import load_calendar
from grids.roles import Permission
from hotline import identity, rules
from hotline.actions.acting import Turn, begin, finish, may
from hotline.actions.reopening import reopen
from hotline.call_querysets import had_a_hand
from hotline.calling import ANSWERED, FUTILE, LOW, CallTrait, DrawReason, LowReason, MeasureKey, Outcome
from hotline.models import CallBack, CallTry, QueuedCall, Request
from hotline.states import Act, CallState, ReplyWay, RequestState, Solved
from residents.errors import NotPossible
from workorders.states import ReopenReason

TICKETS = 10_000
ANSWERED_STATES = frozenset({RequestState.ANSWERED, RequestState.CLOSED})


@dataclass(frozen=True)
class Said:
    """What a requester says when reached."""

    was_contacted: bool | None = None
    solved: str = ""
    satisfaction: int | None = None
    reason: str = ""
    note: str = ""


@transaction.atomic
def draw(matter: Request | int, *, now: dt.datetime | None = None) -> CallBack:
    """Decide whether an answered request is called back, and keep why; one draw for each answer.

    The same request drawn again gives the same and changes nothing. Call it, after the request was saved, wherever one
    becomes answered; the sweep draws what was not. Raises NotPossible where it is not answered.
    """
    turn = begin(matter, actor=None, now=now)
    item = turn.matter
    done = CallBack.objects.filter(matter=item, round=item.reopen_count).first()
    if done is not None:
        return done
    if item.state not in ANSWERED_STATES or item.answered_at is None:
        raise NotPossible(_("Only what was answered is called back."))
    made = _drawn(item, turn.now)
    made.save()
    item.call_state = CallState.QUEUED if made.is_drawn else CallState.SKIPPED
    if made.is_drawn:
        QueuedCall.objects.create(district_id=item.district_id, matter=item, next_at=turn.now)
    item.save(update_fields=["call_state"])
    if isinstance(matter, Request):
        matter.call_state = item.call_state
    return made


def _drawn(item: Request, now: dt.datetime) -> CallBack:
    made = CallBack(district_id=item.district_id, matter=item, round=item.reopen_count, at=now, is_drawn=False)
    if item.reply_way == ReplyWay.NONE:
        made.reason = DrawReason.DECLINED
    elif not item.requester_phone:
        made.reason = DrawReason.NO_PHONE
    else:
        found = rules.share_for(rules.shares(item.district_id).values(), item, traits_of(item))
        made.rule, made.trait, made.share = found.row, found.cell.trait, found.percent
        made.ticket = ticket(item.pk, item.reopen_count)
        made.is_drawn = made.ticket < found.percent * (TICKETS // rules.WHOLE)
        made.reason = DrawReason.RULE if made.is_drawn else DrawReason.NOT_DRAWN
    return made


def ticket(pk: int, round_: int) -> int:
    """Return the number, 0-9999, that an answer has in the draw: always the same, and not to be foretold."""
    digest = salted_hmac("hotline.draw", f"{pk}:{round_}", algorithm="sha256").digest()
    return int.from_bytes(digest[:8], "big") % TICKETS


def traits_of(item: Request) -> list[str]:
    """Say which traits of the call-back rules a request has: at most one query."""
    found: list[str] = []
    if item.is_key:
        found.append(CallTrait.KEY)
    if item.reopen_count:
        found.append(CallTrait.REOPENED)
    hashes = identity.hashes(item.requester_phone)
    said = CallTry.objects.said().filter(district_id=item.district_id, matter__phone_hash__in=hashes)
    if hashes and (said.filter(satisfaction__lte=LOW) | said.filter(solved=Solved.NO)).exists():
        found.append(CallTrait.DISSATISFIED)
    return found


@transaction.atomic
def claim_call(matter: Request | int, *, actor: User, now: dt.datetime | None = None) -> QueuedCall:
    """Keep a call for whoever opens it, for the time that the district's row says; the same person may claim anew.

    Raises NotPossible where it is not to be called, is not due yet or somebody else has it; PermissionDenied.
    """
    turn = _called(matter, actor, None, now)
    entry = _entry(turn)
    span = rules.measures(turn.matter.district_id)[MeasureKey.CLAIM]
    entry.claimed_by = actor
    entry.claimed_until = load_calendar().add(turn.now, span.value, span.unit)
    entry.save(update_fields=["claimed_by", "claimed_until"])
    return entry


@transaction.atomic
def release_call(matter: Request | int, *, actor: User, now: dt.datetime | None = None) -> None:
    """Let somebody else take a call that one had opened."""
    turn = _called(matter, actor, None, now)
    QueuedCall.objects.filter(matter=turn.matter, claimed_by=actor).update(claimed_by=None, claimed_until=None)


@transaction.atomic
def record_call(
    matter: Request | int,
    *,
    actor: User,
    outcome: str,
    said: Said | None = None,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> Request:
    """Record a try. Reached keeps what was said; else another try follows after the pause, until tries are used up.

    Reached and satisfied closes the request, where its work has ended. Raises ValidationError naming the field,
    NotPossible, Stale, PermissionDenied: whoever handled the matter never calls.
    """
    turn = _called(matter, actor, version, now)
    entry = _entry(turn)
    if outcome not in Outcome.values or outcome == Outcome.RATED:
        raise ValidationError({"outcome": _("Choose how the call ended.")})
    words = said or Said()
    item = turn.matter
    if outcome == Outcome.REACHED:
        check(words)
        _keep(item, words)
        entry.delete()
    else:
        words = Said(note=words.note)
        _try_again(item, entry, outcome, turn.now)
    _write(turn, outcome, words)
    details = {"outcome": str(outcome), "solved": words.solved, "satisfaction": words.satisfaction}
    if is_done(item):
        turn.to(RequestState.CLOSED)
        finish(turn, Act.CALL, details=details | {"closed_by": "call_back"})
    else:
        finish(turn, Act.CALL, details=details)
    return item


@transaction.atomic
def rate(
    matter: Request | int,
    satisfaction: int,
    solved: str,
    reason: str = "",
    by: User | None = None,
    *,
    note: str = "",
    now: dt.datetime | None = None,
) -> Request:
    """Keep the requester's own rating of an answer, once for each; they need no call then.

    `by` is the colleague who took it down, None the requester on the public's page. Satisfied closes the request where
    its work has ended. Raises ValidationError naming the field; NotPossible where it is not answered or rated already.
    """
    turn = begin(matter, actor=by, states=ANSWERED_STATES, now=now)
    item = turn.matter
    words = Said(None, solved, satisfaction, reason, note)
    check(words, by_requester=True)
    if CallTry.objects.said().filter(matter=item, round=item.reopen_count).exists():
        raise NotPossible(_("This answer has been rated already."))
    draw(item, now=turn.now)
    QueuedCall.objects.filter(matter=item).delete()
    _keep(item, words)
    _write(turn, Outcome.RATED, words)
    details = {"by": "staff" if by else "requester", "solved": solved, "satisfaction": satisfaction}
    if item.state == RequestState.ANSWERED and is_done(item):
        turn.to(RequestState.CLOSED)
    return finish(turn, Act.RATE, details=details)


@transaction.atomic
def close(
    matter: Request | int,
    *,
    actor: User | None,
    note: str = "",
    version: int | None = None,
    now: dt.datetime | None = None,
) -> Request:
    """Close an answered request: by rule (`actor` None), or by the call-back desk, which says why.

    Raises NotPossible where its work has not ended, ValidationError, Stale, PermissionDenied.
    """
    if actor is None:
        turn = begin(matter, actor=None, states={RequestState.ANSWERED}, version=version, now=now)
    else:
        turn = _called(matter, actor, version, now, states=frozenset({RequestState.ANSWERED}))
        if not note.strip():
            raise ValidationError({"note": _("Give the reason.")})
    if not has_ended(turn.matter):
        raise NotPossible(_("Its order is still being worked on."))
    QueuedCall.objects.filter(matter=turn.matter).delete()
    if turn.matter.call_state == CallState.QUEUED:
        turn.matter.call_state = CallState.SKIPPED
    turn.to(RequestState.CLOSED)
    return finish(turn, Act.CLOSE, note=note, details={} if actor else {"closed_by": "rule"})


@transaction.atomic
def redo(
    matter: Request | int,
    *,
    actor: User,
    note: str,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> Request:
    """Have a matter done again whose requester is dissatisfied; its order goes back to whoever answers for it.

    Raises NotPossible where they are content, and what `hotline.actions.reopen` raises.
    """
    turn = _called(matter, actor, version, now)
    if turn.matter.call_state != CallState.REACHED or not is_unhappy(turn.matter):
        raise NotPossible(_("Only what its requester is dissatisfied with is done again."))
    reason = ReopenReason.NOT_SOLVED if turn.matter.solved == Solved.NO else ReopenReason.DISSATISFIED
    return reopen(turn.matter, actor=actor, reason=reason, note=note, version=version, now=turn.now)


def has_ended(item: Request) -> bool:
    """Say whether nothing is left to do on its order."""
    return item.order is None or item.order.finished_at is not None


def is_done(item: Request) -> bool:
    """Say whether a request can be closed at once: the requester is content, or cannot be reached."""
    content = item.call_state == CallState.REACHED and not is_unhappy(item)
    over = content or item.call_state == CallState.UNREACHABLE
    return over and item.state == RequestState.ANSWERED and has_ended(item)


def is_unhappy(item: Request) -> bool:
    return item.solved == Solved.NO or (item.satisfaction is not None and item.satisfaction <= LOW)


def check(said: Said, *, by_requester: bool = False) -> None:
    """Raise ValidationError naming what is missing of what a reached requester says."""
    wrong: dict[str, str] = {}
    if said.was_contacted is None and not by_requester:
        wrong["was_contacted"] = _("Say whether the handler got in touch.")
    if said.solved not in Solved.values:
        wrong["solved"] = _("Say whether it is solved.")
    if said.satisfaction is None or not 1 <= said.satisfaction <= 5:
        wrong["satisfaction"] = _("Choose a grade from 1 to 5.")
    elif said.satisfaction <= LOW and said.reason not in LowReason.values:
        wrong["reason"] = _("Choose the reason from the list.")
    if wrong:
        raise ValidationError(wrong)


def _called(
    matter: Request | int,
    actor: User,
    version: int | None,
    now: dt.datetime | None,
    states: frozenset[RequestState] = frozenset({RequestState.ANSWERED, RequestState.CLOSED}),
) -> Turn:
    """Lock a request for somebody of the call-back desk who had no hand in it."""
    turn = begin(matter, actor=actor, version=version, now=now)
    who = standing_for(actor)
    if not may(who, Permission.CALL_BACK, turn.matter):
        raise PermissionDenied(_("Your posts do not let you call back about this request."))
    if Request.objects.filter(had_a_hand(who, prefix=""), pk=turn.matter.pk).exists():
        raise PermissionDenied(_("Whoever handled the matter or wrote its reply does not call back about it."))
    if turn.matter.state not in states:
        state = turn.matter.get_state_display()
        raise NotPossible(_("This is not possible while the request is “%(state)s”.") % {"state": state})
    return turn


def _entry(turn: Turn) -> QueuedCall:
    """Lock the queue's row of a request that this person may call now."""
    entry = QueuedCall.objects.select_for_update().filter(matter=turn.matter).first()
    if entry is None:
        raise NotPossible(_("This request does not wait to be called back."))
    if entry.next_at > turn.now:
        raise NotPossible(_("The pause until the next try is not over."))
    is_mine = turn.actor is not None and entry.claimed_by_id == turn.actor.pk
    if entry.claimed_until is not None and entry.claimed_until > turn.now and not is_mine:
        raise NotPossible(_("A colleague is calling this requester just now."))
    return entry


def _keep(item: Request, said: Said) -> None:
    item.call_state = CallState.REACHED
    item.was_contacted, item.solved, item.satisfaction = said.was_contacted, said.solved, said.satisfaction


def _try_again(item: Request, entry: QueuedCall, outcome: str, now: dt.datetime) -> None:
    known = rules.measures(item.district_id)
    entry.tries += 1
    if outcome in FUTILE or entry.tries >= known[MeasureKey.CALL_TRIES].value:
        item.call_state = CallState.UNREACHABLE
        entry.delete()
        return
    pause = known[MeasureKey.CALL_PAUSE]
    entry.next_at = load_calendar().add(now, pause.value, pause.unit)
    entry.claimed_by = entry.claimed_until = None
    entry.save()


def _write(turn: Turn, outcome: str, said: Said) -> None:
    item = turn.matter
    given = {field.name: getattr(said, field.name) for field in fields(said)}
    given["note"] = said.note.strip()
    if outcome not in ANSWERED:
        given |= {"reason": ""}
    elif said.satisfaction is not None and said.satisfaction > LOW:
        given["reason"] = ""
    CallTry.objects.create(
        district_id=item.district_id,
        matter=item,
        round=item.reopen_count,
        at=turn.now,
        actor=turn.actor,
        outcome=outcome,
        **given,
    )
