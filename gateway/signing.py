"""The signature of a webhook: `X-Wangge-Signature: t=<unix time>,v1=<HMAC-SHA256 of "t.body" in hex>`.

While a secret is being changed the header carries one `v1` for each valid secret, and either may match.
"""

import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Iterable

HEADER = "X-Wangge-Signature"


def new_secret() -> str:
    """Make a secret of 256 random bits, in 43 letters."""
    return secrets.token_urlsafe(32)


def signature(keys: Iterable[str], moment: int, body: bytes) -> str:
    """Return the header's value; `moment` in seconds since 1970."""
    signed = f"{moment}.".encode() + body
    marks = [hmac.new(key.encode(), signed, hashlib.sha256).hexdigest() for key in keys]
    return ",".join([f"t={moment}", *(f"v1={mark}" for mark in marks)])


def headers_for(keys: Iterable[str], now: dt.datetime, body: bytes) -> dict[str, str]:
    """Return the headers of a webhook with this body, sent now."""
    return {"Content-Type": "application/json", HEADER: signature(keys, int(now.timestamp()), body)}
