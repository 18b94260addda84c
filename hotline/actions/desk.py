"""What one press of a button at the desk does: take down or correct, then settle; all of it or nothing."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from accounts.pictures import CleanPhoto
from grids.errors import Refused
from grids.models import Grid
from hotline.actions.claiming import release
from hotline.actions.correcting import correct
from hotline.actions.dispatching import dispatch
from hotline.actions.merging import merge
from hotline.actions.receiving import Asked, receive
from hotline.actions.settling import answer_directly, refuse
from hotline.models import Request
from hotline.states import RequestState
from workorders.models import Category
from workorders.workflow import InvalidMove

MOST = 50


class Verb(TextChoices):
    """The buttons of the desk."""

    DISPATCH = "dispatch", pgettext_lazy("desk", "Dispatch")
    ANSWER = "answer", pgettext_lazy("desk", "Answer and close")
    JOIN = "join", pgettext_lazy("desk", "Join")
    REFUSE = "refuse", pgettext_lazy("desk", "Do not take on")
    KEEP = "keep", _("Keep for later")


@dataclass(frozen=True)
class Decision:
    """What the operator decided. `join` is `r` or `o` and the key of a request or an order."""

    verb: str
    answer: str = ""
    snippet: int | None = None
    join: str = ""
    reason: str = ""
    note: str = ""


@transaction.atomic
def take_down(
    district: Grid,
    asked: Asked,
    decision: Decision,
    *,
    actor: User,
    client_uuid: uuid.UUID,
    photos: Sequence[CleanPhoto] = (),
    now: dt.datetime | None = None,
) -> Request:
    """Take in what a caller says and settle it at once; pressed twice it is done once. Raises as its parts do."""
    matter = receive(district, asked, actor=actor, client_uuid=client_uuid, photos=photos, now=now)
    return matter if matter.state != RequestState.RECEIVED else settle(matter, decision, actor=actor, now=now)


@transaction.atomic
def go_on(
    matter: Request,
    changes: Mapping[str, Any],
    decision: Decision,
    *,
    actor: User,
    version: int | None,
    now: dt.datetime | None = None,
) -> Request:
    """Correct a request that waits and settle it. Raises as its parts do; then nothing is kept of either."""
    corrected = correct(matter, actor=actor, changes=changes, version=version, now=now)
    return settle(corrected, decision, actor=actor, now=now)


def settle(matter: Request, decision: Decision, *, actor: User, now: dt.datetime | None = None) -> Request:
    """Do with a waiting request what the operator decided."""
    match decision.verb:
        case Verb.DISPATCH:
            node = _node(matter)
            if node is None:
                raise ValidationError({"grid": _("Say in which grid it is.")})
            return dispatch(matter, actor=actor, note=decision.note, now=now, grid=node)
        case Verb.ANSWER:
            return answer_directly(matter, actor=actor, answer=decision.answer, snippet=decision.snippet, now=now)
        case Verb.REFUSE:
            return refuse(matter, actor=actor, reason=decision.reason, note=decision.note, now=now)
        case Verb.JOIN:
            kind, key = decision.join[:1], decision.join[1:]
            number = int(key) if key.isdecimal() else None
            into, order = (number, None) if kind == "r" else (None, number)
            return merge(matter, actor=actor, into=into, order=order, note=decision.note, now=now)
        case _:
            release(matter, actor=actor)
            return matter


def _node(matter: Request) -> Grid | None:
    """Return the node that the operator confirmed; a mere proposal is none."""
    return (matter.micro or matter.grid or matter.community or matter.street) if matter.is_located else None


@dataclass
class Batch:
    """What became of several that were dispatched at once: how many went, and why the others did not, by number."""

    sent: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)


def dispatch_several(
    picked: Mapping[int, int], categories: Mapping[int, Category | None], *, actor: User, now: dt.datetime | None = None
) -> Batch:
    """Dispatch requests (key → version) whose grid is sure and whose category is known, each for itself: one that
    cannot go does not hold back the others. `categories` may name one where a request has none."""
    batch = Batch()
    for pk, version in list(picked.items())[:MOST]:
        matter = Request.objects.filter(pk=pk).first()
        if matter is None:
            continue
        try:
            node = _node(matter)
            dispatch(matter, actor=actor, grid=node, category=categories.get(pk), version=version, now=now)
            batch.sent += 1
        except (Refused, InvalidMove, PermissionDenied) as refusal:
            batch.refused.append((matter.number, str(refusal)))
        except ValidationError as refusal:
            batch.refused.append((matter.number, " ".join(refusal.messages)))
    return batch
