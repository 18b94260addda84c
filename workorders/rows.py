"""A row of the order list: the columns that it shows, without the weight of a model instance."""

import datetime as dt
from collections import namedtuple
from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

from django.db.models import OuterRef, Subquery
from django.urls import reverse

from workorders.models import Photo, PhotoKind, WorkOrder
from workorders.querysets import OrderQuerySet
from workorders.states import State, SupervisionLevel, Urgency


class ListedOrder(NamedTuple):
    """An order in a list, by its columns' names; reading fifty of them costs a fifth of fifty instances."""

    id: int
    number: str
    kind: str
    state: str
    description: str
    address: str
    grid_id: int
    community_id: int | None
    category_id: int
    holder_id: int
    lead_unit_id: int | None
    assignee_id: int | None
    urgency: str
    is_confidential: bool
    is_escalated: bool
    supervision_level: str
    repeats: int
    reopen_count: int
    is_excluded: bool
    reported_at: dt.datetime
    finished_at: dt.datetime | None
    warn_at: dt.datetime | None
    due_at: dt.datetime | None
    version: int
    thumb_id: int | None = None

    @property
    def is_final(self) -> bool:
        return self.finished_at is not None

    def get_absolute_url(self) -> str:
        return reverse("workorders:detail", args=[self.id])

    def get_state_display(self) -> str:
        return str(State(self.state).label)

    def get_urgency_display(self) -> str:
        return str(Urgency(self.urgency).label)

    def get_supervision_level_display(self) -> str:
        return str(SupervisionLevel(self.supervision_level).label)


def columns(orders: OrderQuerySet, *more: str) -> Any:
    """Read the columns of `ListedOrder`, and after them these, as named tuples: one query, one photo at most."""
    first_photo = Photo.objects.filter(order=OuterRef("pk"), kind=PhotoKind.BEFORE).order_by("id").values("pk")
    with_photo = orders.annotate(thumb_id=Subquery(first_photo[:1]))
    return with_photo.values_list(*ListedOrder._fields, *more, named=True)


@cache
def listing(*more: str) -> Any:
    """Return `columns` of all orders, made once: naming two dozen columns anew costs a page more than reading them."""
    return columns(WorkOrder.objects.all(), *more)


@cache
def row_type(*more: str) -> Any:
    """Return the named tuple of what `columns` reads, for who reads it by a statement."""
    return namedtuple("Row", (*ListedOrder._fields, *more))


def listed(rows: Iterable[Any]) -> list[ListedOrder]:
    """Return the rows without the columns that were read besides."""
    shown = len(ListedOrder._fields)
    return [ListedOrder._make(row[:shown]) for row in rows]
