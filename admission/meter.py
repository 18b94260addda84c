"""The burden meter as its page shows it: how many workers at which share of their week, and the heaviest by name."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from admission.effort import Assumption, EffortBook
from admission.load import Burden, Meter
from workorders.states import Difficulty

EDGES = (25, 50, 75, 100)
WORDS = (
    _("up to a quarter of the week"),
    _("up to half"),
    _("up to three quarters"),
    _("up to the whole week"),
    _("more than the week holds"),
)
PAGE = 50


@dataclass(frozen=True)
class Bucket:
    """How many workers carry such a share of their week; widths are percent of the longest bar."""

    words: Promise
    before: int
    after: int
    width_before: int
    width_after: int
    is_over: bool


@dataclass(frozen=True)
class Row:
    """One worker; the parts of the bar are percent of its full length, as `limit` is."""

    burden: Burden
    before: int
    added: int
    limit: int


@dataclass(frozen=True)
class Rows:
    """A page of workers, heaviest first."""

    rows: list[Row]
    first: int
    total: int
    older: int | None
    newer: int | None


def buckets(meter: Meter) -> list[Bucket]:
    """Count the workers by share of their week, before and after."""
    before, after = [0] * len(WORDS), [0] * len(WORDS)
    for burden in meter.burdens:
        before[_bucket(burden.share_before)] += 1
        after[_bucket(burden.share_after)] += 1
    longest = max(*before, *after, 1)
    return [
        Bucket(words, b, a, round(100 * b / longest), round(100 * a / longest), index == len(EDGES))
        for index, (words, b, a) in enumerate(zip(WORDS, before, after, strict=True))
    ]


def _bucket(share: float) -> int:
    return next((index for index, edge in enumerate(EDGES) if share <= edge), len(EDGES))


def rows(meter: Meter, start: int = 0) -> Rows:
    """Cut a page out of the workers from this rank on."""
    total = len(meter.burdens)
    start = start if start < total else 0
    scale = max([burden.after for burden in meter.burdens] + [a.minutes for a in meter.capacities.values()]) or 1
    cut = [
        Row(
            burden,
            before=round(100 * burden.before / scale),
            added=round(100 * burden.added / scale),
            limit=round(100 * burden.capacity / scale),
        )
        for burden in meter.burdens[start : start + PAGE]
    ]
    older = start + PAGE if start + PAGE < total else None
    return Rows(cut, start + 1, total, older, max(0, start - PAGE) if start else None)


def efforts(book: EffortBook) -> list[tuple[str, Assumption]]:
    """Say what an incident of each difficulty is assumed to take where no category says otherwise."""
    return [(str(Difficulty(level).label), book.of(None, level)) for level in Difficulty.values]
