"""What leaves the house about a move (docs/webhooks.md): facts of the work, never a person, never content.

Confidential orders do not leave at all: that there is one, and where, is already more than an outsider may know.
"""

import datetime as dt
import json
from typing import Any

from django.db.models import QuerySet

from workorders.models import Event
from workorders.serializers import kebab

TEST = "test"


def with_facts(events: QuerySet[Event]) -> QuerySet[Event]:
    """Read what `payload` needs along with the events, and no more."""
    own = ["at", "move", "from_state", "to_state"]
    others = ["order__number", "order__kind", "order__is_confidential", "node__code", "node__kind", "unit__name"]
    return events.select_related("order", "node", "unit").only(*own, *others)


def payload(event: Event) -> dict[str, Any]:
    """Say one event in plain values; `id` is the same however often and by whichever way it is told."""
    return {
        "id": event.pk,
        "event": kebab(event.move),
        "occurred_at": _moment(event.at),
        "order": event.order.number,
        "kind": event.order.kind,
        "from_state": event.from_state or None,
        "to_state": event.to_state,
        "node": event.node.code,
        "level": event.node.kind,
        "unit": event.unit.name if event.unit is not None else None,
    }


def test_payload(now: dt.datetime) -> dict[str, Any]:
    """Say nothing, in the same shape: what the test button sends."""
    nothing = dict.fromkeys(["order", "kind", "from_state", "to_state", "node", "level", "unit"])
    return {"id": 0, "event": TEST, "occurred_at": _moment(now), **nothing}


def body(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _moment(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
