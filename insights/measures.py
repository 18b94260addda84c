"""What is counted for each node and day, and what the keys of each count say.

A row of `Tally` is (node, day, measure, key) → `count` things, with `total` of seconds or of weight where the measure
has one. Adding a measure is a line here and a query in `insights/sources/`.
"""

from django.db import models
from django.utils.translation import pgettext_lazy


class Measure(models.TextChoices):
    # Work orders: incidents only; parts that assist, and rounds of tasks, are not counted.
    FOUND = "found", pgettext_lazy("measure", "Found")
    """Reported on the day, by source."""
    FOUND_BY_CATEGORY = "found_category", pgettext_lazy("measure", "Found, by category")
    """Reported on the day, by the order's own category (its key)."""
    FOUND_BY_HOUR = "found_hour", pgettext_lazy("measure", "Found, by hour")
    """Reported on the day, by hour "00" to "23"."""
    ENDED = "ended", pgettext_lazy("measure", "Ended")
    """Ended on the day, by how: solved, rejected, voided, merged. `total` = seconds since they were reported."""
    FELL_DUE = "fell_due", pgettext_lazy("measure", "Fell due")
    """The whole order's limit ran out on the day: `on_time` where it had ended by then, else `late`. Left out: what
    was excluded from assessment by decision, is suspended, or was rejected, voided or merged."""
    WENT_OVERDUE = "went_overdue", pgettext_lazy("measure", "Went overdue")
    """A stage's clock ran out on the day, by stage."""
    ESCALATED = "escalated", pgettext_lazy("measure", "Escalated")
    """Climbed on the day, by the kind of node that they reached."""
    STAGE = "stage", pgettext_lazy("measure", "Stage times")
    """A stage's clock stopped on the day, by stage; `total` = seconds that it ran, pauses left out."""
    RETURNED = "returned", pgettext_lazy("measure", "Returned")
    REWORKED = "reworked", pgettext_lazy("measure", "Sent back for rework")
    RATED = "rated", pgettext_lazy("measure", "Rated")
    """Rated on the day, by the rating "1" to "5"."""
