"""WeCom (企业微信): messages of the district's own app to members, by `gettoken` and `message/send`.

The addressee is the member's id in the district's WeCom. WeCom takes no key of ours; it leaves out a second message of
the same words to the same member within `duplicate_check_interval` by itself, which does for a worker that was killed.
"""

import json
import threading
import time
from urllib.parse import urlencode

from django.conf import settings

from gateway.transport import Answer, Link
from messaging.states import Failure
from messaging.ways.carrier import Letter, Receipt, content, failed, token

STALE_TOKEN = {40014, 42001}
NO_SUCH_MEMBER = {40003, 40031, 81013}
BAD_CREDENTIALS = {40001, 40013, 40056, 40091, 41004, 60020, 60011}
TOO_OFTEN = {45009, 45033, -1}
"""Codes of WeCom's answers; -1: the system is busy."""
SAME_WITHIN_S = 4 * 60 * 60
LONGEST_BYTES = 2048
"""Of a text; WeCom cuts what is longer."""

_tokens: dict[tuple[str, str], tuple[str, float]] = {}
_lock = threading.Lock()


class WeCom:
    name = "wecom"

    def send(self, letter: Letter) -> Receipt:
        receipt, is_stale = self._try(letter)
        if is_stale:
            _tokens.pop(_key(), None)
            receipt, _ = self._try(letter)
        return receipt

    def close(self) -> None:
        pass

    def _try(self, letter: Letter) -> tuple[Receipt, bool]:
        """Return what came of it, and whether it was only our token that is used up."""
        access, refusal = _access()
        if refusal is not None:
            return refusal, False
        link = _link("message/send", {"access_token": access})
        answer = link.post(_body(letter), {"Content-Type": "application/json"})
        link.close()
        return _receipt(answer)


def _body(letter: Letter) -> bytes:
    said = {
        "touser": letter.address,
        "msgtype": "text",
        "agentid": int(settings.WECOM_AGENT_ID),
        "text": {"content": letter.body.encode()[:LONGEST_BYTES].decode(errors="ignore")},
        "enable_duplicate_check": 1,
        "duplicate_check_interval": SAME_WITHIN_S,
    }
    return json.dumps(said, ensure_ascii=False).encode()


def _receipt(answer: Answer) -> tuple[Receipt, bool]:
    if answer.failure is not None:
        return failed(answer), False
    said = content(answer)
    code = _code(said)
    if said is None or code is None:
        return Receipt(Failure.BROKEN, code=str(answer.status)), False
    if code:
        return Receipt(_failure(code), code=str(code)), code in STALE_TOKEN
    if said.get("invaliduser"):
        return Receipt(Failure.ADDRESS, code="invaliduser"), False
    return Receipt(provider_id=token(said.get("msgid", ""), 80)), False


def _failure(code: int) -> Failure:
    if code in NO_SUCH_MEMBER:
        return Failure.ADDRESS
    if code in BAD_CREDENTIALS | STALE_TOKEN:
        return Failure.ACCESS
    return Failure.TIMEOUT if code in TOO_OFTEN else Failure.REFUSED


def _access() -> tuple[str, Receipt | None]:
    """Return the app's token, asked for once and kept until it runs out; or why there is none."""
    with _lock:
        known, until = _tokens.get(_key(), ("", 0.0))
        if known and time.monotonic() < until:
            return known, None
        link = _link("gettoken", {"corpid": settings.WECOM_CORP_ID, "corpsecret": settings.WECOM_SECRET})
        answer = link.get({})
        link.close()
        said = content(answer)
        if answer.failure is not None:
            return "", failed(answer)
        if said is None or _code(said) is None or not isinstance(said.get("access_token", ""), str):
            return "", Receipt(Failure.BROKEN, code=str(answer.status))
        if _code(said):
            busy = _code(said) in TOO_OFTEN
            return "", Receipt(Failure.TIMEOUT if busy else Failure.ACCESS, code=str(_code(said)))
        lasts = said.get("expires_in", 7200)
        until = time.monotonic() + (lasts if isinstance(lasts, int) else 7200) - 60
        _tokens[_key()] = said.get("access_token", ""), until
        return _tokens[_key()][0], None


def _code(said: dict[str, object] | None) -> int | None:
    code = (said or {}).get("errcode", 0)
    return code if said is not None and isinstance(code, int) else None


def _key() -> tuple[str, str]:
    return settings.WECOM_CORP_ID, settings.WECOM_SECRET


def _link(path: str, query: dict[str, str]) -> Link:
    url = f"{settings.WECOM_API}/{path}?{urlencode(query)}"
    return Link(url, settings.MESSAGE_TIMEOUT_S, keeps_body=True)
