"""What the statement that reckons every resident's next visit is asked with (visits/planning.py)."""

import datetime as dt
import json
from typing import Any

from care import frequencies


def parameters(district_id: int, day: dt.date) -> dict[str, Any]:
    """Return the district, its frequencies in days, and the birthday from which one is 80 on the day."""
    days = frequencies.of(district_id)
    given = {subject: number for subject, number in days.items() if number is not None}
    return {**days, "district": district_id, "aged": years_before(day, 80), "frequencies": json.dumps(given)}


def years_before(day: dt.date, years: int) -> dt.date:
    """Return the latest birthday of somebody who is this old on the day; 29 February counts as the 28th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
