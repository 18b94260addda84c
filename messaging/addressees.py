"""Whether an address fits a way, and how it is shown: pure."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from grids.errors import Refused
from messaging.states import Way
from residents import masking, phones
from residents.reading import Unreadable

_MEMBER = re.compile(r"[A-Za-z0-9_.@-]{1,64}")


def clean(way: str, address: str) -> str:
    """Return the address in its one form; raises Refused with plain words when nothing can be sent there."""
    text = address.strip()
    if way == Way.SMS:
        return _mobile(text)
    if way == Way.EMAIL:
        try:
            validate_email(text)
        except ValidationError as error:
            raise Refused(_("This is no e-mail address."), field="address") from error
        return text
    if not _MEMBER.fullmatch(text):
        raise Refused(_("This is no WeCom account."), field="address")
    return text


def _mobile(text: str) -> str:
    try:
        phone = phones.read(text)
    except Unreadable as error:
        raise Refused(_("An SMS needs a mobile number."), field="address") from error
    if phone.kind != phones.Kind.MOBILE:
        raise Refused(_("An SMS needs a mobile number."), field="address")
    return phone.text


def masked(way: str, address: str) -> str:
    """Show an address so that whoever knows it recognises it: 138****5678, w***@example.com, z***."""
    if way == Way.SMS:
        return masking.phone(address)
    name, at, domain = address.partition("@")
    return f"{name[:1]}***{at}{domain}"
