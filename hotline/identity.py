"""Who asks: kept encrypted, found by a fingerprint, shown to the desk and the call-back alone where secrecy is wanted.

GB/T 33358: the requester may ask for secrecy; then whoever handles the matter sees no identity.
"""

import uuid

from grids.roles import Permission
from grids.standing import Standing
from hotline.models import Request
from residents import fingerprints, phones
from residents.reading import Unreadable

DESK = (Permission.INTAKE, Permission.CALL_BACK)


def may_see(matter: Request, who: Standing) -> bool:
    """Say whether a person may see name, phone and reply address: the desk and the call-back of its district; others
    who see the request only where no secrecy is wanted, and then by revealing it on its order's page."""
    return any(who.has_over(permission, matter.path_ids, matter.district_id) for permission in DESK)


def normal_phone(text: str) -> str:
    """Return a phone in its one form, or the text as it came where it is none (a request is never lost for it)."""
    try:
        return phones.read(text).text
    except Unreadable:
        return text.strip()


def hash_to_keep(phone: str) -> uuid.UUID | None:
    """Return the fingerprint under which a normal phone is kept; None for an empty one."""
    return fingerprints.of_phone(phone)[0] if phone else None


def hashes(phone: str) -> list[uuid.UUID]:
    """Return the fingerprints under which a normal phone may have been kept."""
    return fingerprints.of_phone(phone) if phone else []
