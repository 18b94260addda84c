"""What a roster is of, the steps it goes through, and what a row of it may turn out to be."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class BatchKind(models.TextChoices):
    RESIDENTS = "residents", _("Residents")
    HOUSES = "houses", _("Houses")
    ORGANISATIONS = "organisations", _("Organisations")
    WORKERS = "workers", _("Workers and their posts")


class State(models.TextChoices):
    """uploaded → checking → ready → applying → applied → undoing → undone; or failed, or cancelled."""

    UPLOADED = "uploaded", _("Columns to be matched")
    CHECKING = "checking", _("Being checked")
    READY = "ready", _("Waits for decisions")
    APPLYING = "applying", _("Being written")
    APPLIED = "applied", _("Written")
    UNDOING = "undoing", _("Being taken back")
    UNDONE = "undone", _("Taken back")
    FAILED = "failed", pgettext_lazy("of a roster", "Failed")
    CANCELLED = "cancelled", pgettext_lazy("of a roster", "Cancelled")


RUNNING = frozenset({State.CHECKING, State.APPLYING, State.UNDOING})
"""States in which a background job has work to do; whoever finds one without a runner picks it up."""
ENDED = frozenset({State.APPLIED, State.UNDONE, State.FAILED, State.CANCELLED})


class Outcome(models.TextChoices):
    """What the comparison with the register says of a row."""

    NEW = "new", pgettext_lazy("of a row", "New")
    CHANGED = "changed", pgettext_lazy("of a row", "Changed")
    UNCHANGED = "unchanged", pgettext_lazy("of a row", "Unchanged")
    MOVED_OUT = "moved_out", _("No longer on the list")
    CONFLICT = "conflict", pgettext_lazy("of a row", "Contradicts the register")
    DUPLICATE = "duplicate", _("Twice in the file")
    REFUSED = "refused", pgettext_lazy("of a row", "Cannot be taken")


DECIDABLE = (Outcome.NEW, Outcome.CHANGED, Outcome.MOVED_OUT, Outcome.CONFLICT)
"""Outcomes that somebody decides about; the others change nothing."""


class Conflict(models.TextChoices):
    """Why a row contradicts the register, or the file itself."""

    OTHER_NAME = "other_name", _("The number is registered under another name")
    OTHER_NUMBER = "other_number", _("Same name and birth date, but another number")
    TWO_NAMES = "two_names", _("The number stands in the file with two names")
    ELSEWHERE = "elsewhere", _("Registered in an area that is not yours")
    DIED = "died", _("Recorded as dead")
    AMBIGUOUS = "ambiguous", _("Fits several in the register")


APPLICABLE = (Conflict.OTHER_NAME, Conflict.OTHER_NUMBER)
"""Contradictions that may be settled for the file: take its name, or add its person as another one."""


class Decision(models.TextChoices):
    UNDECIDED = "", pgettext_lazy("of a row", "Not decided")
    APPLY = "apply", pgettext_lazy("of a row", "Take over")
    SKIP = "skip", pgettext_lazy("of a row", "Leave out")


class Result(models.TextChoices):
    """What became of a row that was to be written; empty where all went as decided."""

    AS_DECIDED = "", _("As decided")
    STALE = "stale", _("Not written: changed by somebody meanwhile")
    UNDONE = "undone", _("Taken back")
    KEPT = "kept", _("Not taken back: something later depends on it")
