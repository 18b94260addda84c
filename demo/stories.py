"""How finished orders went: a handful of stories with drawn delays, told on a `Life` (proportions: DOMAIN.md §7.4)."""

import datetime as dt
import random
from collections.abc import Callable

from demo import hotline_words, words
from demo.life import Life
from demo.world import Person, World
from grids.models import Grid, Unit
from grids.roles import Role
from workorders.routing import Route, RuleName, WhyNot, leading_function
from workorders.states import CLIMBING, RejectReason, ReturnReason, Source

DAY_BEGINS, DAY_ENDS = 8, 20
LEVELS = (Role.GRID_WORKER, Role.GRID_LEADER, Role.COMMUNITY_SECRETARY, Role.STREET_OPERATOR, Role.DUTY_CHIEF)

RATINGS = (5, 5, 5, 5, 5, 5, 4, 4, 4, 3, 2)
NO_PRECEDENT = (RuleName.PRECEDENT, WhyNot.NO_PRECEDENT)


class Teller:
    """Tells one order's story from report to end."""

    def __init__(self, life: Life, grid: Grid, rng: random.Random) -> None:
        self.life = life
        self.world: World = life.world
        self.rng = rng
        self.district_id, self.street_id, self.community_id, self.grid_id = self.world.path(grid)
        self.code = life.order.category.code

    def at(self, level: Role) -> int:
        """Return the node at which this role of the ladder stands for the order."""
        nodes = (self.grid_id, self.grid_id, self.community_id, self.street_id, self.district_id)
        return nodes[LEVELS.index(level)]

    def owner(self, level: Role) -> Person:
        return self.world.owner(self.at(level), level), level

    @property
    def worker(self) -> Person:
        return self.owner(Role.GRID_WORKER)

    @property
    def leader(self) -> Person:
        return self.owner(Role.GRID_LEADER)

    def wait(self, median_hours: float, sigma: float = 0.7) -> None:
        """Let time pass, awake hours only, but never so long that a running clock would make the order climb."""
        life = self.life
        later = life.now + dt.timedelta(hours=median_hours * self.rng.lognormvariate(0, sigma))
        local = later.astimezone(self.world.calendar.zone)
        if not DAY_BEGINS <= local.hour < DAY_ENDS and median_hours > 1:
            morning = local.replace(hour=DAY_BEGINS, minute=0) + dt.timedelta(days=local.hour >= DAY_ENDS)
            later = (morning + dt.timedelta(minutes=self.rng.uniform(0, 120))).astimezone(dt.UTC)
        climbs = [c.climb_at for c in life.clocks if c.stopped_at is None and c.stage in CLIMBING and c.climb_at]
        if climbs and later >= min(climbs):
            later = life.now + (min(climbs) - life.now) * self.rng.uniform(0.3, 0.95)
        life.now = later.replace(microsecond=0)

    def reporter(self) -> Person | None:
        """Return who enters a report of this source; None where it comes in by itself."""
        source = self.life.order.source
        if source == Source.GRID:
            return self.world.somebody(self.grid_id, Role.GRID_WORKER, self.rng)
        if source == Source.HOTLINE:
            return self.world.somebody(self.district_id, Role.INTAKE_CLERK, self.rng)
        if source == Source.LEADER:
            return self.world.somebody(self.district_id, Role.DUTY_CHIEF, self.rng)
        if source == Source.DEPARTMENT:
            return self.world.handler(self.rng.choice(list(self.world.units.values())), self.rng)
        return None

    def take_in(self) -> Unit | None:
        """Report, accept and dispatch by rule; returns the unit it went to, None for the grid's worker."""
        life = self.life
        reporter = self.reporter()
        life.report(reporter)
        if reporter is None or reporter[1] == Role.DEPT_HANDLER:
            life.wait_for_acceptance()
            self.wait(0.4)
            life.accept(self.rng.choice((self.worker, self.leader)))
        else:
            life.accept(reporter)
        return self.route()

    def route(self) -> Unit | None:
        category = self.life.order.category
        if category.goes_straight_to_unit:
            unit = self.world.units[leading_function(category)]
            self.life.order.routing = Route(RuleName.CATEGORY, self.grid_id, skipped=[NO_PRECEDENT]).as_json()
            self.life.dispatch(None, unit=unit)
            return unit
        skipped = [NO_PRECEDENT, (RuleName.CATEGORY, WhyNot.NOT_STRAIGHT)]
        self.life.order.routing = Route(RuleName.PRIMARY_WORKER, self.grid_id, skipped=skipped).as_json()
        self.life.dispatch(None, user_id=self.worker[0])
        return None

    def handle(self, unit: Unit | None, hours: float) -> Person:
        """Sign and submit by the unit or the worker; verification waits at the grid."""
        handler = self.world.handler(unit, self.rng) if unit else self.worker
        self.wait(0.6)
        self.life.sign(handler)
        self.wait(hours)
        self.life.submit(handler, self.result(), self.grid_id)
        return handler

    def result(self) -> str:
        """Return what the handler says was done; for a request, as the requester will be told it."""
        order = self.life.order
        if order.source != Source.HOTLINE:
            return words.result(self.code, self.rng)
        day = self.life.now.astimezone(self.world.calendar.zone)
        title = order.description.partition("\n")[0]
        return hotline_words.answer(self.code, title, "", f"{day.month}月{day.day}日", self.rng)

    def check(self, handler: Person) -> None:
        """Verify by somebody of the grid who did not handle it."""
        self.wait(3)
        self.life.verify(self.leader if handler == self.worker else self.worker, words.note("verify", self.rng))

    def finish(self) -> None:
        """Close with the resident; some rate it."""
        self.wait(4)
        order = self.life.order
        if order.needs_answer and order.is_reply_due:
            order.answer = order.result  # the approved reply
        elif order.needs_answer:
            unit = next(unit for unit in self.world.units.values() if unit.pk == order.accountable_unit_id)
            self.life.answer(self.world.handler(unit, self.rng), order.result)
            self.wait(1)
        closer = self.worker if self.life.order.signed_at else self.leader
        self.life.close(closer, note=words.note("close", self.rng))
        if self.rng.random() < 0.3:
            self.wait(20)
            agent = self.world.somebody(self.district_id, Role.CALLBACK_AGENT, self.rng)
            self.life.rate(agent, self.rng.choice(RATINGS))


