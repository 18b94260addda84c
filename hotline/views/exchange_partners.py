"""The partners of the exchange: the list, adding one, its key, revoking it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.requests import UserRequest
from grids.errors import Refused
from grids.roles import Permission
from hotline.exchange import partners as acts
from hotline.forms.exchange import PartnerForm
from hotline.models import ExchangePartner, ExchangeRun
from hotline.views.requests import check_may
from workorders.views.rules import district_of


@require_GET
def partners(request: UserRequest) -> HttpResponse:
    """Show the partners; there are never many (hotline/exchange/partners.py)."""
    check_may(request, Permission.EXCHANGE)
    rows = ExchangePartner.objects.visible_to(request.user).without_keys().order_by("revoked_at", "name")[:100]
    return render(request, "hotline/exchange_partners.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@sensitive_variables()
def add(request: UserRequest) -> HttpResponse:
    """Add a partner and show its key, once."""
    district = district_of(request, Permission.EXCHANGE)
    form = PartnerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = acts.add(district, actor=request.user, name=form.cleaned_data["name"], now=timezone.now())
            return render(request, "hotline/exchange_key.html", {"partner": made, "is_new": True})
        except Refused as error:
            form.add_error("name", str(error))
    status = 400 if request.method == "POST" else 200
    return render(request, "hotline/exchange_partner_new.html", {"form": form}, status=status)


@require_GET
def partner(request: UserRequest, pk: int) -> HttpResponse:
    """Show a partner and its last exchanges."""
    item = seen(request, pk)
    runs = ExchangeRun.objects.filter(partner=item).order_by("-id")[:20]
    return render(request, "hotline/exchange_partner.html", {"partner": item, "runs": runs, "now": timezone.now()})


@require_POST
@sensitive_variables()
def key(request: UserRequest, pk: int) -> HttpResponse:
    """Make a new key and show it, once."""
    item = seen(request, pk)
    try:
        made = acts.change_key(item, actor=request.user, at_once=request.POST.get("at_once") == "1", now=timezone.now())
    except Refused as error:
        messages.error(request, str(error))
        return redirect(item)
    return render(request, "hotline/exchange_key.html", {"partner": made, "is_new": False})


@require_POST
def revoke(request: UserRequest, pk: int) -> HttpResponse:
    item = seen(request, pk)
    try:
        acts.revoke(item, actor=request.user, now=timezone.now())
        messages.success(request, _("Nothing is taken from this partner any more."))
    except Refused as error:
        messages.error(request, str(error))
    return redirect(item)


def seen(request: UserRequest, pk: int) -> ExchangePartner:
    check_may(request, Permission.EXCHANGE)
    return get_object_or_404(ExchangePartner.objects.visible_to(request.user).without_keys(), pk=pk)
