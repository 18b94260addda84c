"""What the pages of appraisal share: one page for every form, and trying an action with what was typed."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render

from accounts.models import User
from accounts.requests import UserRequest
from appraisal.errors import Refusal
from appraisal.forms.fields import add_refusal
from grids.backends import standing_for
from grids.models import Grid
from grids.roles import Permission
from workorders.photos import NotStored

BAD, CONFLICT = 400, 409


def attempt(
    request: UserRequest, form: forms.Form, act: Callable[[], Any], done: str, to: Any
) -> HttpResponseRedirect | None:
    """Do what a filled form asks and go on; None where it is refused, which the form then says."""
    if not form.is_valid():
        return None
    try:
        made = act()
    except Refusal as error:
        add_refusal(form, error)
        return None
    except NotStored as error:
        form.add_error(None, error)
        return None
    messages.success(request, done)
    return redirect(to(made) if callable(to) else to)


def form_page(
    request: UserRequest, form: forms.Form, title: str, back: str, template: str = "appraisal/form.html", **more: Any
) -> HttpResponse:
    """Show a form on its own page, or on a `template` that adds to it; one that was refused answers 400."""
    context = {"form": form, "title": title, "back": back} | more
    return render(request, template, context, status=BAD if form.is_bound else 200)


def tell(request: UserRequest, act: Callable[[], Any], done: str) -> None:
    """Do what a button asks, and say how it went."""
    try:
        act()
    except Refusal as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)


def needs(user: User, *permissions: Permission) -> None:
    """Raise PermissionDenied unless a post gives one of these."""
    if not any(user.has_perm(one) for one in permissions):
        raise PermissionDenied


def district_of(user: User, *permissions: Permission) -> Grid:
    """Return the district of the first post that gives one of these. Raises PermissionDenied, Http404."""
    needs(user, *permissions)
    trees = [p.tree_id for one in permissions for p in standing_for(user).nodes(one) if p.unit_id is None]
    found: Grid | None = Grid.objects.filter(tree_id__in=trees[:1], parent=None).defer("boundary", "duties").first()
    if found is None:
        raise Http404
    return found