def on_the_spot(teller: Teller) -> None:
    """The worker solves it while reporting it; the leader closes."""
    worker = teller.worker
    teller.life.report(worker)
    teller.life.solve_on_the_spot(worker, words.result(teller.code, teller.rng), teller.grid_id)
    teller.finish()


def ordinary(teller: Teller) -> None:
    unit = teller.take_in()
    teller.check(teller.handle(unit, 7))
    teller.finish()


def reworked(teller: Teller) -> None:
    unit = teller.take_in()
    handler = teller.handle(unit, 5)
    teller.wait(2)
    teller.life.send_back(
        teller.leader if handler == teller.worker else teller.worker, words.note("rework", teller.rng)
    )
    teller.wait(4)
    teller.life.submit(handler, words.result(teller.code, teller.rng), teller.grid_id)
    teller.check(handler)
    teller.finish()


def returned(teller: Teller) -> None:
    """The unit hands it back, the leader gives it to the worker. A worker's own order is simply handled."""
    unit = teller.take_in()
    if unit is not None:
        teller.wait(1)
        reason = teller.rng.choice((ReturnReason.NOT_OUR_DUTY, ReturnReason.NOT_ENOUGH_FACTS))
        teller.life.give_back(
            teller.world.handler(unit, teller.rng), teller.grid_id, reason, words.note("return", teller.rng)
        )
        teller.wait(0.5)
        teller.life.dispatch(teller.leader, user_id=teller.worker[0], note=words.note("dispatch", teller.rng))
    teller.check(teller.handle(None, 5))
    teller.finish()


def climbed(teller: Teller, steps: int) -> None:
    """Nobody acts in time; the owner of a higher step solves it, and every level it passed strikes it off."""
    teller.take_in()
    for _ in range(steps):
        teller.life.let_climb()
    level = LEVELS[steps]
    owner = teller.owner(level)
    teller.wait(1.5)
    if level in {Role.STREET_OPERATOR, Role.DUTY_CHIEF}:
        unit = teller.world.units[leading_function(teller.life.order.category)]
        teller.life.dispatch(owner, unit=unit, note=words.note("dispatch", teller.rng))
        handler = teller.world.handler(unit, teller.rng)
        teller.wait(0.6)
        teller.life.sign(handler)
        verifier, node_id = owner, teller.at(level)
    else:
        handler = owner
        teller.life.dispatch(owner, user_id=owner[0])
        upper = Role.STREET_OPERATOR if level == Role.COMMUNITY_SECRETARY else Role.GRID_WORKER
        verifier, node_id = teller.owner(upper), teller.at(upper)
    teller.wait(4)
    teller.life.submit(handler, words.result(teller.code, teller.rng), node_id)
    teller.wait(3)
    teller.life.verify(verifier, words.note("verify", teller.rng))
    for passed in reversed(LEVELS[2 : steps + 1]):
        teller.wait(3)
        teller.life.strike_off(teller.owner(passed), words.note("strike_off", teller.rng))
    teller.finish()


def rejected(teller: Teller) -> None:
    """A resident's report that is none of the government's."""
    teller.life.report(None)
    teller.life.wait_for_acceptance()
    teller.wait(0.4)
    clerk = teller.world.somebody(teller.district_id, Role.INTAKE_CLERK, teller.rng)
    teller.life.reject(clerk, RejectReason.NOT_GOVERNMENT, words.note("reject", teller.rng))


def voided(teller: Teller) -> None:
    teller.take_in()
    teller.wait(0.5)
    teller.life.void(teller.owner(Role.DUTY_CHIEF), words.note("void", teller.rng))


Story = Callable[[Teller], None]

STORIES: tuple[tuple[Story, float], ...] = (
    (on_the_spot, 0.50),
    (ordinary, 0.407),
    (reworked, 0.03),
    (returned, 0.03),
    (lambda teller: climbed(teller, 1), 0.012),
    (lambda teller: climbed(teller, 2), 0.014),
    (lambda teller: climbed(teller, 3), 0.005),
    (lambda teller: climbed(teller, 4), 0.002),
)
"""Of finished orders. A worker passes on one of 44 (DOMAIN.md §1.1)."""

ONLY_FROM: dict[Story, Source] = {on_the_spot: Source.GRID, rejected: Source.CITIZEN}
"""Stories that only go with one source of report."""
