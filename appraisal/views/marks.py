"""Marks by hand: given one after the other, with the list of whose stand and who has none yet."""

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import keyset
from accounts.requests import UserRequest
from appraisal import actions, marking
from appraisal.forms.acts import MarkForm
from appraisal.marking import Marking
from appraisal.models import Assessment
from appraisal.states import Code
from appraisal.views.doing import attempt, form_page
from grids.roles import Permission

MISSING, GIVEN = "missing", "given"
SIZE = 25


@require_http_methods(["GET", "POST"])
@permission_required(Permission.APPRAISE, raise_exception=True)
def mark(request: UserRequest, pk: int, indicator: int) -> HttpResponse:
    """Give a mark for an indicator that is judged by hand, and see how far the marks are."""
    found = Assessment.objects.visible_to(request.user).select_related("scheme", "district")
    item = get_object_or_404(found, pk=pk)
    wanted = get_object_or_404(item.scheme.indicators, pk=indicator, code=Code.MANUAL)
    first = {"who": request.GET.get("who", "")}
    form = MarkForm(request.POST or None, period=item, actor=request.user, initial=first)
    act = lambda: actions.give_mark(item, actor=request.user, indicator=wanted, **form.given())  # noqa: E731
    if (gone := attempt(request, form, act, _("The mark is kept."), request.path)) is not None:
        return gone
    more = {"template": "appraisal/mark.html", "subtitle": str(item)} | _lists(
        request, marking.of(item, wanted, request.user)
    )
    return form_page(request, form, wanted.label, item.get_absolute_url(), submit=_("Give the mark"), **more)


def _lists(request: UserRequest, found: Marking) -> dict[str, Any]:
    """Return the list that is asked for, those without a mark before the others, and how long both are."""
    wanted = request.GET.get("tab", "")
    here = wanted if wanted in {MISSING, GIVEN} else MISSING if found.missing else GIVEN
    page: keyset.Page[Any] = (
        keyset.page(request, found.waiting, ("id",), size=SIZE)
        if here == MISSING
        else keyset.page(request, found.marks, ("-id",), size=SIZE)
    )
    return {
        "tabs": [
            (MISSING, _("Without a mark"), len(found.missing), here == MISSING),
            (GIVEN, _("Marks that stand"), len(found.given), here == GIVEN),
        ],
        **{"here": here, "page": page, "judged": found.judged},
        "nodes": found.node_names(page.rows) if here == MISSING else {},
    }
