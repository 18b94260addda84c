"""A life written down in bulk is row for row the life that the real actions and timers would have made."""

import datetime as dt
import random
from operator import attrgetter

import pytest
from django.db.models import Min
from django.utils import timezone

from accounts.models import User
from demo import crew, history, photos
from demo.history import Drawing
from demo.life import ImpossibleMove, Life, next_sweep
from demo.stories import STORIES, Teller, ordinary, rejected, voided
from demo.world import World
from grids.models import Grid, Kind, Unit
from tests.demo.conftest import NOW
from workorders import actions, sweeps
from workorders.actions import replying
from workorders.models import Escalation, Event, Involvement, PhotoKind, StageClock, WorkOrder
from workorders.places import Place
from workorders.states import Move

pytestmark = pytest.mark.django_db

ALL_STORIES = [story for story, _share in STORIES] + [rejected, voided]
SHOWN_BY_ITSELF = {"id", "number", "client_uuid"}
EVENT = attrgetter(
    "at", "actor_id", "actor_role", "move", "from_state", "to_state", "node_id", "unit_id", "to_user_id", "reason",
    "note", "elapsed_seconds",
)  # fmt: skip
CLOCK = attrgetter(
    "stage", "limit_id", "step_id", "value", "unit", "started_at", "warn_at", "due_at", "climb_at", "next_at",
    "stopped_at", "paused_seconds", "warned_at", "overdue_at",
)  # fmt: skip
CLIMB = attrgetter(
    "position", "from_node_id", "to_node_id", "passed_user_id", "at", "by_timer", "struck_off_at", "struck_off_by_id"
)


@pytest.fixture
def world(demo):
    # Only the timers of the order that is being retold are to run.
    StageClock.objects.update(next_at=None)
    return World.read(Grid.objects.get(kind=Kind.DISTRICT))


def told(world, story, seed):
    """Tell a story on paper."""
    rng = random.Random(seed)
    points = {grid.pk: [(116.6, 35.4)] for grid in world.grids}
    drawing = Drawing(world, points, rng)
    at = NOW.replace(month=3 + seed % 5, day=2 + seed % 20)
    order, grid = drawing.order(at, story)
    life = Life(world, order, at)
    story(Teller(life, grid, rng))
    return life


class Retelling:
    """Makes the moves of a life on paper by the real actions, with the timers running every five minutes between."""

    def __init__(self, life):
        self.life = life
        self.order = None

    def run(self):
        events = self.life.events
        for event, following in zip(events, [*events[1:], None], strict=True):
            self._run_timers(event.at)
            if event.move != Move.ESCALATE and not self._came_by_itself(event):
                self._make(event, following)
        self.order.refresh_from_db()
        return self.order

    def _came_by_itself(self, event):
        """Say whether the order has made this move already, as part of the one before."""
        return self.order is not None and self.order.version >= self.life.events.index(event) + 1

    def _run_timers(self, until):
        while (first := StageClock.objects.running().aggregate(first=Min("next_at"))["first"]) is not None:
            if next_sweep(first) > until or self._is_tie(first, until):
                break
            sweeps.run(next_sweep(first))
        if self.order is not None:
            self.order.refresh_from_db()

    def _is_tie(self, first, until):
        """A person who acts at the very moment of a run comes first, unless the run is what moved the order."""
        moves = {event.move for event in self.life.events if event.at == until}
        return next_sweep(first) == until and Move.ESCALATE not in moves

    def _make(self, event, following):
        actor = User.objects.get(pk=event.actor_id) if event.actor_id else None
        if event.move == Move.REPORT:
            self._report(event, following, actor)
            return
        if event.move == Move.CLOSE and self.order.profile:
            replying.reply_given(self.order, self.life.order.answer)
        verb = getattr(actions, event.move)
        self.order = verb(self.order, actor=actor, now=event.at, **self._more(event))

    def _more(self, event):
        note = {"note": event.note}
        after = {"result": event.note, "photos": [photos.picture(PhotoKind.AFTER, 1)]}
        to = {
            "assignee": User.objects.filter(pk=event.to_user_id).first(),
            "unit": Unit.objects.filter(pk=event.unit_id).first() if event.to_user_id is None else None,
        }
        return {
            Move.ACCEPT: {},
            Move.SIGN: {},
            Move.ANSWER: {"answer": event.note},
            Move.DISPATCH: note | to,
            Move.SUBMIT_RESULT: after,
            Move.REJECT: note | {"reason": event.reason},
            Move.RETURN_ORDER: note | {"reason": event.reason},
            Move.CLOSE: note | {"kind": self.life.order.closing_kind},
            Move.EVALUATE: {"rating": self.life.order.rating},
        }.get(Move(event.move), note)

    def _report(self, event, following, actor):
        paper = self.life.order
        place = Place(Grid.objects.get(pk=paper.grid_id), paper.lng, paper.lat, paper.raw_lng, paper.raw_lat, "wgs84")
        on_the_spot = following.move == Move.SELF_HANDLE
        self.order = actions.report(
            actor=actor,
            place=place,
            category=paper.category,
            description=paper.description,
            source=paper.source,
            profile=paper.profile,
            client_uuid=paper.client_uuid,
            address=paper.address,
            contact_name=paper.contact_name,
            contact_phone=paper.contact_phone,
            photos=[photos.picture(PhotoKind.BEFORE, 1)],
            self_handled=on_the_spot,
            result=following.note if on_the_spot else "",
            after_photos=[photos.picture(PhotoKind.AFTER, 1)] if on_the_spot else (),
            now=event.at,
        )


