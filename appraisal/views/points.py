"""Immediate points: the list of a period, giving them, giving them back; and the rules that they keep to."""

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from accounts import keyset
from accounts.models import User
from accounts.requests import UserRequest
from appraisal import actions
from appraisal.forms.acts import PointsForm, TakeBackForm
from appraisal.forms.schemes import RuleForm
from appraisal.models import Assessment, PointEntry, PointPhoto, PointRule, Result
from appraisal.querysets import under
from appraisal.views.doing import attempt, district_of, form_page, tell
from grids.backends import standing_for
from grids.roles import Permission
from workorders.photo_views import answer


@require_GET
@permission_required(Permission.VIEW_APPRAISAL, raise_exception=True)
def points(request: UserRequest, pk: int) -> HttpResponse:
    """Show the immediate points of a period in one's area, newest first."""
    item = get_object_or_404(Assessment.objects.visible_to(request.user).select_related("scheme"), pk=pk)
    mine = under(standing_for(request.user), Permission.VIEW_APPRAISAL)
    rows = PointEntry.objects.filter(mine, assessment=item).with_names()
    context = {"item": item, "page": keyset.page(request, rows, ("-id",))}
    return render(request, "appraisal/points.html", context)


@require_http_methods(["GET", "POST"])
@permission_required(Permission.APPRAISE, raise_exception=True)
def give(request: UserRequest, pk: int) -> HttpResponse:
    """Give points in a period; with `?corrects=` in the place of what a final result did wrong."""
    item = get_object_or_404(Assessment.objects.visible_to(request.user).select_related("scheme"), pk=pk)
    wrong = _corrected(request)
    first: dict[str, Any] = {"happened_on": timezone.localdate()}
    if wrong is not None:
        first["who"] = wrong.unit_id or (wrong.user.employee_number or wrong.user.username if wrong.user else "")
    form = PointsForm(request.POST or None, files=request.FILES or None, period=item, actor=request.user, initial=first)

    def act() -> PointEntry:
        return actions.give_points(item, actor=request.user, corrects=wrong, **form.given())

    done = _("The points are given; who is judged is told.")
    subtitle = str(item) if wrong is None else _("Makes good a result of %(period)s") % {"period": wrong.assessment}
    return attempt(request, form, act, done, redirect("appraisal:points", item.pk).url) or form_page(
        request, form, _("Give points"), item.get_absolute_url(), submit=_("Give points"), subtitle=subtitle
    )


def _corrected(request: UserRequest) -> Result | None:
    pk = request.GET.get("corrects", "")
    if not pk.isdecimal():
        return None
    return get_object_or_404(Result.objects.of_area(request.user).with_names(), pk=int(pk))


@require_safe
def photo(request: UserRequest, pk: int) -> HttpResponseBase:
    return answer(request, _seen_by(request.user, pk), "image")


@require_safe
def thumbnail(request: UserRequest, pk: int) -> HttpResponseBase:
    return answer(request, _seen_by(request.user, pk), "thumbnail")


def _seen_by(user: User, pk: int) -> PointPhoto:
    """Return a photo of points that this person may see. Raises Http404."""
    entries = PointEntry.objects.visible_to(user)
    return get_object_or_404(PointPhoto.objects.filter(entry__in=entries.values("pk")), pk=pk)


@require_http_methods(["GET", "POST"])
@permission_required(Permission.APPRAISE, raise_exception=True)
def take_back(request: UserRequest, pk: int) -> HttpResponse:
    """Give points back that were given wrongly."""
    entry = get_object_or_404(PointEntry.objects.visible_to(request.user).with_names(), pk=pk)
    form = TakeBackForm(request.POST or None)
    back = redirect("appraisal:points", entry.assessment_id).url
    act = lambda: actions.take_back(entry, actor=request.user, **form.cleaned_data)  # noqa: E731
    return attempt(request, form, act, _("The points are given back."), back) or form_page(
        request, form, _("Give points back"), back, submit=_("Give back"), subtitle=f"{entry.points:+} {entry.rule}"
    )


@require_GET
@permission_required(Permission.MANAGE_SCHEMES, raise_exception=True)
def rules(request: UserRequest) -> HttpResponse:
    """Show the reasons for which points are given."""
    district = district_of(request.user, Permission.MANAGE_SCHEMES)
    rows = PointRule.objects.filter(district=district)
    context = {
        "rules": rows.filter(valid_to=None),
        "ended": rows.filter(valid_to__isnull=False).select_related("changed_by").order_by("-valid_to")[:50],
    }
    return render(request, "appraisal/rules.html", context)


@require_http_methods(["GET", "POST"])
@permission_required(Permission.MANAGE_SCHEMES, raise_exception=True)
def rule(request: UserRequest, pk: int | None = None) -> HttpResponse:
    """Add a reason, or put another in its place."""
    district = district_of(request.user, Permission.MANAGE_SCHEMES)
    old = get_object_or_404(PointRule, pk=pk, district=district, valid_to=None) if pk is not None else None
    form = RuleForm(request.POST or None, rule=old)

    def act() -> PointRule:
        return actions.set_rule(district, actor=request.user, facts=form.facts(), replaces=old)

    title = _("Change a reason for points") if old else _("Add a reason for points")
    return attempt(request, form, act, _("The reason is saved and holds from now on."), "appraisal:rules") or form_page(
        request, form, title, redirect("appraisal:rules").url, submit=_("Save")
    )


@require_POST
@permission_required(Permission.MANAGE_SCHEMES, raise_exception=True)
def rule_end(request: UserRequest, pk: int) -> HttpResponse:
    """Let no further points be given for a reason."""
    district = district_of(request.user, Permission.MANAGE_SCHEMES)
    old = get_object_or_404(PointRule, pk=pk, district=district)
    tell(request, lambda: actions.end_rule(old, actor=request.user), _("The rule has ended."))
    return redirect("appraisal:rules")
