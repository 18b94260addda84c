"""The words of messaging's notices and of its lines in the audit log."""

from django.utils.translation import gettext_lazy as _

from accounts import audit, notices
from messaging.states import Way

LOG = _("Messages to residents that are done")
_DOWN = {
    Way.SMS: _("Messages to residents do not leave by SMS; they wait"),
    Way.EMAIL: _("Messages to residents do not leave by e-mail; they wait"),
    Way.WECOM: _("Messages to residents do not leave by WeCom; they wait"),
}


def way_down(way: str) -> str:
    """Return the kind of notice that says that a way is down."""
    return f"messages_down_{way}"


def register() -> None:
    """Name them; called once, when the app is ready."""
    for way, title in _DOWN.items():
        notices.register(way_down(way), title, icon="message-off")
    audit.register("messaging.try_again", _("Had messages to residents tried again"))