@pytest.mark.parametrize("seed", [3, 4])
@pytest.mark.parametrize("number", range(len(ALL_STORIES)))
def test_a_life_on_paper_is_the_life_the_actions_make(world, number, seed):
    life = told(world, ALL_STORIES[number], seed + 10 * number)
    order = Retelling(life).run()

    assert [EVENT(e) for e in order.events.order_by("id")] == [EVENT(e) for e in life.events]
    clocks = sorted(map(CLOCK, order.clocks.all()), key=str)
    assert clocks == sorted(map(CLOCK, life.clocks), key=str)
    assert [CLIMB(c) for c in Escalation.objects.filter(order=order)] == [CLIMB(c) for c in life.climbs]
    columns = [f.attname for f in WorkOrder._meta.concrete_fields if f.attname not in SHOWN_BY_ITSELF | {"accuracy_m"}]
    assert {c: getattr(order, c) for c in columns} == {c: getattr(life.order, c) for c in columns}
    involved = Involvement.objects.filter(order=order)
    assert {row.user_id for row in involved if row.user_id} == set(life.users)
    assert {row.unit_id for row in involved if row.unit_id} == set(life.units)


def test_a_story_cannot_make_a_move_that_the_table_forbids(world):
    life = told(world, ordinary, 1)
    with pytest.raises(ImpossibleMove, match="verify_pass is no move from"):
        life.verify((life.order.handler_id, "grid_leader"))


def test_every_state_that_can_be_reached_is_in_the_demo(demo):
    states = set(WorkOrder.objects.values_list("state", flat=True))
    assert states == {
        "reported", "filed", "dispatched", "in_progress", "pending_verification", "pending_strike_off",
        "pending_closure", "suspended", "closed", "evaluated", "rejected", "voided", "merged",
    }  # fmt: skip
    assert not Event.objects.filter(at__gt=max(NOW, timezone.now())).exists()


@pytest.mark.slow
def test_it_does_not_matter_which_process_draws_a_share(world):
    """One process draws here and another there; what is encrypted differs each time."""
    world.read_all()
    drawing = Drawing(world, {grid.pk: [(116.6, 35.4)] for grid in world.grids}, random.Random(5))
    times = [NOW - dt.timedelta(days=80 - n // 3, hours=n % 3) for n in range(60)]
    shares = [history.Share(1 + at, times[at : at + 30], [at // 10 % 8] * 30, NOW, at, 3) for at in (0, 30)]
    here = [history.draw(drawing, share) for share in shares]
    there = crew.drawn(history.draw, drawing, shares, processes=2)
    for (pages, numbers), (other_pages, other_numbers) in zip(here, there, strict=True):
        assert numbers == other_numbers
        assert pages[1:] == other_pages[1:]
        assert [line.split("\t")[0] for line in pages[0][1].splitlines()] == [
            line.split("\t")[0] for line in other_pages[0][1].splitlines()
        ]
