"""Counters of what one address or one device did of late. They live in Redis and are gone with it: then nobody is held
up for them, and what bounds the desk is counted in the database (public/guard/verdict.py)."""

import ipaddress
import time

from django.core.cache import cache
from django.utils.crypto import salted_hmac


def hit(what: str, who: str, seconds: int) -> int:
    """Count one more; returns how many there were in this span of so many seconds, this one included."""
    key = _key(what, who, seconds)
    cache.add(key, 0, seconds + 60)
    return int(cache.incr(key))


def seen(what: str, who: str, seconds: int) -> int:
    """Return how many there were in this span."""
    return int(cache.get(_key(what, who, seconds), 0))


def _key(what: str, who: str, seconds: int) -> str:
    """Return the counter's key; whoever reads Redis learns no address from it."""
    name = salted_hmac("public.counters", who).hexdigest()[:20]
    return f"public:{what}:{name}:{int(time.time()) // seconds}"


def network(address: str | None) -> str:
    """Return what counts as one sender: an IPv4 address, or the /64 that an IPv6 customer has."""
    if not address:
        return "unknown"
    ip = ipaddress.ip_address(address)
    if ip.version == 6:
        mapped = ip.ipv4_mapped
        return str(mapped) if mapped else str(ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)
