"""Sign in, sign out, and the password."""

from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import actions, audit
from accounts.addresses import WORKBENCH, safe_next
from accounts.forms import PasswordForm, SignInForm
from accounts.models import User
from accounts.requests import UserRequest


@login_not_required  # whoever signs in is not signed in yet
@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for name and password; five failures lock the name for half an hour (django-axes)."""
    if request.user.is_authenticated:
        return redirect(safe_next(request))
    form = SignInForm(request, data=request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if form.is_valid():
            login(request, form.get_user())
            audit.record(form.get_user(), "accounts.sign_in", request=request)
            return redirect(safe_next(request))
        if "username" in form.cleaned_data and "password" in form.cleaned_data:
            known = User.objects.filter(username__iexact=form.cleaned_data["username"]).first()
            audit.record(None, "accounts.sign_in_failed", subject=known, request=request)
    return render(request, "accounts/sign_in.html", {"form": form, "next": safe_next(request, default="")})


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    audit.record(request.user, "accounts.sign_out", request=request)
    logout(request)
    messages.success(request, _("You are signed out."))
    return redirect("accounts:sign-in")


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def password(request: UserRequest) -> HttpResponse:
    """Change one's password; other sessions of the account and its API token end."""
    form = PasswordForm(request.user, data=request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.change_password(request.user, form.cleaned_data["new_password1"], request=request)
        update_session_auth_hash(request, request.user)
        messages.success(request, _("Your password is changed."))
        return redirect(WORKBENCH)
    return render(request, "accounts/password.html", {"form": form})
