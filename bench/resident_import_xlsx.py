"""50,000 people from a workbook against the same 50,000 from CSV, both through the whole pipeline."""

import csv
import os
import statistics
from pathlib import Path

from openpyxl import Workbook

from bench import resident_import, servers
from bench.remote import Remote
from bench.results import Result

COUNT = 50_000
ROUNDS = 3


def measure() -> list[Result]:
    os.environ["ALLOW_SYNTHETIC_IDS"] = "1"  # for the processes that this one starts
    servers.built(resident_import.TEMPLATE, f"{resident_import.__name__}:grids")
    folder = resident_import.FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with Remote(servers.address(resident_import.TEMPLATE)) as remote:
        remote.call("bench.resident_import:write_lists", str(folder / "small.csv"), str(folder / "again.csv"), 0.05)
        remote.call("bench.resident_import_xlsx:shortened", str(folder))
    taken: dict[str, list[float]] = {"csv": [], "xlsx": []}
    for number in range(ROUNDS):
        for kind in sorted(taken, reverse=bool(number % 2)):
            servers.copied(resident_import.RUN, resident_import.TEMPLATE)
            with Remote(servers.address(resident_import.RUN)) as remote:
                found = remote.call("bench.resident_import:bring_in", str(folder / f"fifty.{kind}"))
            assert found["added"] == COUNT, found
            taken[kind].append(found["seconds"])
    servers.dropped(resident_import.RUN)
    ours, reference = (statistics.median(taken[kind]) for kind in ("xlsx", "csv"))
    note = f"{COUNT:,} rows: {COUNT / ours:,.0f} a second from .xlsx, {COUNT / reference:,.0f} from CSV"
    return [Result("resident_import_xlsx", ours, reference, ours / reference, note, at_most=1.5)]


def shortened(folder: str) -> None:
    """Write the first 50,000 rows of the list as CSV and as a workbook. Called in the other process."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    with (
        (Path(folder) / "small.csv").open(encoding="utf-8", newline="") as lines,
        (Path(folder) / "fifty.csv").open("w", encoding="utf-8", newline="") as out,
    ):
        writer = csv.writer(out)
        for number, cells in enumerate(csv.reader(lines)):
            if number > COUNT:
                break
            writer.writerow(cells)
            sheet.append(cells)
    book.save(Path(folder) / "fifty.xlsx")
