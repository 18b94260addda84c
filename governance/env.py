"""Read settings from environment variables; a bad value stops the start and names the variable."""

import ipaddress
import os
from collections.abc import Sequence

from django.core.exceptions import ImproperlyConfigured

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def flag(name: str, *, default: bool = False) -> bool:
    value = os.environ.get(name)
    if value is None:
        return default
    if value.strip().lower() in _TRUE:
        return True
    if value.strip().lower() in _FALSE:
        return False
    message = f"{name} must be one of 1, 0, true, false, yes, no, on, off; it is {value!r}."
    raise ImproperlyConfigured(message)


def integer(name: str, default: int, *, minimum: int = 0) -> int:
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    try:
        number = int(value)
    except ValueError:
        message = f"{name} must be a whole number; it is {value!r}."
        raise ImproperlyConfigured(message) from None
    if number < minimum:
        message = f"{name} must be at least {minimum}; it is {number}."
        raise ImproperlyConfigured(message)
    return number


def fraction(name: str, default: float) -> float:
    """Read a number above 0 and up to 1."""
    value = text(name) or str(default)
    try:
        number = float(value)
    except ValueError:
        number = 0
    if not 0 < number <= 1:
        message = f"{name} must be a number above 0 and up to 1; it is {value!r}."
        raise ImproperlyConfigured(message)
    return number


def words(name: str, default: Sequence[str] = ()) -> list[str]:
    """Split a comma-separated variable; blanks are dropped."""
    value = os.environ.get(name)
    if value is None:
        return list(default)
    return [word.strip() for word in value.split(",") if word.strip()]


def choice(name: str, default: str, allowed: Sequence[str]) -> str:
    value = text(name, default) or default
    if value not in allowed:
        message = f"{name} must be one of {', '.join(allowed)}; it is {value!r}."
        raise ImproperlyConfigured(message)
    return value


def networks(name: str) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """Read comma-separated networks like `10.20.0.0/16`; a single address is a network of one."""
    found = []
    for word in words(name):
        try:
            found.append(ipaddress.ip_network(word))
        except ValueError:
            message = f"{name} must name networks like 10.20.0.0/16, with commas; {word!r} is none."
            raise ImproperlyConfigured(message) from None
    return found
