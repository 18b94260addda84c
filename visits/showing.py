"""What this app puts on other pages: the workbench's tile, panels of a person, a house, an organisation, an order."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from grids import panels
from grids.models import Grid, Kind
from grids.roles import Permission
from grids.standing import Standing
from residents import sight
from residents.models import Handover, House, Organisation, Resident
from visits import dayplan, knowing
from visits.models import LogEntry, Visit
from visits.organisations_due import days_between
from workorders import tiles
from workorders.models import WorkOrder

SHOWN = 5


def register() -> None:
    panels.register(panels.Panel("visits", Resident, "visits/panel_person.html", of_person, place=30))
    panels.register(panels.Panel("visits", House, "visits/panel_house.html", of_house, place=30))
    panels.register(panels.Panel("visits", Organisation, "visits/panel_organisation.html", of_organisation, place=30))
    panels.register(panels.Panel("visit", WorkOrder, "visits/panel_order.html", of_order, place=60))
    tiles.register("visits", bench_tiles)
    tiles.register("handovers", handover_tiles)


def _may_visit(who: Standing, subject: House | Resident | Organisation) -> bool:
    return sight.may(who, Permission.VISIT, subject.path_ids)


def of_person(resident: Resident, who: Standing, now: dt.datetime) -> dict[str, Any] | None:
    """Show a person's last visits and when the next is due, as far as the viewer may know."""
    visits = Visit.objects.valid().filter(people__resident=resident).select_related("visitor")
    due = knowing.rows([resident], who, timezone.localdate(now))[0]
    return {"visits": _last(visits), "due": due, "may_visit": _may_visit(who, resident) and resident.is_here}


def of_house(house: House, who: Standing, now: dt.datetime) -> dict[str, Any] | None:
    """Show a home's last visits."""
    visits = Visit.objects.valid().filter(house=house).select_related("visitor")
    return {"visits": _last(visits), "may_visit": _may_visit(who, house) and house.retired_on is None}


def of_organisation(organisation: Organisation, who: Standing, now: dt.datetime) -> dict[str, Any] | None:
    """Show an organisation's last visits, what they asked for, and when a key site is due."""
    visits = Visit.objects.valid().filter(organisation=organisation).select_related("visitor")
    last = _last(visits)
    met = next((visit for visit in last if visit.outcome == "met"), None)
    due_on = None
    if organisation.is_key_site:
        start = timezone.localdate(met.visited_at) if met else timezone.localdate(now)
        due_on = start + dt.timedelta(days=days_between(organisation.district_id) if met else 0)
    return {
        "visits": last,
        "entries": list(
            LogEntry.objects.filter(organisation=organisation).select_related("order").order_by("-pk")[:SHOWN]
        ),
        "due_on": due_on,
        "today": timezone.localdate(now),
        "may_visit": _may_visit(who, organisation) and organisation.closed_on is None,
    }


def of_order(order: WorkOrder, who: Standing, now: dt.datetime) -> dict[str, Any] | None:
    """Lead from an order to the entry it was made of, where the viewer may see that."""
    entry = LogEntry.objects.filter(order=order).first()
    if entry is None or not (
        entry.author_id == who.user_id or sight.may(who, Permission.VIEW_REGISTERS, entry.path_ids)
    ):
        return None
    return {"entry": entry}


def _last(visits: Any) -> list[Visit]:
    return list(visits.order_by("-visited_at", "-id")[:SHOWN])


def bench_tiles(user: User, who: Standing, now: dt.datetime) -> Iterator[tiles.Tile]:
    """Count who is due in the grids in which one works day by day; whoever looks after more has coverage."""
    own = [post.node_id for post in who.nodes(Permission.VISIT) if post.kind in {Kind.BASE, Kind.DEDICATED}]
    for number, grid in enumerate(Grid(pk=pk, kind=Kind.BASE) for pk in dict.fromkeys(own)):
        rows = dayplan.due_in(grid, who, timezone.localdate(now))
        label = _("Visits due today") if number == 0 else _("Visits due in my next grid")
        yield tiles.Tile(label, "walk", "brand", f"{reverse('visits:plan')}?grid={grid.pk}", rows)


def handover_tiles(user: User, who: Standing, now: dt.datetime) -> Iterator[tiles.Tile]:
    """Count the registrations that other communities ask for, for who keeps the register."""
    if who.has(Permission.ANSWER_REQUESTS):
        rows = Handover.objects.waiting_for(who)
        yield tiles.Tile(_("Registrations asked for"), "transfer", "yellow", reverse("residents:handovers"), rows)
