"""The working-day calendar: a year of days, one day, loading a year, uploading one."""

import calendar as months
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from grids import calendar_days as actions
from grids.errors import Refused
from grids.forms.calendar import DayForm, UploadForm
from grids.forms.fields import refusals
from grids.models import CalendarDay, DayKind
from grids.roles import Permission

SATURDAY = 5


@dataclass(frozen=True)
class Cell:
    """One day as the year shows it."""

    date: dt.date
    row: CalendarDay | None
    is_today: bool

    @property
    def css(self) -> str:
        """Return how it looks: as its row says, else a free weekend, else nothing special."""
        if self.row is not None and self.row.kind != DayKind.WORKDAY:
            return str(self.row.kind)
        return "off" if self.row is None and self.date.weekday() >= SATURDAY else "plain"

    @property
    def words(self) -> str:
        if self.row is not None:
            return f"{self.row.get_kind_display()} {self.row.name}".strip()
        return _("Weekend") if self.date.weekday() >= SATURDAY else _("Working day")


@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    year = _year(request.GET.get("year", str(today.year)))
    return _page(request, year, UploadForm())


@require_POST
def calendar_load(request: HttpRequest) -> HttpResponse:
    actor = _manager(request)
    year = _year(request.POST.get("year", ""))
    try:
        count = actions.load_year(year, actor=actor)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, _("%(year)s is loaded: %(count)d days differ from the week.") % {"year": year, "count": count}
        )
    return redirect(f"{reverse('grids:calendar')}?year={year}")


@require_POST
def calendar_upload(request: HttpRequest) -> HttpResponse:
    actor = _manager(request)
    year = _year(request.POST.get("year", ""))
    form = UploadForm(request.POST, request.FILES)
    if form.is_valid():
        with refusals(form):
            count = actions.import_days(form.cleaned_data["file"], actor=actor)
            messages.success(request, _("%(count)d days were read.") % {"count": count})
            return redirect(f"{reverse('grids:calendar')}?year={year}")
    return _page(request, year, form)


@require_http_methods(["GET", "POST"])
def calendar_day(request: HttpRequest, date: dt.date) -> HttpResponse:
    actor = _manager(request)
    _year(str(date.year))
    form = DayForm(request.POST or None, day=CalendarDay.objects.filter(date=date).first())
    back = f"{reverse('grids:calendar')}?year={date.year}"
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            actions.set_day(date, actor=actor, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect(back)
    title = f"{date_format(date)} {date_format(date, 'l')}"
    lead = _("Deadlines that were already given stay as they are.")
    return render(
        request, "grids/form.html", {"form": form, "title": title, "lead": lead, "verb": _("Save"), "back": back}
    )


def _page(request: HttpRequest, year: int, form: UploadForm) -> HttpResponse:
    may_manage = request.user.has_perm(Permission.MANAGE_CALENDAR)
    if not may_manage and not request.user.has_perm(Permission.VIEW_TREE):
        raise PermissionDenied
    today = timezone.localdate()
    rows = {row.date: row for row in CalendarDay.objects.filter(date__year=year)}
    cell: Callable[[dt.date], Cell] = lambda date: Cell(date, rows.get(date), date == today)  # noqa: E731 - a name for readers
    context = {
        "year": year,
        "first": actions.FIRST_YEAR,
        "last": actions.LAST_YEAR,
        "months": [
            (
                dt.date(year, month, 1),
                [[cell(date) if date.month == month else None for date in week] for week in weeks],
            )
            for month in range(1, 13)
            for weeks in [months.Calendar(0).monthdatescalendar(year, month)]
        ],
        "weekdays": list(zip(_short_weekdays(), (dt.date(2024, 1, day) for day in range(1, 8)), strict=True)),
        "is_loaded": dt.date(year, 1, 1) in rows,
        "is_published": year in actions.published_years(),
        "missing": actions.missing_years(today),
        "may_manage": may_manage,
        "form": form,
    }
    return render(request, "grids/calendar.html", context)


def _short_weekdays() -> list[str]:
    """Return the heads of narrow columns, Monday first."""
    return [_("Mo"), _("Tu"), _("We"), _("Th"), _("Fr"), _("Sa"), _("Su")]


def _year(text: str) -> int:
    if not text.isdecimal() or len(text) != 4 or not actions.FIRST_YEAR <= int(text) <= actions.LAST_YEAR:
        raise Http404
    return int(text)


def _manager(request: HttpRequest) -> User:
    if not isinstance(request.user, User) or not request.user.has_perm(Permission.MANAGE_CALENDAR):
        raise PermissionDenied
    return request.user
