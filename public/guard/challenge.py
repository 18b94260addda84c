"""What the browser proves before a report is taken: some arithmetic by its processor, or a sum by its person.

The page carries a signed challenge. Its script looks for a number that, hashed with the challenge's nonce by SHA-256,
gives so many leading zero bits (a hashcash); without scripts the person answers a sum. Nobody else is asked.
"""

import hashlib
import secrets
import time
from dataclasses import dataclass

from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts import counters

LASTS_S = 3 * 3600
"""A form may stay open so long."""
EASY_BITS, HARD_BITS = 14, 20
"""About 16,000 hashes, a tenth of a second on a cheap phone; and about a million."""
QUIET_PER_MINUTE = 600
"""Each doubling of challenges beyond so many a minute makes them one bit harder."""
_SALT = "public.challenge"


class NotProven(Exception):
    """Neither the script's number nor the sum is right, or the challenge is too old."""


@dataclass(frozen=True)
class Challenge:
    token: str
    nonce: str
    bits: int
    first: int
    second: int


@dataclass(frozen=True)
class Proof:
    nonce: str
    seconds: float
    """Since the page was made."""
    is_by_sum: bool


def new() -> Challenge:
    """Make a challenge whose difficulty follows the load."""
    nonce = secrets.token_hex(8)
    first, second = secrets.randbelow(9) + 1, secrets.randbelow(9) + 1
    bits = bits_for(counters.hit("challenges", "all", 60))
    facts = {"n": nonce, "b": bits, "t": round(time.time(), 1), "a": _seal(nonce, str(first + second))}
    return Challenge(signing.dumps(facts, salt=_SALT), nonce, bits, first, second)


def bits_for(a_minute: int) -> int:
    """Return the difficulty at so many challenges in a minute."""
    return min(HARD_BITS, EASY_BITS + max(0, (a_minute // QUIET_PER_MINUTE).bit_length() - 1))


def check(token: str, number: str, answer: str) -> Proof:
    """Return what was proven; raises NotProven."""
    try:
        facts = signing.loads(token, salt=_SALT, max_age=LASTS_S)
    except signing.BadSignature as error:
        raise NotProven from error
    nonce, seconds = facts["n"], time.time() - facts["t"]
    if number and len(number) <= 20 and number.isascii() and leading_zeros(f"{nonce}:{number}") >= facts["b"]:
        return Proof(nonce, seconds, is_by_sum=False)
    if answer.strip() and constant_time_compare(_seal(nonce, _digits(answer)), facts["a"]):
        return Proof(nonce, seconds, is_by_sum=True)
    raise NotProven


def use(proof: Proof) -> bool:
    """Spend a proof; False where it was spent before."""
    return counters.is_first("spent", proof.nonce, LASTS_S)


def leading_zeros(text: str) -> int:
    """Return with how many zero bits the SHA-256 of the text begins."""
    return 256 - int.from_bytes(hashlib.sha256(text.encode()).digest(), "big").bit_length()


def _digits(answer: str) -> str:
    """Return the number that somebody typed, also in full-width digits; empty where it is none."""
    text = answer.strip()
    return str(int(text)) if text.isdecimal() and len(text) < 4 else ""


def _seal(nonce: str, answer: str) -> str:
    return salted_hmac(_SALT, f"{nonce}:{answer}").hexdigest()[:16]
