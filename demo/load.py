"""Make a demo district in an empty database, all in one transaction.

The tree, its people and the open orders are always there in full; `scale` says how much of the finished history and
of the registers is drawn. The same seed and the same `now` give the same district, but for what must not be guessed:
passwords, keys, public codes and the names of photo files.
"""

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from django.apps import apps
from django.db import connection, transaction
from django.utils import timezone, translation

from accounts.models import User
from coordination import sweeps as gatherings
from demo import (
    appraising,
    arrivals,
    asking,
    briefings,
    caring,
    components,
    endings,
    geometry,
    history,
    hotline_history,
    hotline_scenes,
    live,
    mapping,
    people,
    photos,
    plan,
    registers,
    scripts,
    standing,
    supervising,
    tree,
    visiting,
    warning,
)
from demo.bulk import unhindered
from demo.history import Drawing, Wanted
from demo.profiles import PROFILES, Profile
from demo.world import World
from grids import calendar_days
from grids.models import Grid, Kind
from hotline import call_sweeps as call_backs
from hotline.topics import sweep as topics
from insights import rolling
from insights.models import Tally, UnitTally
from workorders import rules_data
from workorders.models import PhotoKind, WorkOrder
from workorders.photos import attach
from workorders.states import OrderKind

ORDERS = 168_177
CLOSED = 168_055
"""At scale 1 (DOMAIN.md §1.1). What is not closed is there at every scale: the open orders are the demo."""
REJECTED, VOIDED = 6, 4
OPEN = ORDERS - CLOSED - REJECTED - VOIDED

FOUNDED = dt.date(2014, 2, 1)
PHOTOGRAPHED = 40
"""How many finished orders of the home community get photos."""

Progress = Callable[[str, int, int], None]
"""Hears what is being done, how much of it is done more, and how much there is in all."""


class NotEmpty(Exception):
    """The database holds a district or accounts already."""


@dataclass(frozen=True)
class Made:
    """What was made."""

    profile: Profile
    nodes: int
    people: int
    orders: int
    open_orders: int
    residents: int


def wanted(scale: float) -> Wanted:
    """Return how many finished orders a scale asks for: 0 < scale <= 1."""
    return Wanted(max(REJECTED + VOIDED, round(ORDERS * scale) - (ORDERS - CLOSED)), REJECTED, VOIDED)


def load(
    profile_name: str,
    *,
    scale: float,
    seed: int,
    now: dt.datetime | None = None,
    replace: bool = False,
    progress: Progress = lambda what, more, total: None,
) -> Made:
    """Make the district; raises NotEmpty unless the database is empty or `replace` says to empty it first."""
    moment = (now or timezone.now()).replace(microsecond=0)
    profile = PROFILES[profile_name]
    with translation.override("zh-hans"), transaction.atomic():
        if replace:
            empty()
        elif Grid.objects.exists() or User.objects.exists():
            raise NotEmpty
        nodes, drawing = prepare(profile, seed, moment, progress)
        held = registers.totals(profile, scale)
        registers.fill(
            nodes,
            drawing.points,
            profile,
            held,
            random.Random(seed),
            moment,
            lambda more: progress("registers", more, held.residents),
        )
        caring.care_for(nodes, profile.home, random.Random(seed), moment, timezone.localdate(moment))
        worker = User.objects.get(username="worker")
        visiting.visit(nodes[f"{profile.home}001"], worker, random.Random(seed), moment)
        ask = wanted(scale)
        ask = Wanted(ask.closed - endings.END - hotline_scenes.END, ask.rejected, ask.voided)
        history.write(drawing, ask, moment, lambda more: progress("history", more, ask.total))
        asked = round(hotline_history.A_YEAR * scale)
        hotline_history.write(drawing, scale, moment, lambda more: progress("requests", more, asked))
        theatre = live.Theatre(drawing, moment, lambda more: progress("open orders", more, OPEN))
        home = nodes[f"{profile.home}001"]
        scripts.cast(theatre, home, OPEN - endings.STAY_OPEN - hotline_scenes.STAY_OPEN - warning.STAY_OPEN)
        endings.cast(theatre, home)
        hotline_scenes.cast(theatre, home)
        theatre.play()
        gatherings.run(moment)
        call_backs.run(moment)
        topics.run(moment)
        supervising.supervise(theatre, nodes[profile.home])
        standing.stage(nodes[profile.home], moment, drawing.rng)
        mapping.share(nodes[profile.home].parent, drawing.points, random.Random(seed), moment)
        asking.ask(nodes[profile.home], random.Random(seed), moment)
        appraising.appraise(nodes[profile.code], moment, random.Random(seed), scale)
        live.read_old_notices(moment)
        _photograph(nodes[profile.home], drawing.rng)
        components.place(nodes[profile.home], drawing.points, random.Random(seed), moment)
        progress("figures", 0, 1)
        with unhindered(Tally, UnitTally):
            rolling.rebuild(nodes[profile.code], now=moment)
        briefings.publish(nodes[profile.code], moment)
        progress("figures", 1, 1)
        warning.warn(nodes[profile.code], moment, scale)
        reported = WorkOrder.objects.exclude(kind=OrderKind.TASK)
        return Made(
            profile,
            nodes=len(nodes),
            people=User.objects.count(),
            orders=reported.count(),
            open_orders=reported.open().count(),
            residents=held.residents,
        )


