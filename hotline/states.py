"""The words of a hotline request (诉求): where it comes from, what it wants, where it stands (DOMAIN.md §2.9, §5)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from workorders.states import Profile


class RequestSource(models.TextChoices):
    """The way by which a request came in."""

    PLATFORM = "platform", _("City platform 12345")
    PHONE = "phone", _("Phone")
    COUNTER = "counter", _("Counter")
    WEB = "web", _("Web page")
    QR = "qr", _("QR code")
    LEAD = "lead", _("Building lead")
    MEDIA = "media", _("Media")
    LETTER = "letter", _("Letter")


class RequestKind(models.TextChoices):
    """What a request wants (DOMAIN.md §2.9, request type)."""

    ENQUIRY = "enquiry", pgettext_lazy("kind of request", "Enquiry")
    HELP = "help", pgettext_lazy("kind of request", "Help")
    COMPLAINT = "complaint", pgettext_lazy("kind of request", "Complaint")
    TIP = "tip", pgettext_lazy("kind of request", "Tip-off")
    SUGGESTION = "suggestion", pgettext_lazy("kind of request", "Suggestion")
    PRAISE = "praise", pgettext_lazy("kind of request", "Praise")


PROFILE_OF = {
    RequestKind.COMPLAINT: Profile.COMPLAINT,
    RequestKind.TIP: Profile.COMPLAINT,
}
"""The rule whose limits a request's order runs under; all other kinds run under the hotline's."""


def profile_for(kind: str) -> Profile:
    """Return the rule for a kind of request (DOMAIN.md §2.9: 5 working days; complaints and tips 15)."""
    return PROFILE_OF.get(RequestKind(kind), Profile.HOTLINE)


AT_THE_DESK = frozenset({RequestKind.ENQUIRY, RequestKind.SUGGESTION, RequestKind.PRAISE})
"""Kinds that a direct answer of the desk may end; all else becomes an order."""


class RequestState(models.TextChoices):
    """Where a request stands. The work on it has its own states, those of its order."""

    RECEIVED = "received", _("At the desk")
    DISPATCHED = "dispatched", _("Being worked on")
    ANSWERED = "answered", pgettext_lazy("of a request", "Answered")
    CLOSED = "closed", pgettext_lazy("of a request", "Closed")
    REFUSED = "refused", _("Not taken on")
    MERGED = "merged", _("Joined to another request")


ENDED = frozenset({RequestState.CLOSED, RequestState.REFUSED, RequestState.MERGED})


class RefuseReason(models.TextChoices):
    """Why the desk does not take a request on (proposal after GB/T 33358: what a hotline does not accept)."""

    EMERGENCY = "emergency", _("Belongs to 110, 119, 120 or 122")
    OUTSIDE = "outside", pgettext_lazy("refusal", "Outside the district")
    COURT = "court", _("Before a court, in arbitration or in the petition procedure")
    REPEATED = "repeated", _("Answered already, and nothing new")
    UNCLEAR = "unclear", _("Says nothing that could be handled")
    OTHER = "other", pgettext_lazy("refusal", "Other")


class ReplyWay(models.TextChoices):
    """How a requester wants the answer."""

    NONE = "none", _("No answer wanted")
    PHONE = "phone", _("By phone")
    SMS = "sms", _("By text message")
    EMAIL = "email", _("By e-mail")
    WECOM = "wecom", _("By WeChat Work")
    LETTER = "letter", _("By letter or in person")


class ReplyState(models.TextChoices):
    DRAFT = "draft", _("To be reviewed")
    RETURNED = "returned", pgettext_lazy("of a reply", "Sent back")
    APPROVED = "approved", pgettext_lazy("of a reply", "Approved")


class Solved(models.TextChoices):
    """What a requester says about the matter when called back."""

    YES = "yes", pgettext_lazy("call-back", "Solved")
    BASICALLY = "basically", pgettext_lazy("call-back", "Basically solved")
    NO = "no", pgettext_lazy("call-back", "Not solved")


class CallState(models.TextChoices):
    """Where the call-back of a request stands."""

    NONE = "", pgettext_lazy("call-back", "Not due")
    SKIPPED = "skipped", pgettext_lazy("call-back", "Not drawn")
    QUEUED = "queued", pgettext_lazy("call-back", "To be called")
    REACHED = "reached", pgettext_lazy("call-back", "Reached")
    UNREACHABLE = "unreachable", pgettext_lazy("call-back", "Not reached")


class Act(models.TextChoices):
    """What happens to a request; each is one row of its history."""

    RECEIVE = "receive", pgettext_lazy("act", "Received")
    CORRECT = "correct", pgettext_lazy("act", "Corrected")
    UPDATE = "update", pgettext_lazy("act", "Renewed by the city platform")
    ANSWER_DIRECTLY = "answer_directly", pgettext_lazy("act", "Answered at the desk")
    DISPATCH = "dispatch", pgettext_lazy("act", "Dispatched")
    REFUSE = "refuse", pgettext_lazy("act", "Not taken on")
    MERGE = "merge", pgettext_lazy("act", "Joined to another")
    UNMERGE = "unmerge", pgettext_lazy("act", "Taken out again")
    GROUP = "group", pgettext_lazy("act", "Put into a topic")
    UNGROUP = "ungroup", pgettext_lazy("act", "Taken out of a topic")
    DRAFT = "draft", pgettext_lazy("act", "Reply drafted")
    RETURN_REPLY = "return_reply", pgettext_lazy("act", "Reply sent back")
    APPROVE_REPLY = "approve_reply", pgettext_lazy("act", "Reply approved")
    REPLY_SENT = "reply_sent", pgettext_lazy("act", "Reply sent")
    ORDER_ENDED = "order_ended", pgettext_lazy("act", "Its order ended")
    CALL = "call", pgettext_lazy("act", "Called")
    RATE = "rate", pgettext_lazy("act", "Rated")
    REOPEN = "reopen", pgettext_lazy("act", "Reopened")
    CLOSE = "close", pgettext_lazy("act", "Closed")
    FLAG = "flag", pgettext_lazy("act", "Put under key supervision")
    UNFLAG = "unflag", pgettext_lazy("act", "Taken out of key supervision")
    CARD = "card", pgettext_lazy("act", "Card given")
    EXCLUDE = "exclude", pgettext_lazy("act", "Excluded from assessment")
