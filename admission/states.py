"""The words of standing tasks: rhythms, states, moves and kinds of field."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Rhythm(models.TextChoices):
    ONCE = "once", _("Once")
    WEEKLY = "weekly", _("Every week")
    MONTHLY = "monthly", _("Every month")


class TaskState(models.TextChoices):
    PENDING = "pending", _("To be decided")
    ADMITTED = "admitted", _("Admitted")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("of an application", "Withdrawn")
    ENDED = "ended", _("Ended early")


class TaskMove(models.TextChoices):
    APPLY = "apply", _("Apply")
    ADMIT = "admit", _("Admit")
    REFUSE = "refuse", pgettext_lazy("an application", "Refuse")
    WITHDRAW = "withdraw", pgettext_lazy("an application", "Withdraw")
    END = "end", _("End early")


class FieldKind(models.TextChoices):
    YES_NO = "yes_no", _("Yes or no")
    NUMBER = "number", pgettext_lazy("kind of field", "Number")
    CHOICE = "choice", _("Choice from a list")
    TEXT = "text", _("Short text")
    DATE = "date", pgettext_lazy("kind of field", "Date")
    PHOTO = "photo", pgettext_lazy("kind of field", "Photo")


class Allowed(models.TextChoices):
    """In what the time for a round is counted."""

    WORKING_DAY = "working_day", _("working days")
    CALENDAR_DAY = "calendar_day", _("calendar days")
