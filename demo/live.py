"""The orders that are open now, brought to where they stand by the product's own actions and timers.

Each order follows a script: a generator that makes one move, then says when it wants to make the next. The clock of
this little theatre runs from the earliest script to now; between moves the timers run whenever a clock asks for it.
"""

import datetime as dt
import heapq
import random
from collections.abc import Callable, Generator
from itertools import count
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Min

from accounts.models import Notification, User
from demo import photos, words
from demo.history import Drawing
from demo.hotline_words import kind_of
from demo.world import World
from grids.models import Grid
from grids.roles import Role
from hotline import actions as requests
from hotline.models import Reply, Request
from hotline.states import RequestSource
from workorders import actions, sweeps
from workorders.models import Category, PhotoKind, StageClock, WorkOrder
from workorders.places import Place
from workorders.states import CLIMBING, Source

Script = Generator[dt.datetime, None, None]
MINUTE = dt.timedelta(minutes=1)
TIMERS_EVERY = dt.timedelta(minutes=30)
_EPOCH = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
STILL_UNREAD = dt.timedelta(hours=20)


def timers_after(at: dt.datetime) -> dt.datetime:
    """Return when the timers next run in the theatre: each half hour, which takes less time than each five minutes."""
    return at + (_EPOCH - at) % TIMERS_EVERY


class Theatre:
    """Runs scripts and timers in the order of their times."""

    def __init__(self, drawing: Drawing, now: dt.datetime, step: Callable[[int], None]) -> None:
        self.drawing = drawing
        self.world: World = drawing.world
        self.rng: random.Random = drawing.rng
        self.end = now
        self.now = now
        self.step = step
        self._users: dict[int, User] = {}
        self._waiting: list[tuple[dt.datetime, int, Script]] = []
        self._tickets = count()

    def add(self, script: Script) -> None:
        """Let a script say when it begins."""
        self._wait(script)

    def play(self) -> None:
        """Run everything up to the end."""
        while True:
            at = self._waiting[0][0] if self._waiting else self.end
            self._run_timers(min(at, self.end))
            if not self._waiting or at > self.end:
                sweeps.run(self.end)
                return
            self.now, _, script = heapq.heappop(self._waiting)
            self._wait(script)

    def _wait(self, script: Script) -> None:
        try:
            at = next(script)
        except StopIteration:
            self.step(1)
        else:
            heapq.heappush(self._waiting, (at, next(self._tickets), script))

    def _run_timers(self, until: dt.datetime) -> None:
        while True:
            first = StageClock.objects.running().aggregate(first=Min("next_at"))["first"]
            if first is None or timers_after(first) >= until:
                return
            sweeps.run(timers_after(first))

    def user(self, user_id: int) -> User:
        if user_id not in self._users:
            self._users[user_id] = get_user_model().objects.get(pk=user_id)
        return self._users[user_id]

    def holder_of(self, node_id: int, role: Role) -> User:
        return self.user(self.world.owner(node_id, role))

    def ago(self, **span: float) -> dt.datetime:
        """Return the moment that lies so much wall-clock time before the end."""
        return self.end - dt.timedelta(**span)

    def office_ago(self, hours: float) -> dt.datetime:
        """Return the latest moment from which so many office hours have passed by the end."""
        early, late = self.end - dt.timedelta(days=60), self.end
        while late - early > MINUTE:
            middle = early + (late - early) / 2
            if self.world.calendar.working_seconds(middle, self.end) >= hours * 3600:
                early = middle
            else:
                late = middle
        return early

    def latest_start(self, arrival: Callable[[dt.datetime], dt.datetime], by: dt.datetime) -> dt.datetime:
        """Return the latest start of which the arrival lies before a moment; later starts arrive later."""
        early, late = self.end - dt.timedelta(days=90), self.end
        while late - early > MINUTE:
            middle = early + (late - early) / 2
            if arrival(middle) <= by:
                early = middle
            else:
                late = middle
        return early


