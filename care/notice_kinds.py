"""The words of the notices of care. They name neither a person nor a colour."""

from django.utils.translation import gettext_lazy as _

from accounts import notices

TITLES = {
    "care_to_decide": _("A service tier was proposed and waits for your decision"),
    "care_decided": _("A service tier that you proposed was decided on"),
    "care_visits_change": _("How often you visit a resident changes"),
    "care_ends_soon": _("A service tier ends within seven days: see whether it is still needed"),
    "care_switch_asked": _("Turning on a service tier waits for a second person"),
    "care_hand_over": _("A post ends: hand its contact households over"),
    "care_contacts": _("Your contact households have changed"),
    "care_looks": _("The monthly report on who looked at service tiers is ready"),
}


def register() -> None:
    for kind, title in TITLES.items():
        notices.register(kind, title=title, icon="heart-handshake")
