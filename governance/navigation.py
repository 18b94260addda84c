"""What the shell offers this person: only what their posts allow; two queries a page, made when first asked."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from alerts.showing import waiting as warnings_waiting
from appraisal.showing import objections_waiting
from coordination.showing import whistles_waiting
from grids import badges
from grids.backends import standing_for
from grids.models import Grid
from grids.roles import Permission
from grids.standing import Standing
from hotline.call_lists import waiting as calls_waiting
from hotline.showing_replies import telling_waits
from onemap import sharing_page
from onemap.querysets import may_share
from workorders.asked import waiting
from workorders.lists import MOMENT, Statement, ask, counting

P = Permission


@dataclass(frozen=True)
class Item:
    """A page in the side navigation; open to whoever has one of the permissions, to all when there are none."""

    name: str
    label: Promise
    icon: str
    needs: tuple[P, ...] = ()
    query: str = ""
    count: Callable[[Standing, dt.datetime], "QuerySet[Any] | None"] | None = None
    """What waits there now for this person, None where it is no concern of theirs; all of it is counted in one query,
    whose text is kept: nothing but the standing and the moment may decide it."""
    also: tuple[str, ...] = ()
    """Pages whose addresses begin otherwise and that belong to this task as well."""


@dataclass(frozen=True)
class Group:
    """A task of the side navigation and the pages that it consists of; a further page is one more line in `items`."""

    label: Promise
    icon: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Link:
    url: str
    label: Promise | str
    icon: str
    is_here: bool
    count: int = 0


@dataclass(frozen=True)
class Task:
    """A group as one person has it: with the links that their posts allow."""

    label: Promise
    icon: str
    links: list[Link]

    @property
    def is_here(self) -> bool:
        return any(link.is_here for link in self.links)

    @property
    def count(self) -> int:
        """Return how many wait behind all of its links: its head says so while it is closed."""
        return sum(link.count for link in self.links)


HOME = Item("home", _("Workbench"), "layout-dashboard")
ORDERS = Item("workorders:list", _("Order list"), "clipboard-list", (P.REPORT, P.VIEW_ORDERS))
MAP = Item("onemap:map", _("One map"), "map-2", (P.VIEW_MAP,))
WORK = (
    Group(
        _("Workbench"),
        "layout-dashboard",
        (HOME, Item("appraisal:mine", _("My appraisal"), "award", (P.HANDLE, P.VISIT))),
    ),
    Group(
        _("Work orders"),
        "clipboard-list",
        (
            ORDERS,
            Item("workorders:escalations", _("Escalations"), "stairs-up", (P.VIEW_ORDERS,)),
            Item(
                "workorders:approvals", _("Approvals"), "rubber-stamp", (P.HANDLE, P.APPROVE, P.EXCLUDE), count=waiting
            ),
            Item("coordination:reviews", _("Joint reviews"), "users-group", (P.HANDLE, P.VIEW_ORDERS)),
            Item(
                "coordination:whistles",
                _("Whistles"),
                "speakerphone",
                (P.HANDLE, P.VIEW_ORDERS),
                count=whistles_waiting,
            ),
            Item("supervision:list", _("Supervision"), "urgent", (P.HANDLE, P.VIEW_ORDERS)),
            Item("admission:mine", _("My tasks"), "forms", (P.ESCALATE,)),
            Item("admission:tasks", _("Tasks in the grids"), "checklist", (P.APPLY_TASK, P.ADMIT)),
        ),
    ),
    Group(
        _("Registers"),
        "address-book",
        (
            Item(
                "residents:people",
                _("People, houses, organisations"),
                "address-book",
                (P.VIEW_REGISTERS,),
                also=("residents:houses", "residents:organisations", "residents:handovers", "residents:search"),
            ),
            Item("residents:own-requests", _("Residents' requests"), "user-question", (P.ANSWER_REQUESTS,)),
            Item("rosters:list", _("Rosters"), "file-import", (P.IMPORT_ROSTERS, P.MANAGE_POSTS)),
            Item("residents:exports", _("Lists taken along"), "file-export", (P.EXPORT_REGISTERS, P.APPROVE_EXPORT)),
        ),
    ),
    Group(
        _("Visits"),
        "walk",
        (
            Item("visits:plan", _("Day plan"), "walk", (P.VISIT,)),
            Item("visits:log", _("Daily log"), "notebook", (P.VISIT,)),
            Item("visits:reports", _("Reports"), "report", (P.VISIT,)),
            Item("visits:coverage", _("Coverage"), "chart-donut", (P.VIEW_COVERAGE,)),
            Item("care:contacts", _("Contact households"), "home-heart", (P.VISIT, P.ASSIGN_CONTACTS)),
            Item("care:grants", _("Service tiers"), "heart-handshake", (P.PROPOSE_TIER,)),
        ),
    ),
    Group(
        _("Hotline"),
        "headset",
        (
            Item("hotline:desk", _("Intake desk"), "headset", (P.INTAKE,), also=("hotline:desk-request",)),
            Item("hotline:requests", _("Hotline requests"), "phone-call", (P.VIEW_REQUESTS,)),
            Item("hotline:ledger", _("Key cases"), "urgent", (P.VIEW_RATES,)),
            Item("hotline:circulars", _("Weekly circulars"), "file-text", (P.VIEW_RATES,)),
            Item("hotline:rates", _("Six rates"), "percentage", (P.VIEW_RATES,)),
            Item("hotline:call-backs", _("Call-back"), "phone-outgoing", (P.CALL_BACK,), count=calls_waiting),
            Item("public:held", _("Held reports"), "robot", (P.INTAKE,)),
            Item("public:links", _("Links of building leads"), "link", (P.GIVE_LINKS,)),
            Item("hotline:exchanges", _("City platform exchange"), "transfer", (P.EXCHANGE,)),
            Item("hotline:topics", _("Hot topics"), "flame", (P.VIEW_REQUESTS,)),
            Item("hotline:replies", _("Answers to review"), "message-check", (P.HANDLE,)),
            Item("hotline:to-tell", _("Answers to tell"), "phone-check", (P.INTAKE,), count=telling_waits),
        ),
    ),
    Group(
        pgettext_lazy("task", "Insights"),
        "chart-bar",
        (
            Item("insights:dashboard", _("Dashboard"), "dashboard", (P.VIEW_INSIGHTS,)),
            Item("insights:cockpit-own", _("Cockpit"), "device-desktop-analytics", (P.VIEW_INSIGHTS,)),
            Item("insights:rankings", _("Rankings"), "trophy", (P.VIEW_INSIGHTS,)),
            Item(
                "appraisal:periods",
                _("Appraisal"),
                "award",
                (P.VIEW_APPRAISAL,),
                count=objections_waiting,
                also=("appraisal:objections", "appraisal:payroll"),
            ),
            MAP,
            Item("alerts:list", _("Early warnings"), "alert-triangle", (P.CONFIRM_WARNINGS,), count=warnings_waiting),
            Item("bulletins:list", _("Briefings"), "news", (P.VIEW_INSIGHTS, P.WRITE_BULLETINS, P.PUBLISH_BULLETINS)),
            Item("surveys:list", _("Questionnaires"), "clipboard-text", (P.ASK_SURVEYS, P.MANAGE_SURVEYS)),
        ),
    ),
    Group(
        _("Grids"),
        "sitemap",
        (
            Item("grids:tree", _("Grids"), "sitemap", (P.VIEW_TREE,)),
            Item("facilities:list", _("Facilities"), "traffic-cone", (P.REPORT,)),
            Item("locating:find", _("Grid of an address"), "map-search", (P.REPORT,)),
        ),
    ),
    Group(
        _("Settings"),
        "settings",
        (
            Item("grids:posts", _("Posts"), "id-badge-2", (P.MANAGE_POSTS,)),
            Item("onemap:duty-hours", _("Duty hours"), "clock", (P.MANAGE_POSTS,)),
            Item("accounts:users", _("Users"), "users", (P.MANAGE_USERS,)),
            Item("grids:units", _("Units"), "building", (P.MANAGE_RULES,)),
            Item("workorders:categories", _("Categories"), "category", (P.MANAGE_RULES,)),
            Item("facilities:kinds", _("Kinds of facilities"), "traffic-cone", (P.MANAGE_RULES,)),
            Item("hotline:category-models", _("Category suggestion"), "bulb", (P.MANAGE_RULES,)),
            Item("workorders:limits", _("Limits"), "hourglass", (P.MANAGE_RULES,)),
            Item("workorders:ladder", _("Ladder"), "stairs", (P.MANAGE_RULES,)),
            Item("workorders:precedents", _("Precedents"), "gavel", (P.MANAGE_RULES,)),
            Item("hotline:rules", _("Rules of the hotline"), "adjustments-question", (P.MANAGE_RULES,)),
            Item("alerts:rules", _("Rules of early warning"), "bell-cog", (P.MANAGE_RULES,)),
            Item("locating:corrections", _("Corrected places"), "map-pin-check", (P.MANAGE_RULES,)),
            Item("grids:calendar", _("Working days"), "calendar", (P.MANAGE_CALENDAR,)),
            Item("workorders:timers", _("Timers"), "clock-play", (P.VIEW_TIMERS,)),
            Item("insights:keeping", _("Keeping of the figures"), "chart-dots", (P.VIEW_TIMERS,)),
            Item("insights:displays", _("Screens on a wall"), "device-tv", (P.GIVE_DISPLAYS,)),
            Item("gateway:receivers", _("Events out"), "webhook", (P.MANAGE_RECEIVERS,)),
            Item("messaging:list", _("Messages to residents"), "message-forward", (P.MANAGE_RECEIVERS,)),
            Item("residents:looks", _("Looks at personal data"), "eye-search", (P.VIEW_LOOKS,)),
            Item(
                "appraisal:schemes",
                _("Schemes of appraisal"),
                "scale",
                (P.MANAGE_SCHEMES,),
                also=("appraisal:rules", "appraisal:elements"),
            ),
            Item("care:settings", _("Rules of care"), "adjustments-heart", (P.MANAGE_CARE,)),
            Item("care:looks", _("Looks at tiers"), "eye", (P.VIEW_LOOKS,)),
            Item("accounts:audit", _("Audit log"), "history", (P.VIEW_AUDIT,)),
        ),
    ),
)
REPORT = Item("workorders:report", _("Report"), "camera-plus", (P.REPORT,))
TO_DO = Item("workorders:list", _("To do"), "list-check", (P.REPORT, P.VIEW_ORDERS), "?tab=todo")
INBOX = Item("accounts:inbox", _("Notices"), "bell")
MINE = Item("accounts:profile", _("Me"), "user-circle")


class Navigation:
    """The shell of one request; templates ask it lazily, so a fragment pays for nothing."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def standing(self) -> Standing:
        return standing_for(self.request.user)

    @cached_property
    def work(self) -> list[Task]:
        """Return the groups in which there is anything for this person."""
        tasks = (Task(group.label, group.icon, list(self._links(group.items))) for group in WORK)
        return [task for task in tasks if task.links]

    @cached_property
    def report(self) -> Link | None:
        return next(self._links([REPORT]), None)

    @cached_property
    def phone(self) -> list[Link]:
        """Return the four tabs of the phone's bottom bar: workbench, to do, map, me."""
        return [*self._links([HOME, TO_DO]), *self._map(), *self._links([MINE])]

    @cached_property
    def beyond_the_bar(self) -> list[Task]:
        """Return the work that a phone's bottom bar has no tab for; the page “Me” lists it."""
        on_the_bar = {link.url.partition("?")[0] for link in self.phone}
        rest = (replace(task, links=[link for link in task.links if link.url not in on_the_bar]) for task in self.work)
        return [task for task in rest if task.links]

    @cached_property
    def search_url(self) -> str:
        return next((link.url for link in self._links([ORDERS])), "")

    @cached_property
    def has_badge(self) -> bool:
        return any(post.role in badges.WEARERS for post in self.standing.posts)

    @cached_property
    def position_url(self) -> str:
        """Return where the browser of somebody who works in a grid sends its position, while they share it."""
        user = self.request.user
        return _address("onemap:position") if isinstance(user, User) and may_share(user) else ""

    @cached_property
    def sharing(self) -> dict[str, Any] | None:
        """Return what the switch on the page “Me” says; None for who works in no grid."""
        user = self.request.user
        return sharing_page.context(user, timezone.now()) if isinstance(user, User) else None

    @cached_property
    def registers_url(self) -> str:
        """Return where whoever may looks for people and houses; by POST, so that no name stands in an address."""
        return _address("residents:search") if self.standing.has(P.VIEW_REGISTERS) else ""

    @cached_property
    def is_in_registers(self) -> bool:
        """Say whether this is a page of the registers, where the box of the top bar looks for people and houses."""
        return bool(self.registers_url) and self._here == _address("residents:people")

    @cached_property
    def trail(self) -> list[Grid]:
        """Return district › … › the node of the first post."""
        if not self.standing.posts:
            return []
        first = self.standing.posts[0]
        return [n for n in self._nodes if n.tree_id == first.tree_id and n.lft <= first.lft and n.rght >= first.rght]

    @cached_property
    def other_nodes(self) -> list[Grid]:
        """Return the nodes of the further posts."""
        ids = {post.node_id for post in self.standing.posts[1:]} - {self.standing.posts[0].node_id}
        return [node for node in self._nodes if node.pk in ids]

    @cached_property
    def _nodes(self) -> list[Grid]:
        first = self.standing.posts[0]
        above = Grid.objects.filter(tree_id=first.tree_id, lft__lte=first.lft, rght__gte=first.rght)
        held = Grid.objects.filter(pk__in=[post.node_id for post in self.standing.posts])
        return list((above | held).only("pk", "name", "tree_id", "lft", "rght").order_by("tree_id", "lft"))

    def _map(self) -> Iterator[Link]:
        """Return the one map, or for who has only the tree the map of their own node."""
        if self.standing.has(P.VIEW_MAP):
            yield from (replace(link, label=_("Map")) for link in self._links([MAP]))
        elif self.standing.has(P.VIEW_TREE):
            url = _address("grids:detail", self.standing.posts[0].node_id)
            if url:
                yield Link(f"{url}#map", _("Map"), "map-2", self.request.path == url)

    def _links(self, items: Iterable[Item]) -> Iterator[Link]:
        for item in items:
            url = _address(item.name)
            if url and (not item.needs or any(self.request.user.has_perm(need) for need in item.needs)):
                count = self._waiting.get(item.name, 0) if item.count is not None else 0
                yield Link(url + item.query, item.label, item.icon, url == self._here, count)

    @cached_property
    def _waiting(self) -> dict[str, int]:
        """Count what waits behind the items, all in one query; none for whoever nothing waits for."""
        return ask(_counting(self.standing).at(timezone.now()))

    @cached_property
    def _here(self) -> str:
        """Return the address of the task that this page belongs to: the longest that begins its own."""
        items = (*(item for group in WORK for item in group.items), REPORT, MINE)
        urls = [(_address(name), item.name) for item in items for name in (item.name, *item.also)]
        found = max(
            (pair for pair in urls if pair[0] and self._begins(pair[0])), key=lambda pair: len(pair[0]), default=None
        )
        return _address(found[1]) if found else ""

    def _begins(self, url: str) -> bool:
        return self.request.path == url if url == "/" else self.request.path.startswith(url)


@lru_cache(maxsize=1024)
def _counting(who: Standing) -> Statement:
    items = (item for group in WORK for item in group.items)
    asked = {item.name: item.count(who, MOMENT) for item in items if item.count is not None}
    return counting({name: rows for name, rows in asked.items() if rows is not None})


@lru_cache(maxsize=1024)
def _address(name: str, *args: int) -> str:
    """Return a page's address, "" where there is none; asked a hundred times for every page."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
