"""Rows to be copied: the columns of the models, without what a model costs to make a million times."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class EventRow:
    """A `workorders.Event` on paper."""

    district_id: int
    at: dt.datetime
    actor_id: int | None
    actor_role: str
    move: str
    from_state: str
    to_state: str
    node_id: int
    unit_id: int | None
    to_user_id: int | None
    reason: str
    note: str
    elapsed_seconds: int
    details: dict[str, Any] = field(default_factory=dict)
    order_id: int | None = None
    id: int | None = None


@dataclass(slots=True)
class ClockRow:
    """A `workorders.StageClock` on paper."""

    district_id: int
    stage: str
    limit_id: int | None
    step_id: int | None
    value: int
    unit: str
    started_at: dt.datetime
    warn_at: dt.datetime
    due_at: dt.datetime
    climb_at: dt.datetime | None
    next_at: dt.datetime | None
    stopped_at: dt.datetime | None = None
    paused_seconds: int = 0
    warned_at: dt.datetime | None = None
    overdue_at: dt.datetime | None = None
    is_given: bool = False
    order_id: int | None = None
    id: int | None = None


@dataclass(slots=True)
class ClimbRow:
    """A `workorders.Escalation` on paper."""

    district_id: int
    position: int
    from_node_id: int
    to_node_id: int
    passed_user_id: int | None
    at: dt.datetime
    by_timer: bool = True
    struck_off_at: dt.datetime | None = None
    struck_off_by_id: int | None = None
    order_id: int | None = None
    id: int | None = None


@dataclass(slots=True)
class InvolvementRow:
    """A `workorders.Involvement` on paper."""

    order_id: int
    user_id: int | None
    unit_id: int | None
    since: dt.datetime
    id: int | None = None
