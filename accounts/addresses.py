"""Addresses that come with a request or a row are followed only within this site."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def is_own(url: str) -> bool:
    """Say whether this is a path of this site (`/…`), with neither host nor scheme."""
    return url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)


WORKBENCH = "/"


def safe_next(request: HttpRequest, default: str = WORKBENCH) -> str:
    """Return the `next` that was asked for if it is ours, else the default."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    return asked if is_own(asked) else default
