"""The one map with 2,000 boundaries and 10,000 points: bytes over the wire, and what a slow phone makes of them.

A phone is Chromium at 390×844 with its processor held to a quarter. Frames are counted by the page itself while the
map is dragged; nothing else may run on the machine meanwhile.
"""

import socket
import statistics
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import Page, sync_playwright

from accounts.models import User
from bench import servers
from bench.build import mapped
from bench.memory import _answers, _running, _wait_until
from bench.remote import Remote
from bench.results import Result
from grids.models import Grid
from tests import chromium

DATABASE = "bench_map"
GRIDS, ORDERS = 2000, 10_000
AT_MOST_BYTES = 400_000
PAINT_AT_MOST_S, FRAME_AT_MOST_S = 5.0, 0.05
"""First paint of the page; and the frame that only one in twenty is slower than, while dragging: 20 a second."""
SLOWER = 4
USERNAME = "district"
ADDRESS = "/map/?level=base&measure=none"

_COUNT_FRAMES = """() => {
  window.frames_ms = [];
  let before = performance.now();
  const next = (now) => {
    window.frames_ms.push(now - before);
    before = now;
    window.counting = requestAnimationFrame(next);
  };
  window.counting = requestAnimationFrame(next);
}"""
_PAINTS = "() => performance.getEntriesByName('first-contentful-paint')[0].startTime"


def measure() -> list[Result]:
    servers.built(DATABASE, f"{mapped.__module__}:{mapped.__name__}", GRIDS, ORDERS)
    call_command("collectstatic", interactive=False, verbosity=0)
    with Remote(servers.address(DATABASE)) as remote:
        sent = remote.call("bench.map_grids:sizes")
        session = remote.call("bench.map_grids:session")
    seen = _on_a_phone(session)
    note = (
        f"{sent['areas']:,} boundaries gzipped at the three details: "
        f"{', '.join(f'{size:,} B' for size in sent['outlines'])} (at most {AT_MOST_BYTES:,}); "
        f"{sent['corners']:,} corners drawn, {sent['shown']:,} sent at the finest; "
        f"{sent['points']:,} points {sent['points_bytes']:,} B"
    )
    drawn = f"areas drawn after {seen['areas_s']:.1f} s, points after {seen['points_s']:.1f} s"
    moving = f"{seen['frames']} frames while dragging, median {seen['median_s'] * 1000:.0f} ms"
    slow = f"{GRIDS:,} boundaries, {ORDERS:,} points, processor slowed {SLOWER} times"
    return [
        Result("map_grids", None, None, max(sent["outlines"]) / AT_MOST_BYTES, note, at_most=1.0),
        Result(
            "map_first_paint",
            seen["paint_s"],
            PAINT_AT_MOST_S,
            seen["paint_s"] / PAINT_AT_MOST_S,
            f"{drawn}; {slow}; the reference is the aim",
            at_most=1.0,
        ),
        Result(
            "map_pan",
            seen["slow_frame_s"],
            FRAME_AT_MOST_S,
            seen["slow_frame_s"] / FRAME_AT_MOST_S,
            f"the slowest frame but one in twenty; {moving}; {slow}; the reference is the aim",
            at_most=1.0,
        ),
    ]


def _on_a_phone(session: str) -> dict[str, Any]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = ["gunicorn", "--config", "python:governance.gunicorn", "governance.wsgi"]
    with _running(command, DATABASE, {"WANGGE_BIND": f"127.0.0.1:{port}"}), sync_playwright() as playwright:
        _wait_until(lambda: _answers(port), "the web server")
        path = chromium.find(playwright.chromium.executable_path)
        browser = playwright.chromium.launch(executable_path=path, args=chromium.arguments())
        url = f"http://127.0.0.1:{port}"
        context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, base_url=url)
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": url}])
        page = context.new_page()
        page.set_default_timeout(120_000)
        page.goto(ADDRESS)  # the server makes the outlines once; a phone's first look is not the first of all
        page.wait_for_selector("[data-onemap][data-ready]")
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        seen = _look(page)
        browser.close()
    return seen


def _look(page: Page) -> dict[str, Any]:
    page.goto(ADDRESS)
    page.wait_for_selector("[data-onemap][data-ready]")
    areas_s = page.evaluate("performance.now()") / 1000
    page.wait_for_function("document.querySelector('[data-count=orders]').textContent")
    points_s = page.evaluate("performance.now()") / 1000
    paint_s = page.evaluate(_PAINTS) / 1000
    page.wait_for_timeout(3000)
    page.evaluate("document.getElementById('onemap-legend').hidden = true")
    page.evaluate(_COUNT_FRAMES)
    for turn in range(4):
        way = 1 if turn % 2 else -1
        page.mouse.move(195, 560)
        page.mouse.down()
        for step in range(30):
            page.mouse.move(195 + way * step * 5, 560 - step * 4)
        page.mouse.up()
        page.wait_for_timeout(400)
    page.evaluate("cancelAnimationFrame(window.counting)")
    frames = sorted(frame / 1000 for frame in page.evaluate("window.frames_ms")[1:])
    return {
        **{"areas_s": areas_s, "points_s": points_s, "paint_s": paint_s, "frames": len(frames)},
        "median_s": statistics.median(frames),
        "slow_frame_s": frames[int(len(frames) * 0.95)],
    }


# From here on: called in the other process, with Django set up.


def session() -> str:
    """Return the key of a session of the district's duty chief."""
    client = Client()
    client.force_login(User.objects.get(username=USERNAME))
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def sizes() -> dict[str, Any]:
    """Return the bytes that go over the wire, and how much is in them."""
    client = Client(headers={"Accept-Encoding": "gzip"})
    client.force_login(User.objects.get(username=USERNAME))
    files = [client.get("/map/boundaries.json", {"level": "base", "detail": str(detail)}) for detail in (0, 1, 2)]
    assert all(file["Content-Encoding"] == "gzip" for file in files)
    finest = Client()
    finest.force_login(User.objects.get(username=USERNAME))
    areas = finest.get("/map/boundaries.json", {"level": "base", "detail": "2"}).json()["g"]
    orders = client.get("/map/points/orders.json")
    points = finest.get("/map/points/orders.json").json()["p"]
    drawn = Grid.objects.filter(kind__in=("base", "dedicated")).exclude(boundary=None)
    return {
        "areas": len(areas),
        "outlines": [len(file.content) for file in files],
        "corners": sum(_corners(boundary) for boundary in drawn.values_list("boundary", flat=True)),
        "shown": sum(len(ring) // 2 for area in areas for rings in area[4] for ring in rings),
        "points": len(points) // 4,
        "points_bytes": len(orders.content),
    }


def _corners(boundary: dict[str, Any]) -> int:
    parts = boundary["coordinates"] if boundary["type"] == "MultiPolygon" else [boundary["coordinates"]]
    return sum(len(ring) for rings in parts for ring in rings)
