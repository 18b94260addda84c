"""SMS through a gateway that speaks JSON over HTTP (docs/messages.md): most providers' own forms need a small relay."""

import json

from django.conf import settings
from django.utils import timezone

from gateway import signing
from gateway.transport import Answer, Link
from messaging.states import Failure
from messaging.ways.carrier import Letter, Receipt, content, failed, token

WELL = ("0", "OK", "SUCCESS", "")
"""Codes in an answer's body that say that the message was taken; an answer without a code is one of these."""
UNKNOWN = "NO_SUCH_NUMBER"


class Sms:
    name = "sms"

    def __init__(self) -> None:
        self._link = Link(settings.SMS_URL, settings.MESSAGE_TIMEOUT_S, keeps_body=True)

    def send(self, letter: Letter) -> Receipt:
        said = {"id": str(letter.uuid), "to": letter.address, "text": self._text(letter)}
        body = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
        return _receipt(self._link.post(body, self._headers(letter, body)))

    def close(self) -> None:
        self._link.close()

    def _text(self, letter: Letter) -> str:
        return f"【{settings.SMS_SIGNATURE}】{letter.body}" if settings.SMS_SIGNATURE else letter.body

    def _headers(self, letter: Letter, body: bytes) -> dict[str, str]:
        headers = {"Content-Type": "application/json", "Idempotency-Key": str(letter.uuid)}
        if settings.SMS_TOKEN:
            headers["Authorization"] = f"Bearer {settings.SMS_TOKEN}"
        if settings.SMS_SECRET:
            headers |= signing.headers_for([settings.SMS_SECRET], timezone.now(), body)
        return headers


def _receipt(answer: Answer) -> Receipt:
    said = content(answer)
    code = token((said or {}).get("code", ""), 20)
    if code.upper() == UNKNOWN:
        return Receipt(Failure.ADDRESS, code=code)
    if answer.failure is not None:
        return failed(answer)
    if said is None:
        return Receipt(Failure.BROKEN, code=str(answer.status))
    if code.upper() not in WELL or (not code and said.get("code")):
        return Receipt(Failure.REFUSED, code=code)
    return Receipt(provider_id=token(said.get("message_id", ""), 80))
