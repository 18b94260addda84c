"""Whose phone a task of asking opens: of those one has to call, while the asking lasts, and of nobody else.

Supervisors ask by phone without a post that shows numbers; the look itself, its reason, the hour's limit and the
record are those of the registers (residents/looks.py).
"""

from django.utils import timezone

from accounts.models import User
from residents import looks
from residents.models import Resident
from surveys.models import Sampled
from surveys.states import Way

OPENED = frozenset({"phone"})


def register() -> None:
    looks.open_by("surveys", of_sample)


def of_sample(actor: User, row: looks.Subject) -> frozenset[str]:
    """Return the phone where this person has to call the resident for a questionnaire of today."""
    if not isinstance(row, Resident):
        return frozenset()
    waiting = Sampled.objects.askable_by(actor).to_do_on(timezone.localdate())
    return OPENED if waiting.filter(resident=row, survey__way=Way.PHONE).exists() else frozenset()
