"""The words of the gateway's notices and of its lines in the audit log."""

from django.utils.translation import gettext_lazy as _

from accounts import audit, notices

PAUSED = "receiver_paused"
LOG = _("Deliveries of events that are done")


def register() -> None:
    """Name them; called once, when the app is ready."""
    notices.register(PAUSED, _("The receiver %(name)s was paused: events no longer leave to it"), icon="webhook-off")
    audit.register("gateway.add_receiver", _("Added a receiver of events"))
    audit.register("gateway.edit_receiver", _("Changed a receiver of events"))
    audit.register("gateway.remove_receiver", _("Removed a receiver of events"))
    audit.register("gateway.change_secret", _("Changed a receiver's secret"))
    audit.register("gateway.end_former_secret", _("Ended a receiver's former secret"))
    audit.register("gateway.pause_receiver", _("Paused a receiver of events"))
    audit.register("gateway.resume_receiver", _("Resumed a receiver of events"))
    audit.register("gateway.replay", _("Sent events once more"))
    audit.register("gateway.try_receiver", _("Sent a test to a receiver"))
