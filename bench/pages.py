"""Server time of the pages that people look at all day, at scale 1, through every layer but the socket."""

import re
from functools import cache
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from bench import servers
from bench.build import district
from bench.remote import Remote
from bench.results import Result
from bench.timing import medians, seconds
from governance import gunicorn
from workorders.models import WorkOrder

FULL, TENTH = "bench_full", "bench_tenth"
ROUNDS = 15
AIM_S = 0.040
USERNAME = "street"


def build_both() -> None:
    """Have the districts of scale 1 and 0.1 ready."""
    servers.built(TENTH, f"{district.__module__}:{district.__name__}", 0.1)
    servers.built(FULL, f"{district.__module__}:{district.__name__}", 1.0)


def measure() -> list[Result]:
    """Measure workbench, order list and order page of a street's operator against the aim."""
    build_both()
    with Remote(servers.address(FULL)) as full:
        addresses = full.call("bench.pages:main_pages")
        found = []
        for name, address in addresses.items():
            (ours,) = medians([lambda address=address: full.call("bench.pages:page_s", address)], ROUNDS)  # type: ignore[misc]
            queries = full.call("bench.pages:queries", address)
            note = f"{queries} queries; server time at 168,177 orders, the reference is the aim"
            found.append(Result(f"page_{name}", ours, AIM_S, ours / AIM_S, note, at_most=1.0))
    return found


# From here on: called in the other process, with Django set up.


@cache
def client() -> Any:
    """Sign the street's operator in, in a test client that passes every middleware."""
    return signed_in(USERNAME)


def signed_in(username: str) -> Any:
    """Sign somebody in, and have this process look for garbage where a web worker does: not among what was read
    before. What was measured after a search through all of it was how slowly a processor begins with empty caches."""
    call_command("collectstatic", verbosity=0, interactive=False)
    browser = Client()
    browser.force_login(User.objects.get(username=username))
    browser.get("/")
    gunicorn.when_ready(None)
    return browser


def get(address: str) -> str:
    response = client().get(address)
    assert response.status_code == 200, f"{address}: {response.status_code}"
    text: str = response.content.decode()
    return text


def page_s(address: str) -> float:
    """Return the seconds that one request takes on the server."""
    return seconds(lambda: get(address))


def queries(address: str) -> int:
    """Count the queries of one request."""
    get(address)
    with CaptureQueriesContext(connection) as captured:
        get(address)
    return len(captured)


def main_pages() -> dict[str, str]:
    """Name the three main pages: an open order of the street stands for the order page."""
    user = User.objects.get(username=USERNAME)
    order = WorkOrder.objects.visible_to(user).open().filter(is_escalated=True).order_by("pk")[0]
    return {"workbench": "/", "list": "/work-orders/?tab=all", "order": order.get_absolute_url()}


def depths(tab: str) -> dict[str, str]:
    """Return the addresses of a tab's first page, one in the middle and the last full one, by turning the pages.

    The very last page holds what is left over, and seven rows are drawn sooner than thirty.
    """
    address = f"/work-orders/?tab={tab}"
    pages = [address]
    while (older := _older(get(address))) is not None:
        address = f"/work-orders/{older}"
        pages.append(address)
    full = pages[:-1] or pages
    return {"first": full[0], "middle": full[len(full) // 2], "last": full[-1]} | {"count": str(len(full))}


def _older(page: str) -> str | None:
    found = re.search(r'href="(\?[^"]*\bafter=[^"]+)"', page)
    return found.group(1).replace("&amp;", "&") if found else None
