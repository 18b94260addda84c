"""The workbench: what needs me now, and how bad it is."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from accounts.kept import Joined, Kept
from accounts.models import User
from accounts.requests import UserRequest
from grids.backends import standing_for
from grids.roles import Permission
from grids.standing import Standing
from workorders import lists, tiles
from workorders.models import SavedFilter, WorkOrder
from workorders.news import since_yesterday
from workorders.querysets import Tab
from workorders.states import Light, Move
from workorders.workflow import moves_for

URGENT = 10
NO_KEY = 0


@dataclass(frozen=True)
class TileKind:
    """A tile: its words, and the list that it counts in the words of that list's address."""

    label: Promise
    symbol: str
    tone: str
    tab: Tab
    light: str = ""
    state: str = ""
    escalated: bool = False

    @property
    def filters(self) -> lists.Filters:
        return lists.Filters(light=self.light, state=self.state, escalated=self.escalated)

    @property
    def url(self) -> str:
        more = [("light", self.light), ("state", self.state), ("escalated", "on" if self.escalated else "")]
        query = "&".join(f"{name}={value}" for name, value in more if value)
        return f"{reverse('workorders:list')}?tab={self.tab.value}" + (f"&{query}" if query else "")


TILES = (
    TileKind(_("To do"), "list-check", "blue", Tab.TODO),
    TileKind(_("In hand"), "tools", "brand", Tab.DOING),
    TileKind(_("Due soon"), "clock", "yellow", Tab.TODO, light=Light.YELLOW.value),
    TileKind(_("Overdue"), "alert-triangle", "red", Tab.OVERDUE),
    TileKind(_("Escalated to me"), "stairs-up", "red", Tab.TODO, escalated=True),
    TileKind(_("Waiting for my check"), "eye-check", "brand", Tab.TODO, state="check"),
)
WORKS_WITH_ORDERS = (Permission.VIEW_ORDERS, Permission.HANDLE, Permission.REPORT)


@require_GET
def workbench(request: UserRequest) -> HttpResponse:
    """Show the workbench that fits one's posts; people without sight of orders get the keeper's one."""
    standing, now = standing_for(request.user), timezone.now()
    if not any(standing.has(permission) for permission in WORKS_WITH_ORDERS):
        return render(request, "workorders/workbench_keeper.html", _keeper(request.user))
    further = tiles.offered(request.user, standing, now)
    counts = lists.ask_kept(_counting(standing), now) | lists.counts({tile.url: tile.rows for tile in further})
    rows = _most_urgent(standing)
    context: dict[str, Any] = {
        "tiles": [(tile, lists.said(counts[tile.url])) for tile in TILES]
        + [(tile, lists.said(counts[tile.url])) for tile in further if counts[tile.url]],
        "rows": [(order, _first_move(order, standing)) for order in rows],
        "node_id": standing.posts[0].node_id,
        "saved": SavedFilter.objects.filter(user=request.user).order_by("name"),
        "news": since_yesterday(standing, now),
        "now": now,
        "can_report": standing.has(Permission.REPORT),
        "keeps_calendar": standing.has(Permission.MANAGE_CALENDAR),
    }
    return render(request, "workorders/workbench.html", context)


@lru_cache(maxsize=1024)
def _counting(who: Standing) -> lists.Statement:
    orders = {tile.url: WorkOrder.objects.tab(tile.tab, who, lists.MOMENT) for tile in TILES}
    return lists.counting({tile.url: tile.filters.apply(orders[tile.url], lists.MOMENT) for tile in TILES})


def _most_urgent(who: Standing) -> list[WorkOrder]:
    """Read the first orders of one's to-do list: which they are, then by a query that is everybody's what they show."""
    keys = [pk for (pk,) in _keys_of(who).rows()]
    padded = keys + [NO_KEY] * (URGENT - len(keys))
    return _ROWS.instances(**dict(zip(_PLACES, padded, strict=True))) if keys else []


@lru_cache(maxsize=1024)
def _keys_of(who: Standing) -> Kept[WorkOrder]:
    return Kept(lambda: WorkOrder.objects.tab(Tab.TODO, who).most_urgent_first().values_list("pk")[:URGENT])


_PLACES = {f"order_{number}": -number for number in range(1, URGENT + 1)}
_ROWS = Joined(
    lambda **keys: lists.for_rows(WorkOrder.objects.filter(pk__in=keys.values())).most_urgent_first(), **_PLACES
)


def _first_move(order: WorkOrder, standing: Standing) -> Move | None:
    return next(iter(moves_for(order, standing)), None)


@dataclass(frozen=True)
class Door:
    """A page that a keeper of the installation works on."""

    name: str
    label: Promise
    words: Promise
    symbol: str
    needs: Permission


DOORS = (
    Door("insights:dashboard", _("Dashboard"), _("The figures of your area"), "dashboard", Permission.VIEW_INSIGHTS),
    Door(
        "insights:cockpit-own",
        _("Cockpit"),
        _("The same for a large screen"),
        "device-desktop-analytics",
        Permission.VIEW_INSIGHTS,
    ),
    Door(
        "insights:rankings",
        _("Rankings"),
        _("Who solves on time, among their like"),
        "trophy",
        Permission.VIEW_INSIGHTS,
    ),
    Door("bulletins:list", _("Briefings"), _("What was published or sent to you"), "news", Permission.VIEW_INSIGHTS),
    Door("grids:tree", _("Grids"), _("The area tree and its boundaries"), "sitemap", Permission.VIEW_TREE),
    Door("grids:posts", _("Posts"), _("Who holds which post, and when"), "id-badge-2", Permission.MANAGE_POSTS),
    Door("accounts:users", _("Users"), _("Accounts and first passwords"), "users", Permission.MANAGE_USERS),
    Door("grids:units", _("Units"), _("Departments, centres, joint teams"), "building", Permission.MANAGE_RULES),
    Door("workorders:categories", _("Categories"), _("What may be reported"), "category", Permission.MANAGE_RULES),
    Door("workorders:limits", _("Limits"), _("How long each stage may take"), "hourglass", Permission.MANAGE_RULES),
    Door("workorders:ladder", _("Ladder"), _("How overdue orders climb"), "stairs", Permission.MANAGE_RULES),
    Door("grids:calendar", _("Working days"), _("Holidays and make-up days"), "calendar", Permission.MANAGE_CALENDAR),
    Door("accounts:audit", _("Audit log"), _("Who did what, and when"), "history", Permission.VIEW_AUDIT),
    Door("healthz", _("System health"), _("Database, broker, worker and beat"), "activity", Permission.MANAGE_USERS),
)


def _keeper(user: User) -> dict[str, Any]:
    """List the doors that are open to this person; a superuser has some without any post."""
    doors = [(door, reverse(door.name)) for door in DOORS if user.has_perm(door.needs)]
    return {"doors": doors, "keeps_calendar": user.has_perm(Permission.MANAGE_CALENDAR)}