class Case:
    """One open order in the making: its place, its people, and short names for the moves."""

    def __init__(self, theatre: Theatre, grid: Grid, code: str) -> None:
        self.theatre = theatre
        self.grid = grid
        self.category: Category = theatre.world.categories[code]
        self.district_id, self.street_id, self.community_id, self.grid_id = theatre.world.path(grid)
        self.order: WorkOrder = WorkOrder()
        self.matter: Request | None = None
        """The request that the order is of, where one called the hotline."""
        self.reply: Reply | None = None

    def who(self, role: Role) -> User:
        """Return the owner of a role's step for this place."""
        nodes = {
            Role.GRID_WORKER: self.grid_id,
            Role.GRID_LEADER: self.grid_id,
            Role.COMMUNITY_SECRETARY: self.community_id,
            Role.STREET_OPERATOR: self.street_id,
        }
        return self.theatre.holder_of(nodes.get(role, self.district_id), role)

    @property
    def worker(self) -> User:
        return self.who(Role.GRID_WORKER)

    def handler(self) -> User:
        """Return whoever of the leading unit handles its orders: the first one posted there."""
        unit_id = self.order.lead_unit_id
        return self.theatre.user(self.theatre.world.first_handler(unit_id or 0))

    def report(
        self, actor: User | None, source: Source = Source.GRID, like: WorkOrder | None = None, **more: Any
    ) -> None:
        """Report something drawn at random; `like` another order: the same matter at the same place."""
        theatre, rng = self.theatre, self.theatre.rng
        drawn = theatre.drawing.order_of(theatre.now, source, self.category, self.grid)
        if like is not None:
            drawn.lng, drawn.lat, drawn.raw_lng, drawn.raw_lat = like.lng, like.lat, like.lng, like.lat
            drawn.address, drawn.description = like.address, words.ENDINGS["again"].format(text=like.description)
        if source == Source.HOTLINE:
            self.ask(drawn, actor)
            return
        place = Place(self.grid, drawn.lng, drawn.lat, drawn.raw_lng, drawn.raw_lat, "wgs84", drawn.accuracy_m)
        self.order = actions.report(
            actor=actor,
            place=place,
            category=self.category,
            description=drawn.description,
            source=source,
            client_uuid=drawn.client_uuid,
            address=drawn.address,
            contact_name=drawn.contact_name,
            contact_phone=drawn.contact_phone,
            photos=[photos.picture(PhotoKind.BEFORE, rng.randrange(99))],
            now=theatre.now,
            **more,
        )

    def ask(self, drawn: WorkOrder, clerk: User | None) -> None:
        """Let a drawn order come in as a hotline request, which the desk dispatches to this grid."""
        theatre = self.theatre
        title, _, text = drawn.description.partition("\n")
        asked = requests.Asked(
            source=RequestSource.PHONE,
            kind=kind_of(title),
            title=title,
            text=text,
            requester_name=drawn.contact_name,
            requester_phone=drawn.contact_phone or words.caller(theatre.rng)[1],
            is_secret=not drawn.contact_phone,
            category=self.category,
            address=drawn.address,
            grid=self.grid,
            lng=drawn.lng,
            lat=drawn.lat,
        )
        self.matter = requests.receive(
            theatre.world.district, asked, actor=clerk, client_uuid=drawn.client_uuid, now=theatre.now
        )
        if clerk is not None:
            self.matter = requests.dispatch(self.matter, actor=clerk, now=theatre.now)
            self.order = self.matter.order or self.order

    def solve_at_once(self, actor: User) -> None:
        rng = self.theatre.rng
        after = [photos.picture(PhotoKind.AFTER, rng.randrange(99))] if self.category.needs_photo else ()
        text = words.result(self.category.code, rng)
        self.report(actor, self_handled=True, result=text, after_photos=after)

    def move(self, verb: Callable[..., WorkOrder], actor: User, **more: Any) -> None:
        self.order = verb(self.order, actor=actor, now=self.theatre.now, **more)

    def submit(self, actor: User) -> None:
        theatre = self.theatre
        after = [photos.picture(PhotoKind.AFTER, theatre.rng.randrange(99))] if self.category.needs_photo else ()
        self.move(actions.submit_result, actor, result=words.result(self.category.code, theatre.rng), photos=after)

    def climb_to(self, position: int) -> Script:
        """Wait, a clock at a time, until the timers have taken the order to a step of the ladder."""
        while True:
            self.order.refresh_from_db()
            if self.order.step >= position:
                return
            clocks = StageClock.objects.running().filter(order=self.order, stage__in=CLIMBING)
            climb_at = clocks.aggregate(first=Min("climb_at"))["first"]
            yield timers_after(climb_at) + MINUTE


def read_old_notices(now: dt.datetime) -> None:
    """Let people have read what came before yesterday; demo people get no mail."""
    Notification.objects.filter(created_at__lt=now - STILL_UNREAD).update(read_at=now)
    Notification.objects.update(email_due_at=None)
