"""The street's list page against rendering its template alone, from rows that are in memory already."""

from typing import Any
from unittest import mock

from django.db import connection
from django.shortcuts import render
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from bench import servers
from bench.pages import FULL, build_both, client
from bench.remote import Remote
from bench.results import Result
from bench.timing import medians, seconds
from workorders.views import lists

ADDRESS = "/work-orders/?tab=done"
ROUNDS = 31
"""Two medians of fifteen of the same page differ by a tenth."""


def measure() -> list[Result]:
    build_both()
    with Remote(servers.address(FULL)) as full:
        queries = full.call("bench.order_list_render:catch")
        page, template = medians(
            [
                lambda: full.call("bench.pages:page_s", ADDRESS),
                lambda: full.call("bench.order_list_render:render_s"),
            ],
            ROUNDS,
        )
    note = f"50 rows, tab “done” at 168,177 orders; rendering alone makes {queries} queries"
    return [Result("order_list_render", page, template, page / template, note, at_most=1.6)]


# From here on: called in the other process, with Django set up.

_caught: list[tuple[Any, str, dict[str, Any]]] = []


def catch() -> int:
    """Keep what the page's view gives to its template; returns how many queries rendering it again makes."""

    def keep(request: Any, template: str, context: dict[str, Any]) -> Any:
        _caught.append((request, template, context))
        return render(request, template, context)

    with mock.patch.object(lists, "render", keep):
        client().get(ADDRESS)
    assert len(_caught[0][2]["page"].rows) == 50
    with CaptureQueriesContext(connection) as captured:
        render_s()
    return len(captured)


def render_s() -> float:
    """Return the seconds that the template takes."""
    request, template, context = _caught[0]
    return seconds(lambda: render_to_string(template, context, request=request))
