"""Pay: the month's payroll and its workbook, the elements, workers' records."""

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import audit, keyset
from accounts.models import User
from accounts.requests import UserRequest
from accounts.workbooks import CONTENT_TYPE
from appraisal import actions, pay, payroll
from appraisal.arithmetic import ZERO, plain
from appraisal.forms.acts import ElementForm, EndBandForm, RecordForm
from appraisal.forms.fields import month_of
from appraisal.models import PayElement, WorkerRecord
from appraisal.states import Certificate, PayKind
from appraisal.views.doing import attempt, district_of, form_page
from grids.models import Grid, Kind
from grids.roles import Permission


@require_GET
@permission_required(Permission.APPRAISE, raise_exception=True)
def month(request: UserRequest) -> HttpResponse:
    """Show a month's payroll of one's office, page by page."""
    office, day = _office(request), month_of(request.GET.get("month"), timezone.localdate())
    posts = payroll.workers(office, pay.month_end(day)).select_related("user", "node")
    page = keyset.page(request, posts.defer("node__boundary", "node__duties"), ("node_id", "id"))
    district = _district(office)
    context = {
        **{"office": office, "offices": payroll.offices(request.user), "month": day, "page": page},
        "rows": payroll.of_month(page.rows, district.pk, day),
        "elements": payroll.elements_of(district.pk, pay.month_end(day)),
    }
    return render(request, "appraisal/payroll.html", context)


@require_POST
@permission_required(Permission.APPRAISE, raise_exception=True)
def workbook(request: UserRequest) -> FileResponse:
    """Send the payroll as a workbook; that it was taken along stays in the audit log."""
    office, day = _office(request), month_of(request.GET.get("month"), timezone.localdate())
    posts = payroll.workers(office, pay.month_end(day)).select_related("user", "node").order_by("node__lft", "id")
    rows = payroll.of_month(posts.defer("node__boundary", "node__duties"), _district(office).pk, day)
    detail = {"month": f"{day:%Y-%m}", "node": office.code, "people": len(rows)}
    audit.record(request.user, "appraisal.export_payroll", office, detail, request=request)
    name = f"payroll-{office.code}-{day:%Y%m}.xlsx"
    return FileResponse(payroll.write(office, day, rows), as_attachment=True, filename=name, content_type=CONTENT_TYPE)


def _office(request: UserRequest) -> Grid:
    offices = {office.pk: office for office in payroll.offices(request.user)}
    if not offices:
        raise PermissionDenied
    wanted = request.GET.get("office", "")
    if not wanted:
        return next(iter(offices.values()))
    if not wanted.isdecimal():
        raise Http404
    if int(wanted) in offices:
        return offices[int(wanted)]
    below = Grid.objects.filter(pk=int(wanted), kind=Kind.STREET, parent__in=offices)
    found: Grid = get_object_or_404(below.defer("boundary", "duties"))
    return found


def _district(office: Grid) -> Grid:
    found: Grid = office if office.parent_id is None else Grid.objects.get(tree_id=office.tree_id, parent=None)
    return found


@require_http_methods(["GET", "POST"])
@permission_required(Permission.APPRAISE, raise_exception=True)
def record(request: UserRequest, pk: int) -> HttpResponse:
    """Keep a worker's service date and certificate, with their history."""
    person = get_object_or_404(User, pk=pk)
    if not payroll.may_keep(request.user, person):
        raise Http404
    kept = WorkerRecord.objects.filter(user=person).first()
    form = RecordForm(request.POST or None, record=kept)

    def act() -> WorkerRecord:
        return actions.keep_record(person, actor=request.user, given=form.given())

    back = redirect("appraisal:payroll").url
    changes = list(kept.changes.select_related("actor").order_by("-id")[:20]) if kept is not None else []
    more: dict[str, Any] = {"record": kept, "changes": changes, "subtitle": person.display_name}
    return attempt(request, form, act, _("The record is kept."), back) or form_page(
        request, form, _("Service and certificate"), back, submit=_("Save"), **more
    )


