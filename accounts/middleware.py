"""Per-request manners of an account: idle sign-out, language, and the first password."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.translation import gettext as _

GetResponse = Callable[[HttpRequest], HttpResponse]
SEEN = "seen_at"
SEEN_EVERY_SECONDS = 60
"""The session row is written at most this often, not with every request."""

OPEN_BEFORE_PASSWORD_CHANGE = (
    "/accounts/password/",
    "/accounts/sign-out/",
    "/accounts/language/",
    "/accounts/text-size/",
    "/healthz",
)


def idle_sign_out(get_response: GetResponse) -> GetResponse:
    """Sign out after IDLE_SIGN_OUT_AFTER without a request; polling (header `X-Background`) does not count as use."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and SEEN in request.session:
            now = int(timezone.now().timestamp())
            idle = now - request.session[SEEN]
            if idle > settings.IDLE_SIGN_OUT_AFTER.total_seconds():
                with translation.override(request.user.language):
                    logout(request)
                    messages.info(request, _("You were signed out after 30 minutes without use."))
            elif idle >= SEEN_EVERY_SECONDS and "X-Background" not in request.headers:
                request.session[SEEN] = now
        elif request.user.is_authenticated:
            request.session[SEEN] = int(timezone.now().timestamp())
        return get_response(request)

    return middleware


def language(get_response: GetResponse) -> GetResponse:
    """Use the person's language, else the cookie's, else Chinese; never the browser's guess."""

    def middleware(request: HttpRequest) -> HttpResponse:
        chosen = (
            request.user.language
            if request.user.is_authenticated
            else request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        )
        if chosen not in dict(settings.LANGUAGES):
            chosen = settings.LANGUAGE_CODE
        with translation.override(chosen):
            request.LANGUAGE_CODE = translation.get_language()
            response = get_response(request)
        response.headers.setdefault("Content-Language", chosen)
        return response

    return middleware


def password_change_first(get_response: GetResponse) -> GetResponse:
    """Lead whoever must change the password to that page before anything else."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if (
            request.user.is_authenticated
            and request.user.must_change_password
            and not request.path.startswith((settings.STATIC_URL, *OPEN_BEFORE_PASSWORD_CHANGE))
        ):
            return redirect("accounts:password")
        return get_response(request)

    return middleware
