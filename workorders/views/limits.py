"""The limits table: one sheet for a stage, difficulty and urgency; categories down, levels across."""

from dataclasses import asdict, dataclass
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.requests import UserRequest
from grids.models import Grid, Kind
from workorders import rule_changes
from workorders.categories import Branch, tree
from workorders.forms.fields import add_errors
from workorders.forms.rules import CellForm, LimitForm, MatrixForm
from workorders.limits import NoLimitRow, Question, Rulebook
from workorders.models import Category, Limit
from workorders.rule_changes import Cell
from workorders.states import Stage
from workorders.views.rules import district_of

LEVELS = ("", Kind.BASE.value, Kind.COMMUNITY.value, Kind.STREET.value, Kind.DISTRICT.value)
ANY = 0
"""Stands for "any category" where a question needs a key; no category has it."""


@dataclass(frozen=True)
class Shown:
    """A cell as it is shown: the row that answers, whether it is the cell's own, and whence it is inherited."""

    row: Limit | None
    is_own: bool
    url: str


@require_GET
def limits(request: UserRequest) -> HttpResponse:
    """Show a sheet; categories without rows of their own are folded away unless `all` is asked for."""
    district = district_of(request)
    form = MatrixForm(request.GET)
    form.is_valid()
    chosen = {
        "stage": form.cleaned_data.get("stage") or Stage.HANDLE.value,
        "difficulty": form.cleaned_data.get("difficulty", ""),
        "urgency": form.cleaned_data.get("urgency", ""),
        "profile": form.cleaned_data.get("profile", ""),
    }
    book, now = Rulebook.load(district.pk), timezone.now()
    branches, everything = tree(Category.objects.active()), "all" in request.GET
    if not everything:
        branches = _worth_showing(branches, district, chosen["stage"])
    rows = [(branch, [_shown(book, branch, level, chosen, now) for level in LEVELS]) for branch in [None, *branches]]
    levels = [_("Any level"), *[Kind(level).label for level in LEVELS[1:]]]
    context = {
        "form": MatrixForm(initial=chosen),
        "rows": rows,
        "levels": levels,
        "district": district,
        "everything": everything,
        "all_url": f"?{urlencode(chosen | {'all': 1})}",
        "own_url": f"?{urlencode(chosen)}",
    }
    return render(request, "workorders/limits.html", context)


def _worth_showing(branches: list[Branch], district: Grid, stage: str) -> list[Branch]:
    """Keep the roots, and what has a row of its own for this stage, with its ancestors."""
    rows = cast("list[Limit]", list(Limit.objects.filter(district=district, stage=stage, valid_to=None)))
    own = {row.category_id for row in rows if row.category_id is not None}
    by_pk = {branch.category.pk: branch.category for branch in branches}
    kept: set[int] = {branch.category.pk for branch in branches if branch.depth == 0}
    for pk in own & by_pk.keys():
        above: int | None = pk
        while above is not None and above not in kept:
            kept.add(above)
            above = by_pk[above].parent_id if above in by_pk else None
    return [branch for branch in branches if branch.category.pk in kept]


def _shown(book: Rulebook, branch: Branch | None, level: str, chosen: dict[str, str], now: Any) -> Shown:
    category_id = branch.category.pk if branch else None
    question = Question(at=now, category_id=category_id or ANY, level=level, **chosen)
    try:
        row = book.limit(question)
    except NoLimitRow:
        row = None
    own = {"category_id": category_id, "level": level} | chosen
    is_own = row is not None and all(getattr(row, name) == value for name, value in own.items())
    query = urlencode(chosen | {"category": category_id or "", "level": level})
    return Shown(row, is_own, f"{reverse('workorders:limit-edit')}?{query}")


@require_http_methods(["GET", "POST"])
def edit(request: UserRequest) -> HttpResponse:
    """Change one cell, or let it inherit again; below, what held in it before."""
    district = district_of(request)
    asked = CellForm(request.GET)
    if not asked.is_valid():
        raise Http404
    category: Category | None = asked.cleaned_data.pop("category")
    cell = Cell(category_id=category.pk if category else None, **asked.cleaned_data)
    history = _history(district, cell)
    in_force = next((row for row in history if row.valid_to is None), None)
    form = LimitForm(request.POST if request.method == "POST" else None, initial=_initial(district, cell, in_force))
    if request.method == "POST" and _changed(request, district, cell, form):
        messages.success(request, _("The limit is saved. It holds for orders accepted from now on."))
        query = {"stage": cell.stage, "difficulty": cell.difficulty, "urgency": cell.urgency}
        return redirect(f"{reverse('workorders:limits')}?{urlencode(query)}")
    context = {
        "form": form,
        "cell": asked,
        "category": category,
        "history": history,
        "in_force": in_force,
        "is_general": cell.is_general,
    }
    return render(request, "workorders/limit_edit.html", context, status=400 if request.method == "POST" else 200)


def _history(district: Grid, cell: Cell) -> list[Limit]:
    found = Limit.objects.filter(district=district, **asdict(cell)).select_related("changed_by")
    return cast("list[Limit]", list(found.order_by("-valid_from", "-id")))


def _initial(district: Grid, cell: Cell, in_force: Limit | None) -> dict[str, Any]:
    """Begin with the cell's own limit, else with the one that it inherits."""
    row = in_force
    if row is None:
        question = Question(
            cell.stage,
            cell.category_id or ANY,
            cell.difficulty,
            cell.level,
            cell.urgency,
            timezone.now(),
            cell.profile,
        )
        try:
            row = Rulebook.load(district.pk).limit(question)
        except NoLimitRow:
            return {}
    return {"value": row.value, "unit": row.unit, "warn_percent": row.warn_percent}


def _changed(request: UserRequest, district: Grid, cell: Cell, form: LimitForm) -> bool:
    try:
        if "inherit" in request.POST:
            rule_changes.clear_limit(district, cell, actor=request.user)
            return True
        if form.is_valid():
            rule_changes.set_limit(district, cell, actor=request.user, **form.cleaned_data)
            return True
    except ValidationError as error:
        form.is_valid()
        add_errors(form, error)
    return False