@require_GET
@permission_required(Permission.MANAGE_SCHEMES, raise_exception=True)
def elements(request: UserRequest) -> HttpResponse:
    """Show what is paid, from when on, and what held before."""
    district = district_of(request.user, Permission.MANAGE_SCHEMES)
    today = timezone.localdate()
    paid = [row for row in payroll.elements_of(district.pk, today) if row.kind != PayKind.PERFORMANCE]
    own = PayElement.objects.filter(district=district).select_related("changed_by").order_by("-id")[:50]
    context = {
        "rows": [(row, _words(row.kind, row.level)) for row in paid],
        "bands": PayElement.objects.bands(district.pk, today),
        "history": [(row, _words(row.kind, row.level)) for row in own],
        **{"district": district, "today": today},
    }
    return render(request, "appraisal/elements.html", context)


def _words(kind: str, level: str) -> str:
    words = str(PayKind(kind).label)
    return f"{words} · {Certificate(level).label}" if level else words


LIST = "appraisal:elements"
TOLD = ("pk", "amount", "cap", "at_least", "valid_from", "valid_to")


@require_http_methods(["GET", "POST"])
@permission_required(Permission.MANAGE_SCHEMES, raise_exception=True)
def element(request: UserRequest, kind: str, level: str = "") -> HttpResponse:
    """Let a pay element hold from a month on."""
    district, today = district_of(request.user, Permission.MANAGE_SCHEMES), timezone.localdate()
    is_known = kind in PayKind.values and kind != PayKind.PERFORMANCE and level in Certificate.values
    if not is_known or bool(level) != (kind == PayKind.CERTIFICATE):
        raise Http404
    rows = payroll.elements_of(district.pk, today)
    present = next((row for row in rows if (row.kind, row.level) == (kind, level)), None)
    told = PayElement.objects.filter(district=district, kind=kind, level=level).order_by("pk").values_list(*TOLD)
    form = ElementForm(request.POST or None, kind=kind, since=today, row=present, rows=told)

    def act() -> PayElement:
        given = form.cleaned_data
        wanted = pay.Element(kind, given["amount"], level, given.get("cap"))
        return actions.set_element(district, actor=request.user, element=wanted, valid_from=given["valid_from"])

    return attempt(request, form, act, _("The element is saved; it holds from that month on."), LIST) or form_page(
        request, form, _words(kind, level), redirect(LIST).url, submit=_("Save")
    )


@require_http_methods(["GET", "POST"])
@permission_required(Permission.MANAGE_SCHEMES, raise_exception=True)
def band(request: UserRequest, pk: int | None = None) -> HttpResponse:
    """Add a band of results, or change the amount or the threshold of one, from a month on."""
    district, today = district_of(request.user, Permission.MANAGE_SCHEMES), timezone.localdate()
    bands = PayElement.objects.bands(district.pk, today)
    old = get_object_or_404(bands, pk=pk) if pk is not None else None
    told = bands.filter(at_least=old.at_least).values_list(*TOLD) if old is not None else []
    since = max(today, old.valid_from) if old is not None else today
    form = ElementForm(request.POST or None, kind=PayKind.PERFORMANCE, since=since, row=old, rows=told)

    def act() -> PayElement:
        given = form.cleaned_data
        wanted = pay.Element(PayKind.PERFORMANCE, given["amount"], at_least=given["at_least"])
        return actions.set_element(
            district, actor=request.user, element=wanted, valid_from=given["valid_from"], replaces=old
        )

    title = _("Add a band of results") if old is None else _band_words(old)
    return attempt(request, form, act, _("The element is saved; it holds from that month on."), LIST) or form_page(
        request, form, title, redirect(LIST).url, submit=_("Save")
    )


def _band_words(row: PayElement) -> str:
    return _("Band from %(n)s on") % {"n": plain(row.at_least or ZERO)}


@require_http_methods(["GET", "POST"])
@permission_required(Permission.MANAGE_SCHEMES, raise_exception=True)
def band_end(request: UserRequest, pk: int) -> HttpResponse:
    """Let a band be paid no more from a month on."""
    district, today = district_of(request.user, Permission.MANAGE_SCHEMES), timezone.localdate()
    row = get_object_or_404(PayElement.objects.bands(district.pk, today), pk=pk)
    form = EndBandForm(request.POST or None, initial={"valid_from": max(today, row.valid_from)})
    act = lambda: actions.end_band(row, actor=request.user, **form.cleaned_data)  # noqa: E731
    effect = _("From that month on nothing is paid for it; earlier months stay.")
    return attempt(request, form, act, _("The band ends."), LIST) or form_page(
        request, form, _band_words(row), redirect(LIST).url, submit=pgettext("a rule", "End"), effect=effect
    )
