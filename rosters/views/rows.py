"""The rows of a roster: those of one outcome with what differs, and those of one kind of mistake."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts import keyset
from accounts.requests import UserRequest
from rosters import differences, showing, words
from rosters.states import DECIDABLE, Outcome, State
from rosters.views.batches import seen_batch


@require_GET
def rows(request: UserRequest, pk: int, outcome: str) -> HttpResponse:
    """Show the rows of one outcome in the file's order, masked, with a bar to decide about marked ones."""
    batch = seen_batch(request, pk)
    if outcome not in Outcome.values or batch.purged_at is not None:
        raise Http404
    here = Outcome(outcome)
    page = keyset.page(request, batch.rows.of_outcome(here), ("number", "id"), showing.PAGE)
    context: dict[str, Any] = {
        "batch": batch,
        "outcome": here,
        "page": page,
        "rows": differences.shown(batch, page.rows),
        "rule": batch.rules.get(here, ""),
        "may_decide": batch.state == State.READY and here in DECIDABLE,
        "others": [(one, batch.counts[one], one == here) for one in Outcome if batch.counts.get(one)],
        "query": request.GET.urlencode(),
    }
    return render(request, "rosters/rows.html", context)


@require_GET
def problems(request: UserRequest, pk: int) -> HttpResponse:
    """Show every row with one kind of mistake in one column, each with a masked sample."""
    batch = seen_batch(request, pk)
    field, code = request.GET.get("field", ""), request.GET.get("code", "")
    group = next((group for group in batch.problems if group[0] == field and group[1] == code), None)
    if group is None:
        raise Http404
    message, hint = words.of(code)
    found = batch.problem_rows.filter(field=field, code=code)
    context: dict[str, Any] = {
        "batch": batch,
        "label": showing.label_of(batch, field),
        "message": message,
        "hint": hint,
        "count": group[3],
        "page": keyset.page(request, found, ("number", "id"), showing.PAGE),
    }
    return render(request, "rosters/problems.html", context)
