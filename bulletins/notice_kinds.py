"""The words of the notices about briefings and subscriptions, and of the audit log."""

from django.utils.translation import gettext_lazy as _

from accounts import audit, notices

TITLES = {
    "bulletin_published": _("A briefing for you is published: No. %(number)s"),
    "bulletin_withdrawn": _("Briefing No. %(number)s is withdrawn"),
    "subscription_stopped": _("Your subscription to figures of %(node)s ended with your post"),
}


def register() -> None:
    for kind, title in TITLES.items():
        notices.register(kind, title=title, icon="file-text")
    audit.register("bulletins.publish", _("Published a briefing"))
    audit.register("bulletins.withdraw", _("Withdrew a briefing"))
    audit.register("bulletins.discard", _("Threw a draft of a briefing away"))
    audit.register("bulletins.export", _("Took a briefing along"))
    audit.register("bulletins.change_rules", _("Changed how briefings are made"))
