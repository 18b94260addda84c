"""How a page looks in a real browser: does anything stick out, and does anything bar somebody?"""

from collections.abc import Iterable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import DESK, PHONE, TABLET

LONG_NAME = "济宁市任城区许庄街道京杭佳苑北社区居民委员会第十基础网格"


def too_wide(page: Page, paths: Iterable[str]) -> list[tuple[str, int, int]]:
    """Open pages at three sizes; return those that stick out: address, width of the window, pixels too many."""
    found = []
    for path in paths:
        page.set_viewport_size(PHONE)
        page.goto(path)
        for size in (PHONE, TABLET, DESK):
            page.set_viewport_size(size)
            if (pixels := sticks_out(page)) > 0:
                found.append((path, size["width"], pixels))
        assert page.locator("h1").count() == 1, path
    return found


def barriers(page: Page, paths: Iterable[str]) -> dict[str, list[str]]:
    """Open pages by day and by night; return by address what bars somebody."""
    found = {}
    for path in paths:
        page.goto(path)
        if faults := serious_by_day_and_night(page):
            found[path] = faults
    return found


def sticks_out(page: Page) -> int:
    """Return by how many pixels the page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - window.innerWidth")


def serious(page: Page) -> list[str]:
    page.wait_for_load_state()  # a click waits only until the next page begins: its scripts and styles come later
    doubled = page.evaluate(_ONE_ROW_OF_EACH_LOOK)
    return [f"two elements with the id {name}" for name in doubled] + _told(Axe().run(page).response["violations"])


def serious_by_day_and_night(page: Page) -> list[str]:
    """Look at everything by day, then at night at what hangs on colours: the rest of the page is the same one."""
    by_day = serious(page)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.evaluate(_AT_REST)
    at_night = page.evaluate(f"axe.run({{resultTypes: ['violations'], runOnly: {OF_COLOUR}}})")["violations"]
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    return by_day + [f"dark {fault}" for fault in _told(at_night)]


_ONE_ROW_OF_EACH_LOOK = """() => {
  const ids = [...document.querySelectorAll("[id]")].map(e => e.id)
  const look = row => [row, ...row.querySelectorAll("*")]
    .map(e => [e.tagName, e.getAttributeNames(), e.className.baseVal ?? e.className, e.textContent.trim() === ""])
    .join()
  for (const body of document.querySelectorAll("tbody")) {
    const seen = new Set()
    for (const row of [...body.rows]) seen.has(look(row)) ? row.remove() : seen.add(look(row))
  }
  return ids.filter((id, at) => ids.indexOf(id) !== at)
}"""
"""Takes out of each table the rows that are built like one before: axe judges structure and colours, not words, and
the two hundred rows of the categories took it ten seconds. Returns the ids that stand twice, which axe could not see
any more where both are in rows."""
OF_COLOUR = ["color-contrast", "link-in-text-block"]
_AT_REST = "document.getAnimations().forEach(a => a.effect.getComputedTiming().iterations < Infinity && a.finish())"


def _told(found: list[dict]) -> list[str]:
    return [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in found if v["impact"] in {"serious", "critical"}]
