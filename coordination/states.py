"""The words of whistles: what becomes of one, and of each unit that it calls (DOMAIN.md §5.3, 吹哨/报到)."""

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
