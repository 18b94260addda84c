"""Orders in templates: their light, spans, the step that comes next.

{% order_light order now %}   the light with its span, kept running by static/js/countdown.js
"""

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from typing import Any

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from grids.calendar_days import missing_years, not_loaded
from workorders import lights
from workorders.categories import name_of
from workorders.models import Approval, Category, Event, WorkOrder
from workorders.names import Names
from workorders.rows import ListedOrder
from workorders.states import (
    ExclusionReason,
    ExplanationBasis,
    ExtensionReason,
    Light,
    Move,
    RejectReason,
    ReleaseReason,
    ReopenReason,
    ReturnReason,
    Stage,
    State,
    SuspensionReason,
)

register = template.Library()

NEXT_STEP: dict[str, str | Promise] = {
    State.REPORTED: Stage.ACCEPT.label,
    State.FILED: Stage.DISPATCH.label,
    State.DISPATCHED: Stage.SIGN.label,
    State.IN_PROGRESS: Stage.HANDLE.label,
    State.PENDING_VERIFICATION: Stage.VERIFY.label,
    State.PENDING_STRIKE_OFF: Stage.STRIKE_OFF.label,
    State.PENDING_CLOSURE: Stage.CLOSE.label,
    State.CLOSED: _("Rating"),
}
"""What an order waits for, whoever does it."""

REASONS: dict[str, Any] = {Move.REJECT: RejectReason, Move.RELEASE: ReleaseReason}
REASONS |= {f"{verb}_extension": ExtensionReason for verb in ("request", "grant", "refuse")}
REASONS |= {f"{verb}_suspension": SuspensionReason for verb in ("request", "grant", "refuse")}
REASONS |= {f"{verb}_explanation": ExplanationBasis for verb in ("request", "grant", "refuse")}
REASONS |= {f"{verb}_exclusion": ExclusionReason for verb in ("request", "grant", "refuse")}
REASONS[Move.REOPEN] = ReopenReason
"""From which list a move's reason is; that of a return where nothing is said."""


@register.inclusion_tag("workorders/_light.html")
def order_light(order: WorkOrder, now: dt.datetime | None = None) -> dict[str, Any]:
    moment = now or timezone.now()
    light = lights.light_of(order, moment)
    return {"order": order, "light": light.value if light else "", "now": moment}


@register.simple_tag
def order_rows(orders: Iterable[ListedOrder], names: Names, now: dt.datetime) -> Iterator[dict[str, Any]]:
    """Yield what each row of the order list says, in words: templates look a word up faster than they make it."""
    for order in orders:
        light = lights.light_of(order, now)
        yield {
            "order": order,
            "url": order.get_absolute_url(),
            "number": order.number,
            "light": light.value if light else "",
            "due": order.due_at.isoformat() if order.due_at and light != Light.GREY else "",
            "warn": order.warn_at.isoformat() if order.warn_at else "",
            "is_final": order.is_final,
            "is_escalated": order.is_escalated and not order.is_final,
            "thumb": reverse("workorders:photo-thumb", args=[order.thumb_id]) if order.thumb_id else "",
            "place": names.place(order),
            "category": names.categories[order.category_id],
            "with_whom": "" if order.is_final else names.with_whom(order),
            "next_step": str(NEXT_STEP.get(order.state, "")),
            "reported": f"{timezone.localtime(order.reported_at):%Y-%m-%d %H:%M}",
        }


@register.filter
def next_step(order: WorkOrder) -> str:
    """Return what the order waits for, in the reader's words; empty when it is done."""
    return str(NEXT_STEP.get(order.state, ""))


@register.filter
def kebab(move: str) -> str:
    """Return a move's name as it stands in addresses."""
    return move.replace("_", "-")


@register.filter
def in_words(category: Category) -> str:
    """Return a category's name in the reader's language."""
    return name_of(category)


@register.simple_tag
def countdown_words() -> str:
    """Return the words that static/js/countdown.js puts together as `words.left` does, as JSON."""
    words = {
        "day": _("%(n)d d"),
        "hour": _("%(n)d h"),
        "minute": _("%(n)d min"),
        "under": _("under 1 min"),
        "left": _("%(span)s left"),
        "over": _("%(span)s over"),
        "green": Light.GREEN.label,
        "yellow": Light.YELLOW.label,
        "red": Light.RED.label,
    }
    return json.dumps({name: str(word) for name, word in words.items()}, ensure_ascii=False)


@register.filter
def stands_with(order: WorkOrder) -> str:
    """Say who has the order now: the person, else the unit, else the node."""
    return str(order.assignee or order.lead_unit or order.holder)


@register.filter
def work_hours(seconds: int) -> str:
    """Say working time in hours, to a tenth."""
    return _("%(hours)s h") % {"hours": f"{seconds / 3600:.1f}".removesuffix(".0")}


@register.filter
def reason_words(event: Event) -> str:
    """Say the reason that an event names from its list."""
    reasons: dict[str, Any] = dict(REASONS.get(event.move, ReturnReason).choices)
    return str(reasons.get(event.reason, event.reason))


@register.filter
def asked_because(approval: Approval) -> str:
    """Say the reason from the list that a request names."""
    reasons: dict[str, Any] = dict(REASONS.get(f"request_{approval.kind}", ReturnReason).choices)
    return str(reasons.get(approval.reason, approval.reason))


@register.filter
def since_climb(order: WorkOrder, now: dt.datetime) -> dt.timedelta | None:
    """Return how long ago an order last climbed (`climbed_at`, from the escalation monitor's query)."""
    climbed_at: dt.datetime | None = getattr(order, "climbed_at", None)
    return now - climbed_at if climbed_at else None


@register.filter
def age(order: WorkOrder, now: dt.datetime) -> dt.timedelta:
    """Return how long ago an order was reported."""
    return now - order.reported_at


@register.simple_tag
def calendar_gaps() -> list[int]:
    """Return the years that deadlines may reach into and whose working days are not loaded."""
    return missing_years(timezone.localdate())


@register.simple_tag
def calendar_gaps_of(order: WorkOrder) -> list[int]:
    """Return the years that an order's deadlines fall into and whose working days are not loaded."""
    deadlines = [] if order.is_final else [moment for moment in (order.due_at, order.whole_due_at) if moment]
    return not_loaded(timezone.localtime(moment).year for moment in deadlines) if deadlines else []
