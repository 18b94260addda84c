"""The ways out. Each is one class with `send`; which of them an installation has, its settings say."""

from django.conf import settings

from messaging.states import Way
from messaging.ways.carrier import Carrier, Letter, Receipt
from messaging.ways.console import Console
from messaging.ways.mail import Mail
from messaging.ways.sms import Sms
from messaging.ways.wecom import WeCom

__all__ = ["Carrier", "Letter", "Receipt", "carrier", "has_console", "is_set_up", "offered"]


def is_set_up(way: str) -> bool:
    """Say whether messages of this way really leave the house."""
    if way == Way.EMAIL:
        return not settings.EMAIL_BACKEND.endswith("console.EmailBackend")
    if way == Way.SMS:
        return bool(settings.SMS_URL)
    return bool(settings.WECOM_CORP_ID and settings.WECOM_SECRET and settings.WECOM_AGENT_ID)


def has_console(way: str) -> bool:
    """Say whether messages of this way end in the console instead, as in a demonstration."""
    return settings.MESSAGES_TO_CONSOLE and not is_set_up(way)


def offered() -> list[Way]:
    """Return the ways that a resident can be offered here."""
    return [way for way in Way if is_set_up(way) or has_console(way)]


def carrier(way: str) -> Carrier | None:
    """Return what carries messages of this way, to be closed after use; None where it is not set up."""
    if has_console(way):
        return Console()
    if not is_set_up(way):
        return None
    makers: dict[str, type[Mail] | type[Sms] | type[WeCom]] = {Way.EMAIL: Mail, Way.SMS: Sms, Way.WECOM: WeCom}
    return makers[way]()
