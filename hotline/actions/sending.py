"""An answer goes to its requester by the way they chose: as a message, or by somebody who tells them.

Each requester gets it under their own number. Who they are stays between the request's row and the message's: neither
the handler nor the history learns it.
"""

import datetime as dt

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import notices
from accounts.models import User
from grids.errors import Refused
from grids.roles import Permission
from hotline.actions.acting import record
from hotline.models import Request
from hotline.states import Act, ReplyWay
from hotline.ways import PURPOSE, WAYS
from messaging import actions as messaging
from messaging import purposes
from messaging.models import Message
from messaging.states import MessageState, Way
from workorders import people

LONGEST_SMS = 480
"""Characters of an SMS, about seven parts; the whole answer stands where the request is looked up."""


def register() -> None:
    """Name the purpose; called once, when the app is ready."""
    purposes.register(PURPOSE, gettext_lazy("Answer to a request"), ended)


def send_answer(matter: Request, text: str, *, actor: User | None, now: dt.datetime) -> Message | None:
    """Send an answer to the requester of a locked request, in the caller's transaction; the caller saves the row.

    Sets `told_at`: empty until it arrived. None where there is no message: no answer is wanted, or somebody has to tell
    them (they asked for a call or a letter, or nothing can be sent to the address that they gave).
    """
    matter.told_at = now if matter.reply_way == ReplyWay.NONE else None
    way = WAYS.get(ReplyWay(matter.reply_way))
    if way is None:
        return None
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("Answer to your request %(number)s") % {"number": matter.number}
        body = _words(matter, text, is_short=way == Way.SMS)
    try:
        return messaging.send(
            district=matter.district,
            way=way,
            address=_address(matter),
            subject=subject,
            body=body,
            purpose=PURPOSE,
            reference=matter.pk,
            actor=actor,
            now=now,
        )
    except Refused:
        return None  # it waits among those who are to be told


def _address(matter: Request) -> str:
    return matter.reply_address or (matter.requester_phone if matter.reply_way == ReplyWay.SMS else "")


def _words(matter: Request, text: str, *, is_short: bool) -> str:
    head = _("Your request %(number)s “%(title)s” is answered:") % {"number": matter.number, "title": matter.title}
    if not is_short:
        return f"{head}\n\n{text}"
    words = f"{head}{' '.join(text.split())}"
    if len(words) <= LONGEST_SMS:
        return words
    tail = _("… The whole answer: %(url)s, with the number and the last digits of your phone.")
    ending = tail % {"url": _where_to_look_up()}
    return words[: LONGEST_SMS - len(ending)] + ending


def _where_to_look_up() -> str:
    """Return the page where a request is looked up, which belongs to an app above this one."""
    try:
        return settings.SITE_URL + reverse("public:track")
    except NoReverseMatch:
        return str(settings.SITE_URL)


def ended(message: Message, now: dt.datetime) -> None:
    """Note in a request's history that its message left; where it never will, tell the desk, which finds it in its
    list of those to be told."""
    if message.reference is None:
        return
    matter = Request.objects.select_for_update(of=("self",)).filter(pk=message.reference).first()
    if matter is None or matter.told_at is not None:
        return
    newest = Message.objects.about(PURPOSE, [matter.pk]).values_list("pk", flat=True).first()
    if newest != message.pk:
        return
    if message.state == MessageState.SENT:
        mark_told(matter, actor=None, now=now, details={"by": "message", "message": message.pk, "way": message.way})
        return
    desk = people.at_nodes([matter.district_id], Permission.INTAKE, now).get(matter.district_id, [])
    url = matter.get_absolute_url()
    notices.send(desk, "request_answer_undelivered", {"number": matter.number}, url, now=now)


def mark_told(matter: Request, *, actor: User | None, now: dt.datetime, details: dict[str, object]) -> None:
    """Keep that the requester of a locked request has the answer."""
    matter.told_at = now
    matter.save(update_fields=["told_at"])
    record(matter, Act.REPLY_SENT, actor=actor, now=now, from_state=matter.state, details=dict(details))
