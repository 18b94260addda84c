"""What the map does not keep: positions beyond their consent, and old consents."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import audit, retention
from onemap import actions
from onemap.models import Position, Sharing


def register() -> None:
    """Add the rules and name what the audit log says; called once, when the app is ready."""
    retention.register("positions", _("Positions of people on duty"), "POSITION_KEEP_DAYS", _positions)
    retention.register("position consents", _("Consents to share the position"), "CONSENT_KEEP_DAYS", _consents)
    audit.register("onemap.add_duty_hours", _("Set duty hours"))
    audit.register("onemap.remove_duty_hours", _("Removed duty hours"))
    audit.register("onemap.begin_sharing", _("Agreed to share the own position"))
    audit.register("onemap.stop_sharing", _("Stopped sharing the own position"))


def _positions(before: dt.datetime, is_trial: bool) -> int:
    """Remove every position whose consent is over, however young it is."""
    now = timezone.now()
    if is_trial:
        return Position.objects.exclude(pk__in=Position.objects.shared(now).values("pk")).count()
    return actions.forget(now)


def _consents(before: dt.datetime, is_trial: bool) -> int:
    return retention.delete(Sharing.objects.filter(ended_at__lt=before), is_trial)
