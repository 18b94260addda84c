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
    SOLVED_BY_LEVEL = "solved_level", pgettext_lazy("measure", "Solved, by level")
    """Solved on the day, by the kind of node that they had climbed to; "base" where they never climbed."""
    OVERDUE_BY_LEVEL = "overdue_level", pgettext_lazy("measure", "Went overdue, by level")
    """A stage's clock ran out on the day, by the kind of node that the order had climbed to by then."""
    STAGE = "stage", pgettext_lazy("measure", "Stage times")
    """A stage's clock stopped on the day, by stage; `total` = seconds that it ran, pauses left out."""
    RETURNED = "returned", pgettext_lazy("measure", "Returned")
    """By the reason from the list."""
    REWORKED = "reworked", pgettext_lazy("measure", "Sent back for rework")
    RATED = "rated", pgettext_lazy("measure", "Rated")
    """Rated on the day, by the rating "1" to "5"."""
    OPEN = "open", pgettext_lazy("measure", "Open")
    """Reported and not ended at the end of the day: a stock (`STOCKS`), recounted from when orders were reported and
    finished. One that was reopened counts as open all along."""
    # Requests of the hotline; the six rates count what hotline/rates.py counts.
    REQUESTED = "request", pgettext_lazy("measure", "Requests received")
    """Received on the day, by source."""
    REQUESTED_BY_KIND = "request_kind", pgettext_lazy("measure", "Requests, by kind")
    REQUESTED_BY_CATEGORY = "request_category", pgettext_lazy("measure", "Requests, by category")
    """By the category's key; "" of none."""
    REQUEST_DUE = "request_due", pgettext_lazy("measure", "Answers due")
    """Fell due on the day: `done` or `open` as it stands, and whether it was first answered in time: `done_on_time`,
    `done_late`, `open_on_time`, `open_late`."""
    CALLED = "called", pgettext_lazy("measure", "Requesters reached")
    """Reached by call-back on the day: `contacted` by the handler, or `not`."""
    SAID_SOLVED = "said_solved", pgettext_lazy("measure", "Said whether it was solved")
    """On the day of the call or rating, by the answer."""
    GRADED = "graded", pgettext_lazy("measure", "Graded by the requester")
    """On the day of the call or rating, by grade "1" to "5"; `total` = percent of weight, by the district's rows."""
    KEY_CASES = "key_case", pgettext_lazy("measure", "Under key supervision")
    """Put under it on the day and not taken out, nor excluded: `done` where answered or closed, else `open`."""
    KEY_OPENED = "key_opened", pgettext_lazy("measure", "Key cases opened")
    """On the day, by reason, whatever became of them."""
    # Visits.
    VISITED = "visited", pgettext_lazy("measure", "Visits")
    """Made on the day, by outcome; what was taken back is not counted."""
    PEOPLE_REACHED = "people_reached", pgettext_lazy("measure", "People reached by visits")
    """Named by a visit of the day that met them or spoke to them, by outcome."""
    # The daily log.
    TOLD = "told", pgettext_lazy("measure", "Told by residents")
    """Entries of the daily log heard on the day, by kind; whether they became orders or not."""
    # What there is at the end of a day: stocks, never added up over days. Written of today alone (insights/stocks.py).
    OPEN_BY_LIGHT = "open_light", pgettext_lazy("measure", "Open, by light")
    """Open incidents by light; "" where no clock runs."""
    RESIDENTS = "residents", pgettext_lazy("measure", "Residents")
    """Who lives here, by kind."""
    HOUSES = "houses", pgettext_lazy("measure", "Houses")
    """By use."""
    ORGANISATIONS = "organisations", pgettext_lazy("measure", "Organisations")
    """Not closed, by kind."""
    KEY_SITES = "key_sites", pgettext_lazy("measure", "Key sites")
    WORKERS = "workers", pgettext_lazy("measure", "Grid workers in post")
    """Posts, by employment: who has two grids counts in both, and twice above them."""
    COVERAGE = "coverage", pgettext_lazy("measure", "Residents by visits")
    """As visits/coverage.py counts: `reached` within their interval, `overdue`, `not_yet`."""
    CONTACT = "contact", pgettext_lazy("measure", "Residents of contact households, by visits")
    """Of them whose next visit is due as a contact household."""


STOCKS = frozenset(
    {
        *(Measure.OPEN, Measure.OPEN_BY_LIGHT, Measure.RESIDENTS, Measure.HOUSES, Measure.ORGANISATIONS),
        *(Measure.KEY_SITES, Measure.WORKERS, Measure.COVERAGE, Measure.CONTACT),
    }
)
"""Read by `figures.stock`."""
