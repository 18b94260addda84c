"""What the audit log, the rules of keeping and the messages say of the public's pages."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from accounts import audit, retention
from messaging import purposes
from public.actions.links import SMS_PURPOSE
from public.models import Held, LinkUse


def register() -> None:
    """Name them; called once, when the app is ready."""
    audit.register("public.let_in", _("Passed a held report to the desk"))
    audit.register("public.discard", _("Discarded a held report as a robot's"))
    audit.register("public.give_link", _("Gave a building lead a link"))
    audit.register("public.revoke_link", _("Revoked the link of a building lead"))
    purposes.register(SMS_PURPOSE, _("Link of a building lead"))
    retention.register("held reports", _("Reports that were held"), "PUBLIC_HELD_KEEP_DAYS", forget_held)
    retention.register("link uses", _("Uses of building leads' links"), "PUBLIC_LINK_USE_KEEP_DAYS", forget_uses)


def forget_held(before: dt.datetime, is_trial: bool) -> int:
    """Remove held reports of before this moment, decided or not; returns how many."""
    rows = Held.objects.filter(received_at__lt=before)
    return rows.count() if is_trial else rows.delete()[0]


def forget_uses(before: dt.datetime, is_trial: bool) -> int:
    """Remove uses of links of before this moment; returns how many."""
    rows = LinkUse.objects.filter(at__lt=before)
    return rows.count() if is_trial else rows.delete()[0]
