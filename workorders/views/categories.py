"""The category tree and its administration."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.requests import UserRequest
from workorders import rule_changes
from workorders.categories import tree
from workorders.forms.fields import add_errors
from workorders.forms.rules import CategoryForm
from workorders.models import Category
from workorders.views.rules import district_of


@require_GET
def categories(request: UserRequest) -> HttpResponse:
    """Show the tree, with what is out of use muted."""
    district_of(request)
    return render(request, "workorders/categories.html", {"branches": tree(Category.objects.all())})


@require_http_methods(["GET", "POST"])
def add(request: UserRequest) -> HttpResponse:
    """Add a category below the one that `parent` names."""
    return _form(request, Category(), initial={"parent": request.GET.get("parent", "")})


@require_http_methods(["GET", "POST"])
def edit(request: UserRequest, pk: int) -> HttpResponse:
    """Change a category, or put it out of use; orders that have it keep it."""
    return _form(request, get_object_or_404(Category, pk=pk), initial={})


def _form(request: UserRequest, category: Category, *, initial: dict[str, str]) -> HttpResponse:
    district_of(request)
    form = CategoryForm(request.POST if request.method == "POST" else None, instance=category, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            rule_changes.save_category(form.instance, actor=request.user)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The category is saved."))
            return redirect("workorders:categories")
    context = {"form": form, "category": category if category.pk else None}
    return render(request, "workorders/category_edit.html", context, status=400 if form.is_bound else 200)
