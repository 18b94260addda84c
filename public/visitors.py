"""Who asks, as far as a page without sign-in knows: an address and a device, each only to count by.

What a device sent or looked up is named in a signed cookie for half an hour, so that no number stands in an address.
"""

import secrets
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from accounts import audit, counters

DEVICE, LOOKED_UP = "public_device", "public_looked_up"
DEVICE_LASTS_S = 180 * 24 * 3600
LOOKED_UP_LASTS_S = 30 * 60


@dataclass(frozen=True)
class Visitor:
    address: str
    device: str
    """Empty where the browser brought none."""


def visitor(request: HttpRequest) -> Visitor:
    """Return whom a request comes from; behind our proxies the address that they saw (TRUSTED_PROXY_COUNT)."""
    device = request.get_signed_cookie(DEVICE, default="", max_age=DEVICE_LASTS_S) or ""
    return Visitor(counters.network(audit.client_ip(request)), device)


def know_again(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Give a device that has none its number, which says nothing of anybody."""
    if not visitor(request).device:
        _set(response, DEVICE, secrets.token_hex(8), DEVICE_LASTS_S)
    return response


def may_look(response: HttpResponse, kind: str, key: int) -> None:
    """Let this device see one report ("matter" or "held") for half an hour."""
    _set(response, LOOKED_UP, f"{kind}:{key}", LOOKED_UP_LASTS_S)


def looked_up(request: HttpRequest) -> tuple[str, int] | None:
    """Return what this device may see."""
    try:
        value = request.get_signed_cookie(LOOKED_UP, max_age=LOOKED_UP_LASTS_S)
    except (KeyError, signing.BadSignature):
        return None
    kind, _colon, key = (value or "").partition(":")
    return kind, int(key)


def _set(response: HttpResponse, name: str, value: str, seconds: int) -> None:
    response.set_signed_cookie(
        name, value, max_age=seconds, path="/p/", secure=settings.HTTPS, httponly=True, samesite="Lax"
    )


def too_many(request: HttpRequest, what: str, most: int, seconds: int = 60) -> bool:
    """Count one more act of this address; say whether it has done too many of them in this span."""
    return counters.hit(what, visitor(request).address, seconds) > most
