"""Sign in, sign out, and the password."""

from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import audit, tokens
from accounts.addresses import safe_next
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
    form = SignInForm(request, data=request.POST or None)
    if request.method == "POST":
        if form.is_valid():
            login(request, form.get_user())
            audit.record(form.get_user(), "accounts.sign_in", request=request)
            return redirect(safe_next(request))
        known = User.objects.filter(username__iexact=request.POST.get("username", "")[:50]).first()
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
    form = PasswordForm(request.user, data=request.POST or None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            form.user.must_change_password = False
            form.save()
            tokens.revoke(request.user)
            audit.record(request.user, "accounts.change_password", subject=request.user, request=request)
        update_session_auth_hash(request, form.user)
        messages.success(request, _("Your password is changed."))
        return redirect("home")
    return render(request, "accounts/password.html", {"form": form})
