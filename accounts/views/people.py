"""Accounts, for administrators. What a new account may see and do comes with its posts, given elsewhere."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import actions, keyset
from accounts.forms import UserFilter, UserForm
from accounts.models import User
from accounts.requests import UserRequest

ORDER = ("display_name", "id")
manager_only = permission_required("accounts.manage_users", raise_exception=True)


@require_GET
@manager_only
def users(request: UserRequest) -> HttpResponse:
    form = UserFilter(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    found = User.objects.managed_by(request.user)
    page = keyset.page(request, found.matching(words) if words else found, ORDER)
    return render(request, "accounts/users.html", {"page": page, "form": form, "words": words})


@sensitive_variables("password")
@require_http_methods(["GET", "POST"])
@manager_only
def user_add(request: UserRequest) -> HttpResponse:
    """Make an account; the answer to the POST itself shows the first password, so that it is kept nowhere."""
    form = UserForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user, password = actions.add_user(actor=request.user, fields=form.cleaned_data, request=request)
        return render(request, "accounts/first_password.html", {"person": user, "password": password, "is_new": True})
    return render(request, "accounts/user_form.html", {"form": form})


@require_http_methods(["GET", "POST"])
@manager_only
def user_edit(request: UserRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(User.objects.managed_by(request.user), pk=pk)
    form = UserForm(request.POST or None, instance=User.objects.get(pk=pk))
    if request.method == "POST" and form.is_valid():
        actions.edit_user(person, actor=request.user, fields=form.cleaned_data, request=request)
        messages.success(request, _("The account is saved."))
        return redirect("accounts:users")
    return render(request, "accounts/user_form.html", {"form": form, "person": person})


@sensitive_variables("password")
@require_POST
@manager_only
def user_password(request: UserRequest, pk: int) -> HttpResponse:
    """Give a new first password and show it in the answer, once."""
    person = get_object_or_404(User.objects.managed_by(request.user), pk=pk)
    password = actions.reset_password(person, actor=request.user, request=request)
    return render(request, "accounts/first_password.html", {"person": person, "password": password})


@require_POST
@manager_only
def user_active(request: UserRequest, pk: int) -> HttpResponse:
    """Close or reopen an account."""
    person = get_object_or_404(User.objects.managed_by(request.user), pk=pk)
    is_active = request.POST.get("is_active") == "1"
    actions.set_active(person, actor=request.user, is_active=is_active, request=request)
    text = _("The account of %(name)s is open again.") if is_active else _("The account of %(name)s is closed.")
    messages.success(request, text % {"name": person.display_name})
    return redirect("accounts:user-edit", pk)
