"""Plausible arguments for every move, made from what the API says it takes: new moves come along."""

import datetime as dt
import random
from typing import Any

from rest_framework import serializers

from accounts.models import User
from grids.models import Unit
from tests.factories import Line
from workorders.api_moves import MOVES
from workorders.models import Category, WorkOrder
from workorders.states import Move

NOT_GIVEN = frozenset({"version"})


class NoArguments(Exception):
    """A move takes something that nobody here knows how to make up."""


def arguments(move: Move, order: WorkOrder, line: Line, now: dt.datetime, rng: random.Random) -> dict[str, Any]:
    """Make up what a move takes; what is not required is given half of the time.

    Raises NoArguments for a field of an unknown kind, so that a new move does not go untested unnoticed.
    """
    fields = {name: f for name, f in MOVES[move].takes().fields.items() if name not in NOT_GIVEN}
    given = {
        name: _value(name, field, order, line, now, rng)
        for name, field in fields.items()
        if field.required or rng.random() < 0.5
    }
    if {"unit", "assignee"} <= set(fields) and not given.keys() & {"unit", "assignee"}:
        given["unit"] = line.dept
    if given.get("unit") is not None and given.get("assignee") is not None:
        del given[rng.choice(["unit", "assignee"])]
    return given


def _value(
    name: str, field: serializers.Field, order: WorkOrder, line: Line, now: dt.datetime, rng: random.Random
) -> Any:
    if isinstance(field, serializers.ChoiceField):
        return rng.choice(list(field.choices))
    if isinstance(field, serializers.CharField):
        return f"第{rng.randrange(100)}次说明"
    if isinstance(field, serializers.BooleanField):
        return rng.random() < 0.5
    if isinstance(field, serializers.IntegerField):
        return rng.randint(field.min_value or 1, field.max_value or 5)
    if isinstance(field, serializers.DateTimeField):
        return max(now, order.due_at or now) + dt.timedelta(minutes=rng.choice([1, 90, 1500, 5000]))
    if isinstance(field, serializers.ListField):
        return []
    if isinstance(field, serializers.PrimaryKeyRelatedField):
        return _row(name, field, order, line, rng)
    message = f"{name}: no arguments are known for a {type(field).__name__}; teach tests/workorders/arguments.py."
    raise NoArguments(message)


def _row(name: str, field: serializers.PrimaryKeyRelatedField, order: WorkOrder, line: Line, rng: random.Random) -> Any:
    model = field.queryset.model
    if model is User:
        return rng.choice(list(line.people.values()))
    if model is Unit:
        return rng.choice(list(Unit.objects.filter(node__tree_id=line.district.tree_id).order_by("pk")))
    if model is Category:
        return order.category
    if model is WorkOrder:
        others = WorkOrder.objects.filter(district=line.district).exclude(pk=order.pk)
        return rng.choice(list(others.order_by("pk")) or [order])
    message = f"{name}: no arguments are known for a {model.__name__}; teach tests/workorders/arguments.py."
    raise NoArguments(message)
