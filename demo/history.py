"""The finished orders of years: when and where they came in, how they went, written down in bulk."""

import datetime as dt
import random
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

import numpy as np
from django.utils import timezone

from demo import hotline_words, plan, words
from demo.bulk import BulkLoad
from demo.callers import Callers
from demo.life import Life
from demo.rows import ClimbRow, ClockRow, EventRow, InvolvementRow
from demo.stories import ONLY_FROM, STORIES, Story, Teller, on_the_spot, rejected, voided
from demo.world import World
from grids.models import Grid
from hotline.states import AT_THE_DESK, RequestKind, profile_for
from workorders import repeats
from workorders.models import Category, Escalation, Event, Involvement, NumberSequence, StageClock, WorkOrder
from workorders.states import Source

MONTHS = 79
"""Length of the history: the 168,177 events of the field report came in over as many months (DOMAIN.md §7.2)."""

GROWTH = 3.0
"""How many times as much comes in during the last year."""

WEEKDAYS = (1.15, 1.08, 1.05, 1.02, 1.0, 0.85, 0.8)
HOURS = (1, 1, 1, 1, 1, 2, 5, 12, 30, 46, 44, 26, 14, 18, 30, 44, 40, 24, 14, 10, 7, 4, 2, 1)
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


@dataclass(frozen=True)
class Wanted:
    """How many orders of each kind of end."""

    closed: int
    rejected: int = 0
    voided: int = 0

    @property
    def total(self) -> int:
        return self.closed + self.rejected + self.voided


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

    def order(self, at: dt.datetime, story: Story) -> tuple[WorkOrder, Grid]:
        """Draw an order that goes with a story."""
        rng = self.rng
        source = ONLY_FROM.get(story) or rng.choices(list(SOURCES), list(SOURCES.values()))[0]
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
        lng, lat = rng.choice(self.points[grid_id])
        order = WorkOrder(
            district_id=district_id,
            client_uuid=UUID(int=rng.getrandbits(128), version=4),
            source=source,
            description=words.report(category.code, category.name, rng),
            grid_id=grid_id,
            community_id=community_id,
            street_id=street_id,
            holder_id=grid_id,
            address=words.address(rng),
            lng=Decimal(f"{lng:.6f}"),
            lat=Decimal(f"{lat:.6f}"),
            raw_lng=Decimal(f"{lng:.6f}"),
            raw_lat=Decimal(f"{lat:.6f}"),
            raw_crs="wgs84",
            accuracy_m=rng.randrange(5, 40),
            difficulty=category.difficulty,
            urgency=category.urgency,
            is_confidential=category.is_confidential,
            reported_at=at,
        )
        order.category = category
        if source == Source.HOTLINE:
            self._ask(order, grid)
        elif source == Source.CITIZEN:
            order.contact_name, order.contact_phone = words.caller(rng)
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
        order.pk = self._last_id
        day = timezone.localdate(order.reported_at)
        prefix = f"{self.world.district.code}{day:%Y%m%d}{Source(order.source).letter}"
        self.numbers[prefix] += 1
        order.number = f"{prefix}{self.numbers[prefix]:05d}"
        rows: list[EventRow | ClockRow | ClimbRow] = [*life.events, *life.clocks, *life.climbs]
        for row in rows:
            row.order_id = order.pk

    def category(self, source: Source, month: int) -> Category:
        key = (source.value, month)
        if key not in self._mixes:
            self._mixes[key] = self._mix(MIXES.get(source, GRID_MIX), month)
        categories, weights = self._mixes[key]
        return self.rng.choices(categories, weights)[0]

    def _mix(self, mix: dict[str, float], month: int) -> tuple[list[Category], list[float]]:
        categories: list[Category] = []
        weights: list[float] = []
        for prefix, share in mix.items():
            members = [category for code, category in self.world.categories.items() if code.startswith(prefix)]
            for category in members:
                months, factor = SEASONS.get(category.code, (frozenset(), 1.0))
                categories.append(category)
                weights.append(share / len(members) * (factor if month in months else 1.0))
        return categories, weights


