"""The words of an exchange: which way it goes, how a row is answered, where the platform's own order stands."""

from django.db import models
from django.utils.translation import pgettext_lazy


class Direction(models.TextChoices):
    IN = "in", pgettext_lazy("exchange", "In")
    OUT = "out", pgettext_lazy("exchange", "Out")


class Way(models.TextChoices):
    FILE = "file", pgettext_lazy("exchange", "File")
    PUSH = "push", pgettext_lazy("exchange", "Pushed by the platform")
    PULL = "pull", pgettext_lazy("exchange", "Asked for by the platform")
    REPLAY = "replay", pgettext_lazy("exchange", "Tried again")


class RunState(models.TextChoices):
    RUNNING = "running", pgettext_lazy("exchange", "Running")
    DONE = "done", pgettext_lazy("exchange", "Done")
    FAILED = "failed", pgettext_lazy("exchange", "Failed")


class Verdict(models.TextChoices):
    """What a row is answered."""

    ACCEPTED = "accepted", pgettext_lazy("row of an exchange", "Accepted")
    CHANGED = "changed", pgettext_lazy("row of an exchange", "Changed")
    UNCHANGED = "unchanged", pgettext_lazy("row of an exchange", "Unchanged")
    REFUSED = "refused", pgettext_lazy("row of an exchange", "Refused")


class PlatformState(models.TextChoices):
    """Where an order stands at the platform, in its own order."""

    RECEIVED = "received", pgettext_lazy("at the platform", "Received")
    FORWARDED = "forwarded", pgettext_lazy("at the platform", "Forwarded")
    WORKING = "working", pgettext_lazy("at the platform", "Being worked on")
    RETURNED = "returned", pgettext_lazy("at the platform", "Returned")
    ANSWERED = "answered", pgettext_lazy("at the platform", "Answered")
    CLOSED = "closed", pgettext_lazy("at the platform", "Closed")
    WITHDRAWN = "withdrawn", pgettext_lazy("at the platform", "Withdrawn")
    REDO = "redo", pgettext_lazy("at the platform", "To be done again")


RANK = {
    PlatformState.RECEIVED: 1,
    PlatformState.FORWARDED: 2,
    PlatformState.WORKING: 3,
    PlatformState.RETURNED: 3,
    PlatformState.ANSWERED: 4,
    PlatformState.CLOSED: 5,
    PlatformState.WITHDRAWN: 6,
}
"""Which state comes after which; `REDO` may come after any."""
OVER = frozenset({PlatformState.ANSWERED, PlatformState.CLOSED, PlatformState.WITHDRAWN})
"""The platform wants nothing more of the district."""
