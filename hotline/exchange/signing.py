"""Who pushes: a partner's call carries its code and an HMAC of when, a number used once, what is asked and the body.

`X-Wangge-Partner: <code>`, `X-Wangge-Signature: t=<unix time>,n=<nonce>,v1=<HMAC-SHA256 in hex>` over
`<t>.<n>.<METHOD>.<path with query>.` and the body, under the partner's key. A call is taken within five minutes of its
time, and its nonce once.
"""

import datetime as dt
import hashlib
import hmac
import re

from django.core.cache import cache

from hotline.models import ExchangePartner

PARTNER_HEADER, HEADER = "X-Wangge-Partner", "X-Wangge-Signature"
WINDOW = dt.timedelta(minutes=5)
_FORM = re.compile(r"t=(\d{1,12}),n=([A-Za-z0-9_-]{16,64}),v1=([0-9a-f]{64})")


class Unsigned(Exception):
    """The call is not signed by a partner; `code` says why: form, time, signature, used."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def signature(key: str, moment: int, nonce: str, method: str, path: str, body: bytes) -> str:
    """Return the header's value; `moment` in seconds since 1970, `nonce` 16 to 64 letters, digits, - or _."""
    return f"t={moment},n={nonce},v1={_mark(key, str(moment), nonce, method, path, body)}"


def _mark(key: str, moment: str, nonce: str, method: str, path: str, body: bytes) -> str:
    signed = f"{moment}.{nonce}.{method}.{path}.".encode() + body
    return hmac.new(key.encode(), signed, hashlib.sha256).hexdigest()


def verified(code: str, header: str, method: str, path: str, body: bytes, now: dt.datetime) -> ExchangePartner:
    """Return the partner that signed this call. Raises Unsigned; one who is not known and one who was revoked alike."""
    found = _FORM.fullmatch(header)
    if found is None:
        raise Unsigned("form")
    moment, nonce, mark = found.groups()
    if abs(now.timestamp() - int(moment)) > WINDOW.total_seconds():
        raise Unsigned("time")
    partner = ExchangePartner.objects.select_related("district").filter(code=code[:32], revoked_at=None).first()
    keys = keys_of(partner, now) if partner is not None else ["?"]  # as long for one who is not known
    is_right = [hmac.compare_digest(_mark(key, moment, nonce, method, path, body), mark) for key in keys]
    if partner is None or not any(is_right):
        raise Unsigned("signature")
    if not cache.add(f"exchange-nonce:{partner.pk}:{nonce}", 1, timeout=2 * WINDOW.total_seconds()):
        raise Unsigned("used")
    return partner


def keys_of(partner: ExchangePartner, now: dt.datetime) -> list[str]:
    """Return the keys that sign at this moment, the newest first."""
    until = partner.former_key_until
    if partner.former_key and until is not None and now < until:
        return [partner.key, partner.former_key]
    return [partner.key]
