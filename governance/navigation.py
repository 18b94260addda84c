"""What the shell offers this person: only what their posts allow; two queries a page, made when first asked."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import Promise, cached_property
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.kept import Kept
from accounts.models import User
from governance.navigation_items import HOME, MAP, MINE, ORDERS, REPORT, TO_DO, WORK, Item
from grids import badges
from grids.backends import gives, standing_for
from grids.models import Grid
from grids.roles import Permission
from grids.standing import Standing
from onemap import sharing_page
from onemap.querysets import may_share
from workorders.lists import MOMENT, Statement, ask_kept, counting

P = Permission


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
        return _tasks(self._whose, self._here, self._waiting)

    @cached_property
    def side(self) -> SafeString:
        """Return the groups as the side navigation shows them: drawn once for all pages of a task, until a count
        changes."""
        return _drawn(self._whose, self._here, tuple(self._waiting.items()), get_language())

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
        return _places(self.standing).instances()

    def _map(self) -> Iterator[Link]:
        """Return the one map, or for who has only the tree the map of their own node."""
        if self.standing.has(P.VIEW_MAP):
            yield from (replace(link, label=_("Map")) for link in self._links([MAP]))
        elif self.standing.has(P.VIEW_TREE):
            url = _address("grids:detail", self.standing.posts[0].node_id)
            if url:
                yield Link(f"{url}#map", _("Map"), "map-2", self.request.path == url)

    def _links(self, items: Iterable[Item]) -> Iterator[Link]:
        return _links(items, self._whose, self._here, self._waiting)

    @cached_property
    def _whose(self) -> "tuple[Standing, bool]":
        return self.standing, bool(getattr(self.request.user, "is_superuser", False))

    @cached_property
    def _waiting(self) -> dict[str, int]:
        """Count what waits behind the items, all in one query; none for whoever nothing waits for."""
        return ask_kept(_counting(self.standing), timezone.now())

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
def _places(who: Standing) -> Kept[Grid]:
    """Return the query of the nodes of these posts, and of those above the first."""
    first = who.posts[0]
    above = Grid.objects.filter(tree_id=first.tree_id, lft__lte=first.lft, rght__gte=first.rght)
    held = Grid.objects.filter(pk__in=[post.node_id for post in who.posts])
    return Kept(lambda: (above | held).only("pk", "name", "tree_id", "lft", "rght").order_by("tree_id", "lft"))


def _links(
    items: Iterable[Item], whose: tuple[Standing, bool], here: str, waiting: Mapping[str, int]
) -> Iterator[Link]:
    who, is_superuser = whose
    for item in items:
        url = _address(item.name)
        if url and (not item.needs or any(gives(who, need, is_superuser=is_superuser) for need in item.needs)):
            count = waiting.get(item.name, 0) if item.count is not None else 0
            yield Link(url + item.query, item.label, item.icon, url == here, count)


def _tasks(whose: tuple[Standing, bool], here: str, waiting: Mapping[str, int]) -> list[Task]:
    tasks = (Task(group.label, group.icon, list(_links(group.items, whose, here, waiting))) for group in WORK)
    return [task for task in tasks if task.links]


@lru_cache(maxsize=256)
def _drawn(
    whose: tuple[Standing, bool], here: str, waiting: tuple[tuple[str, int], ...], _language: str | None
) -> SafeString:
    return render_to_string("components/tasks.html", {"tasks": _tasks(whose, here, dict(waiting))})


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
