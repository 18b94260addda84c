"""The desk's knowledge: whoever works there reads it, whoever of them keeps the rules writes it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import keyset
from accounts.requests import UserRequest
from grids.backends import standing_for
from grids.models import Grid, Kind
from grids.roles import Permission
from hotline.actions import knowing
from hotline.forms.snippets import SnippetForm
from hotline.models import Snippet
from hotline.views.requests import check_may
from workorders.forms.fields import add_errors


@require_GET
def snippets(request: UserRequest) -> HttpResponse:
    """List the snippets that are offered, or those that have expired."""
    who = standing_for(request.user)
    check_may(request, Permission.INTAKE)
    today = timezone.localdate()
    seen = Snippet.objects.visible_to(request.user)
    is_expired = request.GET.get("show") == "expired"
    rows = seen.filter(valid_until__lt=today) if is_expired else seen.in_force(today)
    page = keyset.page(request, rows.select_related("category", "verified_by"), ("-verified_at", "-id"))
    context = {"page": page, "is_expired": is_expired, "may_write": who.has(Permission.MANAGE_RULES)}
    return render(request, "hotline/snippets.html", context)


@require_http_methods(["GET", "POST"])
def snippet_new(request: UserRequest) -> HttpResponse:
    """Write a snippet."""
    return _edit(request, None)


@require_http_methods(["GET", "POST"])
def snippet_edit(request: UserRequest, pk: int) -> HttpResponse:
    """Change a snippet; that is a fresh check of it."""
    return _edit(request, get_object_or_404(Snippet.objects.visible_to(request.user), pk=pk))


def _edit(request: UserRequest, snippet: Snippet | None) -> HttpResponse:
    check_may(request, Permission.INTAKE)
    posts = standing_for(request.user).nodes(Permission.MANAGE_RULES)
    if not posts:
        raise PermissionDenied(_("Your posts do not open this page."))
    district = snippet.district if snippet else Grid.objects.get(tree_id=posts[0].tree_id, kind=Kind.DISTRICT)
    form = SnippetForm(request.POST or None, snippet=snippet)
    if request.method == "POST" and form.is_valid():
        try:
            knowing.keep_snippet(snippet, actor=request.user, district=district, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The snippet is kept."))
            return redirect("hotline:snippets")
    return render(request, "hotline/snippet.html", {"form": form, "snippet": snippet, "today": timezone.localdate()})


@require_POST
def snippet_retire(request: UserRequest, pk: int) -> HttpResponse:
    """Offer a snippet no more."""
    knowing.retire_snippet(get_object_or_404(Snippet.objects.visible_to(request.user), pk=pk), actor=request.user)
    messages.success(request, _("The snippet is offered no more."))
    return redirect("hotline:snippets")