def request_kind(code: str, rng: random.Random) -> RequestKind:
    """Draw what a request of this category wants."""
    return WISHES.get(code) or rng.choices(list(KINDS), list(KINDS.values()))[0]


def report_times(
    count: int, now: dt.datetime, rng: np.random.Generator, span: int = round(MONTHS * 30.44)
) -> list[dt.datetime]:
    """Draw when reports came in, oldest first, with the week's and the day's shape and last year's growth.

    span: days before `now`.
    """
    today = timezone.localdate(now)
    days = [today - dt.timedelta(days=n) for n in range(span)]
    weights = np.array([WEEKDAYS[day.weekday()] * (GROWTH if n < 365 else 1.0) for n, day in enumerate(days)])
    chosen = rng.choice(len(days), size=count, p=weights / weights.sum())
    hours = rng.choice(24, size=count, p=np.array(HOURS) / sum(HOURS))
    seconds = rng.integers(0, 3600, size=count)
    zone = timezone.get_current_timezone()
    midnight = [dt.datetime.combine(day, dt.time(), zone).astimezone(dt.UTC) for day in days]
    times = [
        midnight[day] + dt.timedelta(hours=int(hour), seconds=int(second))
        for day, hour, second in zip(chosen.tolist(), hours.tolist(), seconds.tolist(), strict=True)
    ]
    latest = now - dt.timedelta(hours=30)
    return sorted(
        time if time < latest else latest - dt.timedelta(seconds=int(s)) for time, s in zip(times, seconds, strict=True)
    )


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


def write(drawing: Drawing, wanted: Wanted, now: dt.datetime, step: Callable[[int], None]) -> None:
    """Draw and load the finished orders, all over by `now`; `step` hears how many more are done."""
    times = report_times(wanted.total, now, np.random.default_rng(drawing.rng.getrandbits(64)))
    stories = _endings(wanted, drawing.rng)
    drawing.home_share = min(0.05, AT_HOME / wanted.total) if drawing.home else 0.0
    copy(drawing, (tell(drawing, at, story, now) for at, story in zip(times, stories, strict=True)), step)


def copy(drawing: Drawing, lives: Iterable[Life], step: Callable[[int], None]) -> None:
    """Give lives their numbers and load them; `step` hears how many more are done."""
    done = 0
    with BulkLoad(WorkOrder, Event, StageClock, Escalation, Involvement) as load:
        for done, life in enumerate(lives, 1):
            drawing.keep(life)
            load[WorkOrder].add([life.order])
            load[Event].add(life.events)
            load[StageClock].add(life.clocks)
            load[Escalation].add(life.climbs)
            load[Involvement].add(_involvements(life))
            if done % STEP == 0:
                step(STEP)
    step(done % STEP)
    NumberSequence.objects.bulk_create(
        [NumberSequence(prefix=prefix, last=last) for prefix, last in drawing.numbers.items()], batch_size=2000
    )


def _endings(wanted: Wanted, rng: random.Random) -> list[Story]:
    usual, weights = zip(*STORIES, strict=True)
    chosen: list[Story] = rng.choices(usual, weights, k=wanted.closed)
    for story, count in ((rejected, wanted.rejected), (voided, wanted.voided)):
        for _ in range(count):
            # Of late, so that they are seen.
            chosen.insert(len(chosen) - rng.randrange(min(len(chosen), 300) + 1), story)
    return chosen


def _involvements(life: Life) -> list[InvolvementRow]:
    order_id = life.order.pk
    return [
        *(InvolvementRow(order_id, user_id, None, since) for user_id, since in life.users.items()),
        *(InvolvementRow(order_id, None, unit_id, since) for unit_id, since in life.units.items()),
    ]
