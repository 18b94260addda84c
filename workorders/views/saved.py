"""A person's saved filters: keep the present selection, rename, open by default, remove."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import UserRequest
from workorders import saved_filters, selection
from workorders.forms.fields import add_errors
from workorders.forms.saved import SavedFilterForm
from workorders.models import SavedFilter

HERE = "workorders:saved-filters"


@require_http_methods(["GET", "POST"])
def saved(request: UserRequest) -> HttpResponse:
    """List one's saved filters; with a selection in the address, offer to keep it; for htmx the list alone."""
    present = selection.read(request.user, request.GET)
    form = SavedFilterForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            kept = saved_filters.save(request.user, query=present.query, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The filters are saved."))
            return redirect(kept)
    context: dict[str, Any] = {
        "rows": SavedFilter.objects.filter(user=request.user).order_by("name"),
        "present": present,
        "chips": [selection.labels()[present.tab], *present.form.chips(with_words=True)],
        "form": form,
    }
    template = "workorders/saved_filters.html"
    if request.htmx:  # type: ignore[attr-defined]  # set by HtmxMiddleware
        template += "#links"
    return render(request, template, context, status=400 if form.is_bound else 200)


@require_POST
def edit(request: UserRequest, pk: int) -> HttpResponse:
    """Rename a saved filter, or let the list open with it."""
    row = get_object_or_404(SavedFilter, pk=pk, user=request.user)
    form = SavedFilterForm(request.POST)
    if form.is_valid():
        try:
            saved_filters.change(row, **form.cleaned_data)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("The filters are saved."))
    else:
        messages.error(request, _("Give it a name of at most 40 characters."))
    return redirect(HERE)


@require_POST
def remove(request: UserRequest, pk: int) -> HttpResponse:
    """Remove a saved filter."""
    get_object_or_404(SavedFilter, pk=pk, user=request.user).delete()
    messages.success(request, _("The saved filter is removed."))
    return redirect(HERE)
