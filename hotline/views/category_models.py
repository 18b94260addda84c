"""The models that suggest categories: how good each is, and which is in use."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.requests import UserRequest
from hotline.models import CategoryModel
from hotline.suggesting import acceptance, keeping
from workorders.categories import in_language
from workorders.models import Category
from workorders.views.rules import district_of


@require_GET
def category_models(request: UserRequest) -> HttpResponse:
    """List a district's models, the newest first."""
    district = district_of(request)
    rows = list(CategoryModel.objects.of(district).newest_first().select_related("trained_by", "used_by"))
    in_use = next((row for row in rows if row.is_in_use), None)
    taken = acceptance.since(district, in_use.used_from, timezone.now()) if in_use and in_use.used_from else None
    context = {"rows": rows, "district": district, "in_use": in_use, "acceptance": taken}
    return render(request, "hotline/category_models.html", context)


@require_GET
def category_model(request: UserRequest, pk: int) -> HttpResponse:
    """Show one model's figures, by category, with what each is most often taken for."""
    district_of(request)
    models = CategoryModel.objects.visible_to(request.user).newest_first()
    row = get_object_or_404(models.select_related("district", "used_by", "trained_by"), pk=pk)
    names = _names(row.figures)
    labels = [
        {**one, "name": names[one["label"]], "taken_for": names[one["taken_for"]]} for one in row.figures["labels"]
    ]
    left_out = [(names[code], count) for code, count in row.figures["left_out"].items()]
    context = {"row": row, "figures": row.figures, "labels": labels, "left_out": left_out}
    return render(request, "hotline/category_model.html", context)


@require_POST
def use_category_model(request: UserRequest, pk: int) -> HttpResponse:
    """Take this model into use instead of the present one."""
    district_of(request)
    row = get_object_or_404(CategoryModel.objects.visible_to(request.user).newest_first(), pk=pk)
    keeping.use(row, actor=request.user)
    messages.success(request, _("The model is in use from now on."))
    return redirect("hotline:category-models")


def _names(figures: dict[str, Any]) -> dict[str, str]:
    """Return the names of the categories that a model's figures tell of, in the reader's language."""
    codes = {row["label"] for row in figures["labels"]} | set(figures["left_out"])
    rows = Category.objects.filter(code__in=codes).values_list("code", "name", "name_en")
    return dict.fromkeys(codes, "") | {"": ""} | {code: in_language(name, name_en) for code, name, name_en in rows}
