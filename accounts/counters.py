"""Counters of what a person, an address or a device did of late. They live in Redis and are gone with it: then nobody
is held up for them, and what must hold all the same is counted in the database."""

import ipaddress
import time

from django.core.cache import cache
from django.utils.crypto import salted_hmac


def hit(what: str, who: str, seconds: int) -> int:
    """Count one more; returns how many there were in this span of so many seconds, this one included."""
    return _more(_of_span(what, who, seconds), seconds)


def seen(what: str, who: str, seconds: int) -> int:
    """Return how many there were in this span."""
    return int(cache.get(_of_span(what, who, seconds), 0))


def is_first(what: str, who: str, seconds: int) -> bool:
    """Say whether this was not said before, in the last so many seconds at least."""
    return _more(_key(what, who), seconds) == 1


def _more(key: str, seconds: int) -> int:
    cache.add(key, 0, seconds + 60)
    return int(cache.incr(key))


def _of_span(what: str, who: str, seconds: int) -> str:
    return f"{_key(what, who)}:{int(time.time()) // seconds}"


def _key(what: str, who: str) -> str:
    """Return the counter's key; whoever reads Redis learns no address from it."""
    return f"counted:{what}:{salted_hmac('accounts.counters', who).hexdigest()[:20]}"


def network(address: str | None) -> str:
    """Return what counts as one sender: an IPv4 address, or the /64 that an IPv6 customer has."""
    if not address:
        return "unknown"
    ip = ipaddress.ip_address(address)
    if ip.version == 6:
        mapped = ip.ipv4_mapped
        return str(mapped) if mapped else str(ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)
