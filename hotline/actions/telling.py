"""Somebody brings an answer to its requester: by phone, by letter, or where a message could not be delivered."""

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from hotline import telling
from hotline.actions.acting import begin
from hotline.actions.sending import mark_told
from hotline.models import Request
from residents.errors import NotPossible


@transaction.atomic
def tell(matter: Request | int, *, actor: User, version: int | None = None, now: dt.datetime | None = None) -> Request:
    """Keep that the requester was told the answer. Raises NotPossible, Stale, PermissionDenied."""
    turn = begin(matter, actor=actor, version=version, now=now)
    if turn.who is None or not telling.may_tell(turn.matter, turn.who):
        raise PermissionDenied(_("Your posts do not allow this with this request."))
    if turn.matter.answered_at is None or turn.matter.told_at is not None or not turn.matter.answer:
        raise NotPossible(_("There is no answer that is still to be told."))
    mark_told(turn.matter, actor=actor, now=turn.now, details={"by": "person", "way": turn.matter.reply_way})
    return turn.matter
