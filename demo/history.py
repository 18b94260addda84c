"""The finished orders of years: when and where they came in, how they went, written down in bulk."""

import copy as copying
import datetime as dt
import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import accumulate
from uuid import UUID

import numpy as np
from django.db import models
from django.utils import timezone

from demo import crew, hotline_words, plan, words
from demo.arrivals import report_times
from demo.bulk import BulkLoad, Page, Table
from demo.callers import Callers, known_after
from demo.life import Life
from demo.rows import ClimbRow, ClockRow, EventRow, InvolvementRow, fresh
from demo.stories import ONLY_FROM, STORIES, Story, Teller, on_the_spot, rejected, voided
from demo.world import World
from grids.models import Grid
from hotline.states import AT_THE_DESK, RequestKind, profile_for
from workorders import repeats
from workorders.models import Category, Escalation, Event, Involvement, NumberSequence, StageClock, WorkOrder
from workorders.states import Source

SOURCES = {
    Source.GRID: 12,
    Source.HOTLINE: 22,
    Source.CITIZEN: 8,
    Source.VIDEO: 5,
    Source.LEADER: 2,
    Source.DEPARTMENT: 1,
}
"""Of what is not solved on the spot; with that, the grid finds 62 of 100 (DOMAIN.md §7.4)."""
GRID_MIX: dict[str, float] = {
    "E01": 28,
    "E02": 4,
    "C01": 14,
    "C02": 4,
    "E04": 4,
    "P": 14,
    "S": 12,
    "D": 6,
    "V": 11,
    "E05": 5,
    "E06": 1,
    "E03": 1,
}
"""Shares by class, for what is found in the grid (DOMAIN.md §7.4)."""
HOTLINE_MIX: dict[str, float] = {
    "H01": 20.4,
    "H02": 19.0,
    "H03": 14.0,
    "H04": 11.6,
    "H05": 11.5,
    "H06": 8.4,
    "H07": 1.8,
    "H08": 0.9,
    "H09": 12.3,
}
"""Heze, first half of 2023 (DOMAIN.md §2.9)."""
VIDEO_MIX: dict[str, float] = {"E0102": 3, "E0114": 3, "E0501": 3, "E0502": 4, "E0506": 2, "E0508": 2, "E0205": 1}
MIXES: dict[Source, dict[str, float]] = {Source.HOTLINE: HOTLINE_MIX, Source.VIDEO: VIDEO_MIX}
WINTER, SUMMER = frozenset({11, 12, 1, 2, 3}), frozenset({6, 7, 8})
SEASONS = {"H0204": (WINTER, 2.5), "E0403": (SUMMER, 2.0), "H0206": (SUMMER, 1.6), "E0404": (WINTER, 2.0)}

KINDS = {
    RequestKind.HELP: 59.0,
    RequestKind.ENQUIRY: 24.0,
    RequestKind.TIP: 8.7,
    RequestKind.COMPLAINT: 6.9,
    RequestKind.SUGGESTION: 1.0,
}
"""Heze, first half of 2023 (DOMAIN.md §2.9); its "other" is given to help and enquiry, praise has its own category."""
WISHES = {"H0902": RequestKind.SUGGESTION, "H0903": RequestKind.PRAISE}
SECRET = 0.03
"""Share of requesters who want secrecy; then the order does not say who asked."""

AT_HOME = 80
"""About how many finished orders the home community has at the least."""
POINTS_PER_GRID = 24
ATTEMPTS = 6
STEP = 500

A_SHARE = 4_000
"""Orders that are drawn together; the next share begins with the next day, since numbers are counted by the day."""
RETOLD_WITHIN = dt.timedelta(hours=24 * 2**ATTEMPTS)
"""Before the end: orders of this time may come in on an earlier day of it than was drawn (`tell`)."""
CALLED_FOR = 0.21
"""Of all orders, those that somebody known called for: of what is not solved on the spot, 22 of 50 (SOURCES)."""
ROWS: tuple[type[models.Model], ...] = (WorkOrder, Event, StageClock, Escalation, Involvement)


@dataclass(frozen=True)
class Wanted:
    """How many orders of each kind of end."""

    closed: int
    rejected: int = 0
    voided: int = 0

    @property
    def total(self) -> int:
        return self.closed + self.rejected + self.voided


@dataclass(frozen=True)
class Share:
    """Orders that one process draws at a time."""

    first_id: int
    times: list[dt.datetime]
    endings: list[int]
    """Which of TOLD is told of each."""
    until: dt.datetime
    seed: int
    known_callers: int


