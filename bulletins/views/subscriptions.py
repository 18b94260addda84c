"""A person's own subscriptions: what comes by e-mail, taking one, ending one with one click."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import UserRequest
from bulletins.actions import subscribing
from bulletins.forms import SubscribeForm, nodes
from bulletins.models import Delivery, Subscription
from bulletins.querysets import over
from grids.backends import standing_for
from grids.models import Grid
from grids.roles import Permission
from insights.access import CHILD_KINDS, posts_of
from workorders.forms.fields import add_errors

LOG = 30


@require_http_methods(["GET", "POST"])
def subscriptions(request: UserRequest) -> HttpResponse:
    """Show what one subscribed to and what was sent of it; take a further one."""
    form = _form(request, request.POST if request.method == "POST" else None)
    try:
        if form is not None and form.is_bound and form.is_valid():
            moment = timezone.now()
            item = subscribing.subscribe(actor=request.user, **form.cleaned_data, now=moment)
            messages.success(request, _subscribed(item, moment))
            return redirect("bulletins:subscriptions")
    except ValidationError as error:
        assert form is not None  # noqa: S101 - it asked
        add_errors(form, error)
    mine = Subscription.objects.visible_to(request.user).select_related("node").defer("node__boundary")
    sent = Delivery.objects.filter(user=request.user, subscription__isnull=False)
    context = {
        "rows": mine.running().order_by("-id"),
        "ended": mine.exclude(ended_at=None).order_by("-ended_at")[:LOG],
        "sent": sent.select_related("subscription__node", "bulletin").defer("bulletin__figures").order_by("-id")[:LOG],
        "form": form,
    }
    return render(request, "bulletins/subscriptions.html", context, status=400 if form and form.is_bound else 200)


def _subscribed(item: Subscription, moment: dt.datetime) -> str:
    words = _("You have subscribed. It comes as %(file)s.")
    if item.created_at < moment:
        words = _("You had subscribed to this already. From now on it comes as %(file)s.")
    return words % {"file": item.get_file_display()}


@require_POST
def stop(request: UserRequest, pk: int) -> HttpResponse:
    """End one's subscription."""
    item = get_object_or_404(Subscription.objects.visible_to(request.user), pk=pk)
    subscribing.end(item, actor=request.user)
    messages.success(request, _("The subscription is ended."))
    return redirect("bulletins:subscriptions")


def _form(request: UserRequest, data: Any) -> SubscribeForm | None:
    who = standing_for(request.user)
    posts = posts_of(who)
    if not posts:
        return None
    offered = nodes(over(who, Permission.VIEW_INSIGHTS, "")).filter(kind__in=["district", *CHILD_KINDS])
    usual = Grid.objects.only("name").get(pk=posts[0].node_id).name
    return SubscribeForm(data, offered=offered, initial={"node": usual})
