"""The words of whistles (DOMAIN.md §5.3, 吹哨/报到) and of joint reviews (DOMAIN.md §1.2, 分级会审)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class WhistleState(models.TextChoices):
    OPEN = "open", pgettext_lazy("of a whistle", "Called")
    CLOSED = "closed", pgettext_lazy("of a whistle", "Closed")
    CANCELLED = "cancelled", pgettext_lazy("of a whistle", "Cancelled")


class Attendance(models.TextChoices):
    """Whether a called unit came: said when it checks in, or by the timer when the time is over."""

    AWAITED = "awaited", _("Awaited")
    ON_TIME = "on_time", _("Came in time")
    LATE = "late", _("Came late")
    ABSENT = "absent", _("Absent")
    EXCUSED = "excused", _("Not needed any more")


CAME = frozenset({Attendance.ON_TIME, Attendance.LATE})


class Act(models.TextChoices):
    """What is done on a whistle; each leaves a row of its history."""

    BLOW = "blow", _("Blow the whistle")
    CHECK_IN = "check_in", _("Check in")
    ABSENT = "absent", _("Recorded as absent")
    REPORT = "report", _("Report what was done")
    RATE = "rate", pgettext_lazy("a called unit", "Rate")
    CLOSE = "close", _("Close the whistle")
    CANCEL = "cancel", _("Cancel the whistle")


class ReviewState(models.TextChoices):
    CONVENED = "convened", _("Convened")
    DECIDED = "decided", pgettext_lazy("of a meeting", "Decided")
    CANCELLED = "cancelled", pgettext_lazy("of a meeting", "Cancelled")


class Decision(models.TextChoices):
    """What a meeting may decide on the order that climbed to its level."""

    SOLVE = "solve", _("Solve here")
    PASS_UP = "pass_up", _("Pass up to the next level")
    EXPLAIN = "explain", _("Explain, since it cannot be done")


class Part(models.TextChoices):
    """What a unit has to do with a meeting."""

    ATTEND = "attend", _("Attends")
    ASSIST = "assist", _("Assists by the decision")


class Entry(models.TextChoices):
    """A line of a meeting's record; none is ever changed, what was wrong is corrected by another."""

    CONVENE = "convene", _("Meeting convened")
    MINUTES = "minutes", pgettext_lazy("of a meeting", "Minutes")
    DECIDE = "decide", pgettext_lazy("of a meeting", "Decision")
    CORRECT = "correct", pgettext_lazy("of a meeting", "Correction")
    OVERDUE = "overdue", _("Decision overdue")
    CANCEL = "cancel", _("Meeting cancelled")
