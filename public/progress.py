"""What became of a report, in a resident's words: four steps, by when, and the answer. Nothing of anybody else's.

No photos: those after the work may show people, and no program says surely that they do not.
"""

import datetime as dt
from dataclasses import dataclass

from django.utils.crypto import constant_time_compare
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline import actions as hotline
from hotline.models import Request
from hotline.states import RequestState
from public.models import Held
from workorders.states import FINAL, State

Subject = Request | Held
LONGEST_NUMBER = 24
NOT_BEGUN = frozenset({State.REPORTED, State.FILED, State.DISPATCHED})
_NOBODY = "\x00" * 4


@dataclass(frozen=True)
class Step:
    words: Promise | str
    state: str
    """`done`, `now` or `later`."""
    at: dt.datetime | None = None


@dataclass(frozen=True)
class Progress:
    number: str
    steps: list[Step]
    headline: Promise | str
    due_at: dt.datetime | None = None
    answer: str = ""
    grid_code: str = ""
    is_refused: bool = False


def find(number: str, tail: str) -> Subject | None:
    """Return the report of a number whose requester's phone ends in these four digits; None says no more than that."""
    wanted = number.strip().upper().replace(" ", "")[:LONGEST_NUMBER]
    row = _by_number(wanted)
    phone = row.requester_phone if row is not None else ""
    kept = "".join(sign for sign in phone if sign.isdigit())[-4:]
    is_right = constant_time_compare(tail, kept if len(kept) == 4 else _NOBODY)
    return row if is_right and row is not None else None


def _by_number(number: str) -> Subject | None:
    matter = Request.objects.filter(number=number).first()
    return matter or Held.objects.select_related("matter").filter(number=number).first()


def matter_of(subject: Subject) -> Request | None:
    """Return the request behind what was looked up: a held report has none until it is let in."""
    return subject if isinstance(subject, Request) else subject.matter


def may_rate(matter: Request) -> bool:
    """Say whether the requester may still rate the answer: once for each."""
    is_answered = matter.state in {RequestState.ANSWERED, RequestState.CLOSED} and matter.answered_at is not None
    return is_answered and matter.satisfaction is None


def may_reopen(matter: Request, now: dt.datetime) -> bool:
    """Say whether the requester may still say that it is not solved (DOMAIN.md §2.9: within 15 days)."""
    if matter.state not in {RequestState.ANSWERED, RequestState.CLOSED}:
        return False
    until = hotline.reopens_until(matter)
    return until is not None and now <= until


def of(subject: Subject) -> Progress:
    """Say how far a report is: at most four queries."""
    matter = matter_of(subject)
    if matter is None:
        return _of_held(subject)
    worked_on = _worked_on(matter)
    place = _place_in_line(worked_on)
    times = [matter.received_at, worked_on.dispatched_at, None, worked_on.answered_at or worked_on.closed_at]
    is_refused = worked_on.state == RequestState.REFUSED
    words = _STEPS if not is_refused else _STEPS[:1]
    steps = [Step(text, _state(index, place), times[index]) for index, text in enumerate(words)]
    return Progress(
        number=subject.number,
        steps=steps,
        headline=_headline(matter, worked_on, place),
        due_at=worked_on.due_at if place < len(_STEPS) else None,
        answer=matter.answer,
        grid_code=worked_on.grid.public_code if worked_on.grid is not None and worked_on.is_located else "",
        is_refused=is_refused,
    )


_STEPS = [
    pgettext_lazy("progress", "Received"),
    pgettext_lazy("progress", "With your grid worker or the office in charge"),
    pgettext_lazy("progress", "Being worked on"),
    pgettext_lazy("progress", "Done and answered"),
]


def _of_held(subject: Subject) -> Progress:
    is_over = isinstance(subject, Held) and subject.decided_at is not None
    headline = (
        _("This report was not taken on. If it was meant seriously, please call the hotline.")
        if is_over
        else _("Somebody looks at your report first. After that it goes to your grid worker.")
    )
    received = subject.received_at
    steps = [Step(_STEPS[0], "done" if is_over else "now", received)]
    if not is_over:
        steps += [Step(words, "later") for words in _STEPS[1:]]
    return Progress(subject.number, steps, headline, is_refused=is_over)


def _worked_on(matter: Request) -> Request:
    """Return the request on which the work is done: for one of several about the same thing, the one they joined."""
    seen = {matter.pk}
    while matter.merged_into_id is not None and matter.merged_into_id not in seen:
        seen.add(matter.merged_into_id)
        matter = Request.objects.without_private().select_related("order", "grid").get(pk=matter.merged_into_id)
    return matter


def _place_in_line(matter: Request) -> int:
    """Return the index of the step that is being taken; one beyond the last when all is done."""
    if matter.state in {RequestState.ANSWERED, RequestState.CLOSED}:
        return len(_STEPS)
    if matter.state == RequestState.DISPATCHED:
        state = matter.order.state if matter.order is not None else State.REPORTED
        return 1 if state in NOT_BEGUN else 3 if state in FINAL else 2
    return 0


def _state(index: int, place: int) -> str:
    return "done" if index < place else "now" if index == place else "later"


def _headline(matter: Request, worked_on: Request, place: int) -> Promise | str:
    if worked_on.state == RequestState.REFUSED:
        return _("This report could not be taken on.")
    if matter is not worked_on and place < len(_STEPS):
        return _("Others reported the same; all of it is dealt with together.")
    return _HEADLINES[place]


_HEADLINES = [
    _("Your report has been received. The hotline's desk sends it to whoever is in charge."),
    _("Your report is with your grid worker or the office in charge."),
    _("Your report is being worked on."),
    _("The work is done; the answer is being written."),
    _("Your report has been dealt with."),
]
