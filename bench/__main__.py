"""`python -m bench [NAMES…]`: measure, print a table, write bench/latest.json."""

import argparse
import importlib
import sys

from rich.console import Console
from rich.table import Table

from bench import results, servers

NAMES = {
    "locate": "bench.locate",
    "locate_address": "bench.locate_address",
    "order_list": "bench.order_list",
    "order_list_render": "bench.order_list_render",
    "order_sweep": "bench.order_sweep",
    "bulk_dispatch": "bench.bulk_dispatch",
    "pages": "bench.pages",
    "dashboard": "bench.dashboard",
    "memory": "bench.memory",
    "webhook_fanout": "bench.webhook_fanout",
    "resident_import": "bench.resident_import",
    "resident_import_xlsx": "bench.resident_import_xlsx",
    "resident_search": "bench.resident_search",
    "house_page": "bench.register_pages:house_page",
    "person_page": "bench.register_pages:person_page",
    "tier_due": "bench.tier_due",
    "hotline_import": "bench.hotline_import",
    "similar_requests": "bench.similar_requests",
    "briefing_month": "bench.briefing_month",
    "map_grids": "bench.map_grids",
    "rollup_refresh": "bench.rollups:refresh",
    "rebuild_rollups": "bench.rollups:rebuild",
    "public_visitors": "bench.public_visitors",
}
"""Each measurement's module, and its function where it is not called `measure`."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}; all when none is given")
    names = parser.parse_args().names or list(NAMES)
    unknown = sorted(set(names) - set(NAMES))
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}; known are {', '.join(NAMES)}")
    console = Console(highlight=False)
    servers.start()
    found: list[results.Result] = []
    for name in names:
        console.print(f"Measuring {name} ...")
        module, _, function = NAMES[name].partition(":")
        found += getattr(importlib.import_module(module), function or "measure")()
        results.keep(found)
    console.print(_table(found))
    console.print(f"Written to {results.FILE}")
    return 0


def _table(found: list[results.Result]) -> Table:
    table = Table("name", "ours", "reference", "ratio", "at most", "note")
    for result in found:
        table.add_row(
            result.name,
            _span(result.ours_s),
            _span(result.reference_s),
            f"[{'green' if result.holds else 'red'}]{result.ratio:.2f}[/]",
            f"{result.at_most:.2f}",
            result.note,
        )
    return table


def _span(seconds: float | None) -> str:
    if seconds is None:
        return ""
    return f"{seconds * 1000:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"


if __name__ == "__main__":
    sys.exit(main())
