"""What a questionnaire can be, how it is asked, and how an attempt ends."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

MAX_TRIES = 3
SMALLEST = 5
"""What counts fewer answers than this is not shown."""


class SurveyKind(models.TextChoices):
    OPINION = "opinion", _("Questionnaire")
    SPOT_CHECK = "check", _("Spot check")
    HANDLING = "handling", _("Satisfaction with handling")


class SurveyState(models.TextChoices):
    DRAFT = "draft", _("Being drafted")
    OPEN = "open", _("Being asked")
    CLOSED = "closed", pgettext_lazy("of a survey", "Closed")


class Way(models.TextChoices):
    PHONE = "phone", _("By phone")
    DOOR = "door", _("At the door")


class QuestionKind(models.TextChoices):
    SINGLE = "single", _("One of several")
    MULTIPLE = "multiple", _("Several of several")
    SCALE = "scale", _("From 1 to 5")
    NUMBER = "number", pgettext_lazy("kind of answer", "Number")
    TEXT = "text", pgettext_lazy("kind of answer", "Words")


class Judging(models.TextChoices):
    """Whether a question is to judge whose work it asks about; by default a grade does, and nothing else."""

    USUAL = "", _("as usual: only a grade does")
    YES = "yes", _("yes")
    NO = "no", _("no")


class Outcome(models.TextChoices):
    """How an attempt ended; a person is done with when it is not `UNREACHABLE`, or after the third try."""

    REACHED = "reached", _("Reached and asked")
    REFUSED = "refused", _("Did not want to answer")
    UNREACHABLE = "away", _("Not reached")
    MOVED = "moved", _("No longer lives there")
