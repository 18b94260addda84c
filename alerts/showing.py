"""What this app puts on pages of others: a tile on the workbench, a count in the navigation, the warnings of an order
and of a facility."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet, prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from alerts import explaining
from alerts.finding.base import Finding
from alerts.models import EarlyWarning
from alerts.states import RuleKind
from facilities.models import Facility
from grids import panels
from grids.roles import Permission
from grids.standing import Standing
from workorders import tiles
from workorders.models import WorkOrder

SHOWN = 5


def register() -> None:
    tiles.register("warnings", bench_tiles)
    panels.register(panels.Panel("warnings", WorkOrder, "alerts/_order_warnings.html", warnings_of, place=35))
    panels.register(panels.Panel("warnings", Facility, "alerts/_facility_warnings.html", warnings_at, place=20))


def waiting(who: Standing, now: dt.datetime) -> "QuerySet[Any] | None":
    """Return the warnings that wait for this person's decision, for the navigation; None for all others."""
    if not who.has(Permission.CONFIRM_WARNINGS):
        return None
    return EarlyWarning.objects.open().decided_by_posts_of(who)


def subjects(found: Sequence[Finding], kind: RuleKind, who: Standing) -> list[str]:
    """Name what each finding of a trial is about, as the warning would that it is not: a few queries for any number."""
    keys = ("category_id", "unit_id", "organisation_id", "topic_id", "facility_id")
    rows = [EarlyWarning(kind=kind, **{key: getattr(one, key) for key in keys}) for one in found]
    prefetch_related_objects(rows, "category", "unit", "organisation", "topic", "facility__kind")
    return [explaining.subject(row, who) for row in rows]


def warnings_of(order: WorkOrder, who: Standing, now: dt.datetime) -> dict[str, Any] | None:
    """Lead from an order to the warnings that it was made from, and to those that counted it, for who decides there."""
    if not who.has(Permission.CONFIRM_WARNINGS) or not EarlyWarning.objects.about(order).exists():
        return None  # mostly: then the long query is not even planned
    found = EarlyWarning.objects.decided_by_posts_of(who).about(order).with_names().order_by("-found_at", "-id")[:SHOWN]
    rows = [(one, explaining.subject(one, who), one.order_id == order.pk) for one in found]
    return {"rows": rows} if rows else None


def warnings_at(facility: Facility, who: Standing, now: dt.datetime) -> dict[str, Any] | None:
    """Name the warnings that reports of a facility gave, the newest first, to who decides on warnings there."""
    if not who.has(Permission.CONFIRM_WARNINGS):
        return None
    found = EarlyWarning.objects.decided_by_posts_of(who).filter(facility=facility)
    rows = list(found.with_names().order_by("-found_at", "-id")[:SHOWN])
    return {"rows": [(one, explaining.sentence(one, who)) for one in rows]} if rows else None


def bench_tiles(user: User, who: Standing, now: dt.datetime) -> Iterator[tiles.Tile]:
    """Count the warnings that wait for this person's decision."""
    rows = waiting(who, now)
    if rows is not None:
        yield tiles.Tile(_("Warnings"), "alert-triangle", "yellow", reverse("alerts:list"), rows)