class Drawing:
    """Draws what an order is about: category, grid, point, words."""

    def __init__(
        self, world: World, points: dict[int, list[tuple[float, float]]], rng: random.Random, home: str = ""
    ) -> None:
        """`points` are places in each grid; `home` is the code of the community that is to have a history of its own
        however little there is in all."""
        self.world = world
        self.points = points
        self.rng = rng
        self.grids = world.grids
        self.grid_weights = np.cumsum([grid.population or 1 for grid in self.grids]).tolist()
        self._mixes: dict[tuple[str, int], tuple[list[Category], list[float]]] = {}
        self.home = [grid for grid in self.grids if home and grid.code.startswith(home)]
        self.home_share = 0.0
        self.callers = Callers(rng)
        self.numbers: Counter[str] = Counter()
        self._last_id = 0

    def of(self, share: Share) -> "Drawing":
        """Return what draws a share, from a seed of its own."""
        own = copying.copy(self)
        own.rng = random.Random(share.seed)
        own.callers = Callers(own.rng, share.known_callers)
        own.numbers = Counter()
        own._last_id = share.first_id - 1
        return own

    def order(self, at: dt.datetime, story: Story) -> tuple[WorkOrder, Grid]:
        """Draw an order that goes with a story."""
        rng = self.rng
        source = ONLY_FROM.get(story) or rng.choices(_SOURCES, cum_weights=_SOURCE_SHARES)[0]
        at_home = rng.random() < self.home_share
        grid = rng.choice(self.home) if at_home else rng.choices(self.grids, cum_weights=self.grid_weights)[0]
        category = self.category(source, at.month)
        while story is on_the_spot and category.goes_straight_to_unit:
            category = self.category(source, at.month)
        return self.order_of(at, source, category, grid), grid

    def order_of(self, at: dt.datetime, source: Source, category: Category, grid: Grid) -> WorkOrder:
        """Draw an order of which source, category and grid are given; its number is taken when it is kept."""
        rng = self.rng
        district_id, street_id, community_id, grid_id = self.world.path(grid)
        lng, lat = (Decimal(f"{degrees:.6f}") for degrees in rng.choice(self.points[grid_id]))
        order = fresh(
            WorkOrder,
            category_id=category.id,
            district_id=district_id,
            client_uuid=UUID(int=rng.getrandbits(128), version=4),
            source=source,
            description=words.report(category.code, category.name, rng),
            grid_id=grid_id,
            community_id=community_id,
            street_id=street_id,
            holder_id=grid_id,
            address=words.address(rng),
            lng=lng,
            lat=lat,
            raw_lng=lng,
            raw_lat=lat,
            raw_crs="wgs84",
            accuracy_m=rng.randrange(5, 40),
            difficulty=category.difficulty,
            urgency=category.urgency,
            is_confidential=category.is_confidential,
            reported_at=at,
        )
        WorkOrder.category.field.set_cached_value(order, category)
        if source == Source.HOTLINE:
            self._ask(order, grid)
        elif source == Source.CITIZEN:
            order.contact_name, order.contact_phone = words.caller(rng)
        if order.contact_phone:
            order.contact_hash = repeats.hash_to_keep(order.contact_phone)
        return order

    def _ask(self, order: WorkOrder, grid: Grid) -> None:
        """Make an order of a hotline request: in the requester's words, under the rule of its kind."""
        category = order.category
        kind = request_kind(category.code, self.rng)
        kind = RequestKind.HELP if kind in AT_THE_DESK and category.code not in WISHES else kind
        place = plan.short(self.world.nodes[grid.parent_id].name)
        order.description = "\n".join(hotline_words.asked(category.code, kind, place, self.rng))
        order.profile = profile_for(kind)
        order.is_reply_due = True
        if self.rng.random() >= SECRET:
            order.contact_name, order.contact_phone = self.callers.draw()

    def keep(self, life: Life) -> None:
        """Give a life that came out well its place in the order of numbers."""
        order = life.order
        self._last_id += 1
        order.pk = order_id = self._last_id
        day = order.reported_at.astimezone(self.world.calendar.zone).date()
        prefix = f"{self.world.district.code}{_written(day, order.source)}"
        self.numbers[prefix] += 1
        order.number = f"{prefix}{self.numbers[prefix]:05d}"
        rows: list[EventRow | ClockRow | ClimbRow] = [*life.events, *life.clocks, *life.climbs]
        for row in rows:
            row.order_id = order_id

    def category(self, source: Source, month: int) -> Category:
        key = (source.value, month)
        if key not in self._mixes:
            self._mixes[key] = self._mix(MIXES.get(source, GRID_MIX), month)
        categories, weights = self._mixes[key]
        return self.rng.choices(categories, cum_weights=weights)[0]

    def _mix(self, mix: dict[str, float], month: int) -> tuple[list[Category], list[float]]:
        categories: list[Category] = []
        weights: list[float] = []
        for prefix, share in mix.items():
            members = [category for code, category in self.world.categories.items() if code.startswith(prefix)]
            for category in members:
                months, factor = SEASONS.get(category.code, (frozenset(), 1.0))
                categories.append(category)
                weights.append(share / len(members) * (factor if month in months else 1.0))
        return categories, list(accumulate(weights))


_SOURCES, _SOURCE_SHARES = list(SOURCES), list(accumulate(SOURCES.values()))
_KINDS, _KIND_SHARES = list(KINDS), list(accumulate(KINDS.values()))