def empty() -> None:
    """Empty every table of the product; the append-only ones too, which is why nothing else may call this."""
    names = [
        connection.ops.quote_name(model._meta.db_table)
        for config in apps.get_app_configs()
        for model in config.get_models(include_auto_created=True)
        if config.label in {"accounts", "grids", "workorders"}
    ]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"TRUNCATE {', '.join(names)} RESTART IDENTITY CASCADE")


def prepare(
    profile: Profile, seed: int, now: dt.datetime, progress: Progress = lambda what, more, total: None
) -> tuple[dict[str, Grid], Drawing]:
    """Make the calendar, the tree, its people and its rules; returns the nodes by code, and what draws orders there."""
    history_begins = now - dt.timedelta(days=31 * arrivals.MONTHS + 31)
    for year in calendar_days.published_years():
        if year >= history_begins.year:
            calendar_days.load_year(year, actor=None)
    progress("map", 0, 1)
    district = plan.make(profile, seed)
    progress("map", 1, 1)
    nodes = tree.store(district, FOUNDED)
    rng = np.random.default_rng(seed)
    points = {
        nodes[place.code].pk: geometry.points_within(place.area, history.POINTS_PER_GRID, rng)
        for place in district.walk()
        if place.kind == Kind.BASE and place.area is not None
    }
    progress("people", 0, 1)
    rules_data.load_rules(nodes[profile.code], valid_from=history_begins)
    people.staff_the_district(profile, nodes, random.Random(seed), timezone.localdate(history_begins))
    progress("people", 1, 1)
    with connection.cursor() as cursor:  # else PostgreSQL plans for the empty tables that it knows
        cursor.execute("ANALYZE grids_grid, grids_unit, grids_post, accounts_user")
    return nodes, Drawing(World.read(nodes[profile.code]), points, random.Random(seed), profile.home)


def _photograph(community: Grid, rng: random.Random) -> None:
    """Give the newest finished orders of the home community pictures from before and after."""
    finished = WorkOrder.objects.filter(community=community, finished_at__isnull=False, category__needs_photo=True)
    for order in finished.exclude(result="").order_by("-reported_at")[:PHOTOGRAPHED]:
        number = rng.randrange(photos.PICTURES)
        attach(order, PhotoKind.BEFORE, [photos.picture(PhotoKind.BEFORE, number)], order.reporter)
        attach(order, PhotoKind.AFTER, [photos.picture(PhotoKind.AFTER, number)], order.handler)
