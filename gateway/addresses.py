"""Where webhooks may go: public addresses, and the networks that the installation names; nowhere else.

The name is resolved here and the connection is made to the very address that was checked, so that a name which
answers differently the second time (DNS rebinding) leads nowhere new.
"""

import ipaddress
import socket
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Blocked(Exception):
    """The address lies in a network that is not allowed."""


class UnknownName(Exception):
    """The name service does not know the name."""


def is_allowed(text: str) -> bool:
    """Say whether this IP address may be called; IPv4 addresses wrapped in IPv6 count as what they lead to."""
    address = _inner(ipaddress.ip_address(text.partition("%")[0]))
    if any(address in network for network in settings.WEBHOOK_NETWORKS):
        return True
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _inner(address: IPAddress) -> IPAddress:
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None) or address


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a host. Raises UnknownName, or Blocked when any of them is not allowed."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise UnknownName from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not all(is_allowed(address) for address in addresses):
        raise Blocked
    return addresses


def check_url(url: str) -> None:
    """Raise ValidationError with plain words for an address that no webhook goes to; asks no name service."""
    parts, port = _split(url)
    schemes = {"https", "http"} if settings.WEBHOOK_ALLOW_HTTP else {"https"}
    if parts.scheme not in schemes:
        raise ValidationError(_("The address must begin with https://."), code="scheme")
    if parts.username is not None or parts.password is not None:
        raise ValidationError(_("The address must not carry a name or a password."), code="credentials")
    if not parts.hostname or port == 0:
        raise ValidationError(_("This is no address of a receiver."), code="host")
    try:
        allowed = is_allowed(parts.hostname)
    except ValueError:  # a name: it is looked up when something is sent
        allowed = True
    if not allowed:
        raise ValidationError(_("This address lies in a network that webhooks may not go to."), code="blocked")


def _split(url: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(url)
        return parts, parts.port
    except ValueError:
        raise ValidationError(_("This is no address of a receiver."), code="host") from None
