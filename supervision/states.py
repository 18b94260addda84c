"""The words of supervision: states, levels and acts of a supervision order (督办单), and the situations of digests."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from workorders.states import SupervisionLevel


class State(models.TextChoices):
    DRAFT = "draft", _("Draft")
    ISSUED = "issued", _("Reply awaited")
    REPLIED = "replied", _("Reply to be judged")
    CLOSED = "closed", pgettext_lazy("supervision", "Closed")
    DROPPED = "dropped", _("Dropped")


RUNNING = frozenset({State.ISSUED, State.REPLIED})
"""States in which the work order counts as supervised."""
OPEN = RUNNING | {State.DRAFT}
"""States of which an order has one supervision order at most."""


def higher(level: str) -> list[SupervisionLevel]:
    """Return the levels above this one (一般督办 < 重点督办 < 挂牌督办, DOMAIN.md §5.3), the next first."""
    ranks = list(SupervisionLevel)
    return ranks[ranks.index(SupervisionLevel(level)) + 1 :]


class Act(models.TextChoices):
    DRAFT = "draft", _("Drafted")
    ISSUE = "issue", _("Issue")
    REPLY = "reply", _("Reply")
    ASK_AGAIN = "ask_again", _("Ask again")
    RAISE = "raise", _("Raise the level")
    CLOSE = "close", pgettext_lazy("supervision", "Close the supervision")
    DROP = "drop", _("Drop the draft")
    OVERDUE = "overdue", _("Reply overdue")
    ORDER_FINISHED = "order_finished", _("The work order ended")


class Outcome(models.TextChoices):
    """What a supervision order is closed with."""

    CARRIED_OUT = "carried_out", _("Carried out")
    EXPLAINED = "explained", _("Reasons accepted")
    NOT_CARRIED_OUT = "not_carried_out", _("Not carried out")


class Situation(models.TextChoices):
    """What a digest looks for (LESSONS.md §2, no. 14)."""

    UNSIGNED = "unsigned", _("Not signed for")
    SILENT = "silent", _("Nothing recorded")
    PAUSE_OVER = "pause_over", _("Suspended past its date")
    RETURNED = "returned", _("Returned again and again")
    NO_PHOTO = "no_photo", _("Closed without an after-photo")
    EXTENSION_REFUSED = "extension_refused", _("Extension refused and still open")