def request_kind(code: str, rng: random.Random) -> RequestKind:
    """Draw what a request of this category wants."""
    return WISHES.get(code) or rng.choices(_KINDS, cum_weights=_KIND_SHARES)[0]


@lru_cache(maxsize=100)
def _written(day: dt.date, source: str) -> str:
    return f"{day:%Y%m%d}{Source(source).letter}"


def tell(drawing: Drawing, at: dt.datetime, story: Story, until: dt.datetime) -> Life:
    """Tell one story from a report time on; where it would not be over in time, a shorter one is told."""
    for attempt in range(ATTEMPTS):
        order, grid = drawing.order(at, story)
        life = Life(drawing.world, order, at)
        story(Teller(life, grid, drawing.rng))
        if life.now < until:
            return life
        story = on_the_spot if attempt == 0 else story
        at = min(at, until - dt.timedelta(hours=24 * 2**attempt))
    message = f"No story ends before {until:%Y-%m-%d %H:%M}."
    raise AssertionError(message)


TOLD: tuple[Story, ...] = (*(story for story, _share in STORIES), rejected, voided)


def write(drawing: Drawing, wanted: Wanted, now: dt.datetime, step: Callable[[int], None]) -> None:
    """Draw and load the finished orders, all over by `now`; `step` hears how many more are done."""
    drawing.home_share = min(0.05, AT_HOME / wanted.total) if drawing.home else 0.0
    drawing.world.read_all()
    shares = _shares(drawing, wanted, now)
    with BulkLoad(*ROWS) as load:
        for share, (pages, numbers) in zip(shares, crew.drawn(draw, drawing, shares), strict=True):
            for page in pages:
                load.send(page)
            drawing.numbers.update(numbers)
            step(len(share.times))
    _keep_numbers(drawing.numbers)
    drawing.callers.known = known_after(wanted.total * CALLED_FOR)


def draw(drawing: Drawing, share: Share) -> tuple[list[Page], Counter[str]]:
    """Draw a share; returns what is to be copied, and how far the numbers of each prefix were counted."""
    pages: list[Page] = []
    tables = {model: Table(model, pages.append) for model in ROWS}
    own = drawing.of(share)
    for at, ending in zip(share.times, share.endings, strict=True):
        life = tell(own, at, TOLD[ending], share.until)
        own.keep(life)
        _put(tables, life)
    for table in tables.values():
        table.flush()
    return pages, own.numbers


def copy(drawing: Drawing, lives: Iterable[Life], step: Callable[[int], None]) -> None:
    """Give lives their numbers and load them; `step` hears how many more are done."""
    done = 0
    with BulkLoad(*ROWS) as load:
        for done, life in enumerate(lives, 1):
            drawing.keep(life)
            _put(load.tables, life)
            if done % STEP == 0:
                step(STEP)
    step(done % STEP)
    _keep_numbers(drawing.numbers)


def _put(tables: Mapping[type[models.Model], Table], life: Life) -> None:
    tables[WorkOrder].add([life.order])
    tables[Event].add(life.events)
    tables[StageClock].add(life.clocks)
    tables[Escalation].add(life.climbs)
    tables[Involvement].add(_involvements(life))


def _keep_numbers(numbers: Counter[str]) -> None:
    rows = [NumberSequence(prefix=prefix, last=last) for prefix, last in numbers.items()]
    NumberSequence.objects.bulk_create(rows, batch_size=2000)


def _shares(drawing: Drawing, wanted: Wanted, now: dt.datetime) -> list[Share]:
    times = report_times(wanted.total, now, np.random.default_rng(drawing.rng.getrandbits(64)))
    endings = _endings(wanted, drawing.rng)
    zone = drawing.world.calendar.zone
    days = [time.astimezone(zone).date() for time in times]
    last_cut = timezone.localdate(now - RETOLD_WITHIN)
    cuts = [0]
    for at in range(1, len(times)):
        if at - cuts[-1] >= A_SHARE and days[at - 1] < days[at] <= last_cut:
            cuts.append(at)
    return [
        Share(
            begin + 1,
            times[begin:end],
            endings[begin:end],
            now,
            drawing.rng.getrandbits(64),
            known_after(begin * CALLED_FOR),
        )
        for begin, end in zip(cuts, [*cuts[1:], len(times)], strict=True)
    ]


def _endings(wanted: Wanted, rng: random.Random) -> list[int]:
    """Draw how each order goes; rejected and voided ones come late, so that they are seen."""
    shares = [share for _story, share in STORIES]
    chosen = rng.choices(range(len(shares)), shares, k=wanted.closed)
    for story, count in ((rejected, wanted.rejected), (voided, wanted.voided)):
        for _ in range(count):
            chosen.insert(len(chosen) - rng.randrange(min(len(chosen), 300) + 1), TOLD.index(story))
    return chosen


def _involvements(life: Life) -> list[InvolvementRow]:
    order_id = life.order.pk
    return [
        *(InvolvementRow(order_id, user_id, None, since) for user_id, since in life.users.items()),
        *(InvolvementRow(order_id, None, unit_id, since) for unit_id, since in life.units.items()),
    ]
