"""The street's list page at 168,177 orders against the same page at 16,818: any tab, any depth."""

from bench import servers
from bench.pages import FULL, TENTH, build_both
from bench.remote import Remote
from bench.results import Result
from bench.timing import medians

TABS = ("todo", "doing", "done", "reported", "overdue", "all")
DEPTHS = ("first", "middle", "last")
MOST_QUERIES = 12
ROUNDS = 31
"""The worst of fifteen ratios is the result: with fewer rounds it tells how restless the machine is."""


def measure() -> list[Result]:
    """Measure every tab at three depths; the worst ratio is the result."""
    build_both()
    with Remote(servers.address(FULL)) as full, Remote(servers.address(TENTH)) as tenth:
        found: list[tuple[float, float, float, str]] = []
        most_queries = 0
        for tab in TABS:
            here, there = full.call("bench.pages:depths", tab), tenth.call("bench.pages:depths", tab)
            for depth in DEPTHS:
                if depth != "first" and here["count"] == "1":
                    continue
                ours, small = medians(
                    [
                        lambda at=here[depth]: full.call("bench.pages:page_s", at),  # type: ignore[misc]
                        lambda at=there[depth]: tenth.call("bench.pages:page_s", at),  # type: ignore[misc]
                    ],
                    ROUNDS,
                )
                most_queries = max(most_queries, full.call("bench.pages:queries", here[depth]))
                found.append((ours / small, ours, small, f"{tab}, {depth} of {here['count']} pages"))
    ratio, ours, small, where = max(found)
    slowest = max(found, key=lambda row: row[1])
    note = (
        f"worst ratio: {where}; slowest: {slowest[3]}, {slowest[1] * 1000:.0f} ms; "
        f"at most {most_queries} queries (wanted: {MOST_QUERIES})"
    )
    return [Result("order_list", ours, small, ratio, note, at_most=1.3)]
