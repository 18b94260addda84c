"""Pages of questionnaires: the list, drafting one and writing it anew, one with its results, drawing, closing, the
results taken along."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import audit, keyset
from accounts.requests import UserRequest
from accounts.workbooks import CONTENT_TYPE, Workbook
from grids.backends import standing_for
from grids.errors import Refused
from grids.forms.fields import say_what_stands_there
from grids.roles import Permission
from surveys import actions, results
from surveys.forms import Questions, SurveyForm, drafted, drafted_questions, questions_for, usual_for
from surveys.models import Sampled, Survey
from surveys.states import SurveyKind, SurveyState


@require_GET
def surveys(request: UserRequest) -> HttpResponse:
    """List the questionnaires that one set up or asks, the newest first."""
    only_with(request, Permission.ASK_SURVEYS, Permission.MANAGE_SURVEYS)
    rows = Survey.objects.visible_to(request.user).select_related("node").defer("node__boundary", "purpose")
    context = {
        "page": keyset.page(request, rows.with_progress(), ("-id",)),
        "may_draft": standing_for(request.user).has(Permission.MANAGE_SURVEYS),
        "today": timezone.localdate(),
    }
    return render(request, "surveys/list.html", context)


def only_with(request: UserRequest, *permissions: Permission) -> None:
    if not any(standing_for(request.user).has(permission) for permission in permissions):
        raise PermissionDenied(_("None of your posts sets questionnaires up or asks them."))


@require_http_methods(["GET", "POST"])
def add(request: UserRequest) -> HttpResponse:
    """Draft a questionnaire; `?kind=` begins another kind, with its questions."""
    only_with(request, Permission.MANAGE_SURVEYS)
    wanted = request.GET.get("kind", "")
    kind = wanted if wanted in SurveyKind.values else SurveyKind.OPINION.value
    given = request.POST if request.method == "POST" else None
    form = SurveyForm(given, user=request.user, initial=usual_for(kind))
    rows = Questions(given, prefix="q", initial=questions_for(kind))
    return _write(request, form, rows, partial(actions.draft, actor=request.user))


@require_http_methods(["GET", "POST"])
def edit(request: UserRequest, pk: int) -> HttpResponse:
    """Write a draft anew, before its sample is drawn."""
    row = _managed(request, pk)
    if row.state != SurveyState.DRAFT:
        return _page(request, row, _("Its sample is drawn already."), 409)
    given = request.POST if request.method == "POST" else None
    form = SurveyForm(given, user=request.user, initial=drafted(row), version=row.version)
    rows = Questions(given, prefix="q", initial=drafted_questions(row))
    write = partial(actions.redraft, row, actor=request.user, version=row.version)
    return _write(request, form, rows, write, row)


def _write(
    request: UserRequest, form: SurveyForm, rows: Any, write: Callable[..., Survey], row: Survey | None = None
) -> HttpResponse:
    """Save what was drafted and show it, or show the form with what is wrong."""
    status = 400 if form.is_bound else 200
    if form.is_bound and all([form.is_valid(), rows.is_valid()]):
        asked = [one for number, question in enumerate(rows, 1) if (one := question.asked(number)) is not None]
        place = {name: form.cleaned_data[name] for name in ("node", "seed")}
        try:
            return redirect(write(facts=form.facts(), questions=asked, **place))
        except ValidationError as error:
            form.add_error(None, error)
        except Refused as refusal:
            status = 409
            form.add_error(None, str(refusal))
    elif form.is_bound and form.has_error(NON_FIELD_ERRORS, "stale"):
        for question in rows:
            say_what_stands_there(question)
    return render(request, "surveys/form.html", {"form": form, "questions": rows, "survey": row}, status=status)


def _seen(request: UserRequest, pk: int) -> Survey:
    rows = Survey.objects.visible_to(request.user).select_related("node", "made_by")
    return get_object_or_404(rows.defer("node__boundary"), pk=pk)


def _managed(request: UserRequest, pk: int) -> Survey:
    row = _seen(request, pk)
    if not Survey.objects.manageable_by(request.user).filter(pk=pk).exists():
        raise PermissionDenied(_("Only who sets questionnaires up there may do this."))
    return row


@require_GET
def survey(request: UserRequest, pk: int) -> HttpResponse:
    return _page(request, _seen(request, pk))


def _page(request: UserRequest, row: Survey, refusal: str = "", status: int = 200) -> HttpResponse:
    is_manager = Survey.objects.manageable_by(request.user).filter(pk=row.pk).exists()
    is_drawn = row.state != SurveyState.DRAFT
    context: dict[str, Any] = {
        "survey": row,
        "questions": [] if is_drawn and is_manager else row.questions.all(),
        "asking": results.yield_of(row) if is_drawn else None,
        "results": results.of_survey(row) if is_drawn and is_manager else [],
        "units": results.by_unit(row) if is_drawn and is_manager else [],
        "is_manager": is_manager,
        "fraction": 100 * row.drawn / row.population if row.population else None,
        "to_ask": Sampled.objects.askable_by(request.user).to_do().filter(survey=row).count() if is_drawn else 0,
        "refusal": refusal,
    }
    return render(request, "surveys/survey.html", context, status=status)


@require_POST
def discard(request: UserRequest, pk: int) -> HttpResponse:
    """Throw a draft away."""
    row = _managed(request, pk)
    try:
        actions.discard(row, actor=request.user, version=_version(request))
    except Refused as refusal:
        return _page(request, row, str(refusal), 409)
    messages.success(request, _("The draft is thrown away."))
    return redirect("surveys:list")


def _version(request: UserRequest) -> int | None:
    """Return the version that the page showed whose button was pressed."""
    given = request.POST.get("version", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None


@require_POST
def draw(request: UserRequest, pk: int) -> HttpResponse:
    """Draw the sample and open the asking."""
    row = _managed(request, pk)
    try:
        actions.open_up(row, actor=request.user, version=_version(request))
    except Refused as refusal:
        return _page(request, row, str(refusal), 409)
    messages.success(request, _("The sample is drawn; those who ask were told."))
    return redirect(row)


@require_POST
def close(request: UserRequest, pk: int) -> HttpResponse:
    """End the asking."""
    row = _managed(request, pk)
    try:
        actions.close(row, actor=request.user)
    except Refused as refusal:
        return _page(request, row, str(refusal), 409)
    return redirect(row)


@require_POST
def workbook(request: UserRequest, pk: int) -> FileResponse:
    """Send the counts; what is hidden on the page is hidden there."""
    row = _managed(request, pk)
    book = Workbook(_("Results"), widths=(50, 30, 12, 12, 12), frozen_rows=1)
    book.add([_("question"), _("answer"), _("how many"), _("of"), _("average")], bold=True)
    for result in results.of_survey(row):
        mean = None if result.mean is None else round(float(result.mean), 2)
        book.add([result.question.text, _("answered"), _shown(result.n), result.reached, mean])
        for line in result.lines:
            book.add(["", line.label, _shown(line.count), result.n])
    audit.record(request.user, "surveys.export", row, {}, request)
    name = f"survey-{row.pk}-{timezone.localtime():%Y%m%d}.xlsx"
    return FileResponse(book.file(), as_attachment=True, filename=name, content_type=CONTENT_TYPE)


def _shown(count: int | None) -> Any:
    return "—" if count is None else count
