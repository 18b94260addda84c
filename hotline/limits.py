"""The legal limit of a request: the whole-order row of its rule (DOMAIN.md §2.9), before there is an order."""

import datetime as dt

from grids.calendar import load_calendar
from hotline.states import profile_for
from workorders.limits import NoLimitRow, Question, Rulebook
from workorders.states import Difficulty, Stage

UNSAID_DAYS = 5


def due_at(
    district_id: int, kind: str, urgency: str, received_at: dt.datetime, category_id: int | None = None
) -> dt.datetime:
    """Return until when a request received at this moment is to be answered."""
    question = Question(
        Stage.WHOLE, category_id or 0, Difficulty.SIMPLE, "district", urgency, received_at, profile_for(kind)
    )
    try:
        row = Rulebook.load(district_id).limit(question)
    except NoLimitRow:
        return load_calendar().add(received_at, UNSAID_DAYS, "working_day")
    return load_calendar().add(received_at, row.value, row.unit)
