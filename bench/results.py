"""What a measurement found, and the file that keeps it."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

FILE = Path(__file__).resolve().parent / "latest.json"


@dataclass(frozen=True)
class Result:
    """One line of bench/latest.json. `ratio` is ours over the reference; for memory, of the limit."""

    name: str
    ours_s: float | None
    reference_s: float | None
    ratio: float
    note: str
    at_most: float

    @property
    def holds(self) -> bool:
        return self.ratio <= self.at_most


def keep(results: list[Result]) -> None:
    """Write the results, beside those of other names that were measured before."""
    before = json.loads(FILE.read_text()) if FILE.exists() else []
    fresh = [{key: value for key, value in asdict(result).items() if key != "at_most"} for result in results]
    names = {row["name"] for row in fresh}
    rows = sorted([row for row in before if row["name"] not in names] + fresh, key=lambda row: str(row["name"]))
    FILE.write_text(json.dumps(rows, ensure_ascii=False, indent=2) + "\n")
