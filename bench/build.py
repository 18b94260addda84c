"""Fills the bench's databases; runs in a process of its own (bench/remote.py)."""

import dataclasses
import datetime as dt
import random
from collections.abc import Iterator

import numpy as np
from django.core.management import call_command
from django.db import transaction

from demo import geometry, load, plan, registers, tree
from demo.bulk import BulkLoad
from demo.history import Drawing, copy
from demo.life import Life
from demo.neighbourhoods import Neighbourhoods
from demo.profiles import PROFILES
from demo.stories import Teller, ordinary
from grids.models import Kind
from residents import models

NOW = dt.datetime(2026, 11, 20, 2, 0, tzinfo=dt.UTC)
"""A Friday, 10:00 in Jining: office time, and no quiet hour."""
REPORTED_WITHIN = dt.timedelta(days=14)
STEPS = (0, 0, 0, 0, 1, 1, 2, 3)
"""Where due orders stand on the ladder, by share."""


def district(scale: float) -> None:
    """Make the demo district at a scale."""
    call_command("migrate", verbosity=0)
    load.load("rencheng", scale=scale, seed=42, now=NOW)


def places(grids: int) -> None:
    """Make a district of so many base grids with all its estates, buildings and houses, and nobody in them."""
    call_command("migrate", verbosity=0)
    profile = dataclasses.replace(PROFILES["rencheng"], grids=grids, workers=grids)
    district, rng = plan.make(profile, 42), np.random.default_rng(42)
    with transaction.atomic():
        nodes = tree.store(district, load.FOUNDED)
        plots = registers.plots_of(nodes)
        registers.share_out(plots, profile.home, registers.totals(profile, 1.0))
        cells = {nodes[place.code].pk: place.area for place in district.walk() if place.kind == Kind.BASE}
        with BulkLoad(models.Estate, models.Building, models.House) as bulk:
            builders = Neighbourhoods(bulk.tables, random.Random(42))
            for plot in plots:
                cell = cells[plot.paths[0].grid_id]
                assert cell is not None
                points = geometry.points_within(cell, 20, rng)
                bulk.tables[models.House].add(
                    builders.settle(plot.place, plot.paths, plot.houses, points, is_rural=plot.is_rural)
                )


def due_orders(count: int) -> None:
    """Make the district with so many open orders that are all due to climb one step at `NOW`, and no others."""
    call_command("migrate", verbosity=0)
    with transaction.atomic():
        _, drawing = load.prepare(PROFILES["rencheng"], 42, NOW)
        copy(drawing, _standing(drawing, count), lambda more: None)


def mapped(grids: int, orders: int) -> None:
    """Make a district with so many base grids and so many open orders with a place."""
    call_command("migrate", verbosity=0)
    with transaction.atomic():
        profile = dataclasses.replace(PROFILES["rencheng"], grids=grids, workers=grids)
        _, drawing = load.prepare(profile, 42, NOW)
        copy(drawing, _standing(drawing, orders), lambda more: None)


def filed_orders(count: int) -> None:
    """Make the district with so many orders that wait for their dispatch, half of them after a climb, and no others."""
    call_command("migrate", verbosity=0)
    with transaction.atomic():
        _, drawing = load.prepare(PROFILES["rencheng"], 42, NOW)
        copy(drawing, (_filed(drawing, index) for index in range(count)), lambda more: None)


def _filed(drawing: Drawing, index: int) -> Life:
    """Tell an order that climbed, or one that its handler gave back, whose handling clock runs on."""
    while True:
        order, grid = drawing.order(NOW - REPORTED_WITHIN * drawing.rng.random(), ordinary)
        life = Life(drawing.world, order, order.reported_at.replace(microsecond=0))
        teller = Teller(life, grid, drawing.rng)
        unit = teller.take_in()
        if index % 2:
            life.let_climb()
        else:
            handler = drawing.world.handler(unit, drawing.rng) if unit else teller.worker
            life.give_back(handler, order.holder_id, "not_our_duty", "not ours")
        if life.now < NOW and not order.is_confidential:
            return life


def _standing(drawing: Drawing, count: int) -> Iterator[Life]:
    """Yield orders that nobody handled in time; every notice but the climb itself is behind them."""
    made = 0
    while made < count:
        life = _left_alone(drawing, drawing.rng)
        due = [clock for clock in life.clocks if clock.stopped_at is None and clock.climb_at is not None]
        climb_at = max(clock.climb_at for clock in due if clock.climb_at is not None)
        if climb_at > NOW or _in_a_break(climb_at):
            continue
        life.stand_until(NOW)
        for clock in life.clocks:
            if clock.stopped_at is None and clock.next_at is not None and clock.stage != "handle":
                clock.next_at = max(clock.next_at, NOW + dt.timedelta(days=1))
        made += 1
        yield life


def _left_alone(drawing: Drawing, rng: random.Random) -> Life:
    order, grid = drawing.order(NOW - REPORTED_WITHIN * rng.random(), ordinary)
    life = Life(drawing.world, order, order.reported_at.replace(microsecond=0))
    Teller(life, grid, rng).take_in()
    for _ in range(rng.choice(STEPS)):
        life.let_climb()
    return life


def _in_a_break(moment: dt.datetime) -> bool:
    """Say whether a moment lies outside office slots: a working day counted from there is another sum in SQL."""
    local = moment.astimezone(dt.timezone(dt.timedelta(hours=8))).time()
    inside = dt.time(8, 30) <= local < dt.time(12) or dt.time(13, 30) <= local < dt.time(17, 30)
    return not inside
