"""What whoever failed to sign in too often is told (AXES_LOCKOUT_CALLABLE)."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def answer(request: HttpRequest, response: HttpResponse | None = None, _credentials: Any = None) -> HttpResponse:
    """Answer a try under a locked name: the API's own words there, else a page."""
    seconds = int(settings.AXES_COOLOFF_TIME.total_seconds())
    if response is None or not request.path.startswith("/api/"):
        response = render(request, "accounts/locked_out.html", {"minutes": seconds // 60}, status=429)
    response["Retry-After"] = str(seconds)
    return response
