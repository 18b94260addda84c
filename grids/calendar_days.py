"""The rows of the working-day calendar: loading a year, reading a file, changing one day, and which years are absent.

Only days that differ from Monday-to-Friday have a row: holidays and the Saturdays and Sundays worked for them. A year
counts as loaded when its 1 January, always a holiday, has a row. Deadlines that were given stay as they are; the next
ones count the new days (grids/calendar.py).
"""

import csv
import datetime as dt
import io
from collections.abc import Iterable

import chinese_calendar
from chinese_calendar import constants
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from grids.errors import Refused
from grids.models import CalendarDay, DayKind
from grids.roles import Permission

PUBLISHED = "chinesecalendar"
BY_HAND = "by hand"
UPLOADED = "uploaded"
NEEDED_AHEAD = dt.timedelta(days=45)
"""No limit reaches further than this from the day on which an order starts."""
MOST_ROWS = 2000
COLUMNS = ("date", "kind", "name")
KINDS = {
    "workday": DayKind.WORKDAY,
    "工作日": DayKind.WORKDAY,
    "holiday": DayKind.HOLIDAY,
    "节假日": DayKind.HOLIDAY,
    "makeup_workday": DayKind.MAKEUP_WORKDAY,
    "调休上班": DayKind.MAKEUP_WORKDAY,
}
FIRST_YEAR, LAST_YEAR = 2005, 2060
"""What the arithmetic can count (grids/calendar.py)."""


class InvalidCalendar(Refused):
    """The days cannot be taken as they are; the text names the line."""


def published_years() -> range:
    """Return the years whose plan the library knows: those that the State Council had announced when it was made."""
    return range(FIRST_YEAR, max(constants.holidays).year + 1)


def loaded_years() -> set[int]:
    rows = CalendarDay.objects.filter(date__month=1, date__day=1)
    return {day.year for day in rows.values_list("date", flat=True)}


def missing_years(today: dt.date) -> list[int]:
    """Return the years that today's deadlines may reach into and that are not loaded: one query."""
    return not_loaded({today.year, (today + NEEDED_AHEAD).year})


def not_loaded(years: Iterable[int]) -> list[int]:
    """Return those of the years that are not loaded, the earliest first: one query."""
    return sorted(set(years) - loaded_years())


@transaction.atomic
def load_year(year: int, *, actor: User | None) -> int:
    """Write the published holidays of a year and return how many days; days that were set by hand stay as they are."""
    _require(actor)
    if year not in published_years():
        words = _("The plan of %(year)s is not known here yet. Upload it as a file when it is announced.")
        raise InvalidCalendar(words % {"year": year}, field="year")
    CalendarDay.objects.filter(date__year=year).exclude(source=BY_HAND).delete()
    kept = set(CalendarDay.objects.filter(date__year=year).values_list("date", flat=True))
    days = [day for day in _published(year) if day.date not in kept]
    _store(days)
    audit.record(actor, "grids.load_calendar", detail={"year": year, "days": len(days)})
    return len(days)


@transaction.atomic
def import_days(text: str, *, actor: User | None) -> int:
    """Write the days of a CSV text with the columns date, kind, name; return how many. A bad line changes nothing."""
    _require(actor)
    days = read_csv(text)
    loaded = loaded_years()
    for year in sorted({day.date.year for day in days} - loaded):
        if not any(day.date == dt.date(year, 1, 1) for day in days):
            raise InvalidCalendar(
                _("1 January %(year)s is absent: a year is given whole.") % {"year": year}, field="file"
            )
    _store(days)
    years = sorted({day.date.year for day in days})
    audit.record(actor, "grids.upload_calendar", detail={"years": years, "days": len(days)})
    return len(days)


@transaction.atomic
def set_day(date: dt.date, *, actor: User | None, kind: str, name: str = "") -> None:
    """Say by hand what one day is; an empty kind takes its row away, so that Monday-to-Friday holds."""
    _require(actor)
    if not FIRST_YEAR <= date.year <= LAST_YEAR:
        raise InvalidCalendar(_("This year is outside the calendar."), field="date")
    if kind:
        _store([CalendarDay(date=date, kind=DayKind(kind), name=name.strip(), source=BY_HAND)])
    elif (date.month, date.day) == (1, 1):
        raise InvalidCalendar(_("1 January says that the year is loaded: it must have a kind."), field="kind")
    else:
        CalendarDay.objects.filter(date=date).delete()
    audit.record(actor, "grids.set_calendar_day", detail={"date": date.isoformat(), "kind": kind})


def read_csv(text: str) -> list[CalendarDay]:
    """Read a CSV text; raises InvalidCalendar naming the first line that cannot be read."""
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    days: dict[dt.date, CalendarDay] = {}
    try:
        for row in reader:
            if not any(cell.strip() for cell in row) or [cell.strip().lower() for cell in row[:2]] == ["date", "kind"]:
                continue
            if len(days) >= MOST_ROWS:
                raise InvalidCalendar(_("The file has more than %(most)d days.") % {"most": MOST_ROWS}, field="file")
            day = _read_row(row, reader.line_num)
            if day.date in days:
                raise _bad_line(reader.line_num, _("the day is there twice"))
            days[day.date] = day
    except csv.Error as error:
        raise _bad_line(reader.line_num, str(error)) from error
    if not days:
        raise InvalidCalendar(_("The file holds no day."), field="file")
    return list(days.values())


def _read_row(row: list[str], line: int) -> CalendarDay:
    cells = [cell.strip() for cell in [*row, "", "", ""]][:3]
    try:
        date = dt.date.fromisoformat(cells[0].replace("/", "-"))
    except ValueError:
        raise _bad_line(line, _("“%(text)s” is no date like 2027-01-01") % {"text": cells[0][:20]}) from None
    if not FIRST_YEAR <= date.year <= LAST_YEAR:
        raise _bad_line(line, _("this year is outside the calendar"))
    kind = KINDS.get(cells[1].lower())
    if kind is None:
        raise _bad_line(line, _("“%(text)s” is no kind of day") % {"text": cells[1][:20]})
    if len(cells[2]) > 40 or "\0" in cells[2]:
        raise _bad_line(line, _("the name is too long"))
    return CalendarDay(date=date, kind=kind, name=cells[2], source=UPLOADED)


def _bad_line(line: int, fault: str) -> InvalidCalendar:
    return InvalidCalendar(_("Line %(line)d: %(fault)s.") % {"line": line, "fault": fault}, field="file")


def _published(year: int) -> Iterable[CalendarDay]:
    names = {holiday.value: holiday.chinese for holiday in constants.Holiday}
    date = dt.date(year, 1, 1)
    while date.year == year:
        is_off, name = chinese_calendar.get_holiday_detail(date)
        if name is not None:
            kind = DayKind.HOLIDAY if is_off else DayKind.MAKEUP_WORKDAY
            yield CalendarDay(date=date, kind=kind, name=names.get(name, name), source=PUBLISHED)
        date += dt.timedelta(days=1)


def _store(days: Iterable[CalendarDay]) -> None:
    CalendarDay.objects.bulk_create(
        days, update_conflicts=True, unique_fields=["date"], update_fields=["kind", "name", "source"]
    )


def _require(actor: User | None) -> None:
    if actor is not None and not actor.has_perm(Permission.MANAGE_CALENDAR):
        raise PermissionDenied
