"""What is taken off answers when they were kept long enough: who gave them, and what they said in words."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import retention
from surveys.models import Answer, Sampled


def register() -> None:
    retention.register("survey_people", _("Who answered a questionnaire"), "SURVEY_KEEP_DAYS", _people)


def _people(before: dt.datetime, is_trial: bool) -> int:
    """Take the residents and their words off old answers; the counts stay."""
    rows = Sampled.objects.filter(survey__closes_on__lt=timezone.localdate(before), resident__isnull=False)
    if is_trial:
        return rows.count()
    Answer.objects.filter(sampled__in=rows).exclude(text="").update(text="")
    return rows.update(resident=None, visit=None)
