"""Who opened whose identity: one line of the audit log for a person, a request and an hour.

The desk sees who asks at once, for it must call back while the caller waits; that it did stands on record.
"""

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import User
from hotline.models import Request

SECONDS = 3600


def register() -> None:
    """Name the deed; called once, when the app is ready."""
    audit.register("hotline.see_requester", _("Saw who asked"))


def note(actor: User, matter: Request, request: HttpRequest | None = None) -> None:
    """Write down that somebody was shown the name and phone of a request's requester; nothing where there are none."""
    if not (matter.requester_name or matter.requester_phone or matter.reply_address):
        return
    if cache.add(f"hotline-seen:{actor.pk}:{matter.pk}", 1, SECONDS):
        audit.record(actor, "hotline.see_requester", matter, request=request)
