"""Error pages in plain words with a way back. They need neither the database nor a session; where both are there, who
is signed in keeps the phone's bottom bar on the pages for what is not there or not allowed."""

import logging
import traceback
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import TextSize
from governance.navigation import Navigation
from governance.uploads import NoRoom, TooLarge

logger = logging.getLogger(__name__)
Words = tuple[Promise, Promise | str]

BAD_REQUEST: Words = (
    _("This request could not be read"),
    _("Something in the address or the form was not as expected. Go back and try again."),
)
FORBIDDEN: Words = (
    _("You may not do this"),
    _("Your posts do not allow it. If you think they should, ask your administrator."),
)
NOT_FOUND: Words = (
    _("There is nothing here for you"),
    _("The page does not exist, has moved, or belongs to an area that you do not see."),
)
BROKEN: Words = (
    _("Something went wrong on our side"),
    _("It has been written down. Nothing of what you sent was half saved; try again in a minute."),
)
STALE_FORM: Words = (
    _("The form was open for too long"),
    _("For your safety it was not accepted. Go back, reload the page and send it again."),
)
NO_ROOM: Words = (
    _("The server's disk is full"),
    _(
        "Your photo could not be taken in, and nothing of the form was saved. Go back: what you typed is still there. "
        "Send it again in a while, and tell the administrator."
    ),
)
TOO_LARGE: Words = (
    _("The file is too large"),
    _("Nothing of it was taken. Divide it, send a smaller one, or ask the operator to bring it in on the server."),
)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, NoRoom):
        logger.error("The disk where uploads wait is full.")
        return _page(request, 507, NO_ROOM)
    if isinstance(exception, TooLarge):
        return _page(request, 413, TOO_LARGE)
    return _page(request, 400, BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 403, (FORBIDDEN[0], _reason(exception) or FORBIDDEN[1]), _shell(request))


def _reason(exception: Exception | None) -> str:
    """Return why, where a module of this project said so in words for the reader; nothing of what a library raised."""
    if type(exception) is not PermissionDenied:
        return ""
    raised_in = [frame.f_globals.get("__name__", "") for frame, _line in traceback.walk_tb(exception.__traceback__)]
    return str(exception) if raised_in and raised_in[-1].partition(".")[0] in _ours() else ""


def _ours() -> set[str]:
    """Return the names of the apps that lie in this project's own folder."""
    return {app.name for app in apps.get_app_configs() if Path(app.path).parent == settings.BASE_DIR}


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 404, NOT_FOUND, _shell(request))


def broken(request: HttpRequest) -> HttpResponse:
    return _page(request, 500, BROKEN)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form without a valid CSRF token (CSRF_FAILURE_VIEW)."""
    return _page(request, 403, STALE_FORM)


def _shell(request: HttpRequest) -> dict[str, Any]:
    """Return what the phone's bottom bar needs, for who is signed in; nothing where that cannot be asked."""
    try:
        user = getattr(request, "user", None)
        if user is None or not user.is_authenticated:
            return {}
        navigation = Navigation(request)
        return {"user": user, "navigation": {"phone": navigation.phone, "report": navigation.report}}
    except DatabaseError:
        return {}


def _page(request: HttpRequest, status: int, words: Words, shell: dict[str, Any] | None = None) -> HttpResponse:
    """Render without context processors: no query of its own, in the language in force or else the cookie's."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    if not hasattr(request, "LANGUAGE_CODE"):
        asked = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    with translation.override(language):
        text_size = request.COOKIES.get("text_size", "")
        context = {
            "status": status,
            **(shell or {}),
            "title": words[0],
            "explanation": words[1],
            "language": language,
            "text_size": text_size if text_size in TextSize.values else TextSize.STANDARD,
        }
        return HttpResponse(render_to_string("error.html", context), status=status)
