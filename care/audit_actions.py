"""The words of the audit log for what care records there; the details hold neither names nor texts."""

from django.utils.translation import gettext_lazy as _

from accounts import audit

READ = "care.read_tier"
"""Somebody was shown an orange or red tier; `detail` holds the grants (rule 7)."""

WORDS = {
    READ: _("Looked at an orange or red service tier"),
    "care.propose_tier": _("Proposed a service tier"),
    "care.approve_tier": _("Approved a service tier"),
    "care.refuse_tier": _("Refused a service tier"),
    "care.revoke_tier": _("Revoked a service tier"),
    "care.ask_to_turn_on": _("Asked to turn a service tier on"),
    "care.turn_on": _("Turned a service tier on"),
    "care.turn_off": _("Turned a service tier off"),
    "care.switch_reason": _("Switched a reason of service tiers"),
    "care.change_frequency": _("Changed how often residents are visited"),
    "care.accept_contacts": _("Assigned contact households"),
    "care.hand_over": _("Handed contact households over"),
}


def register() -> None:
    for action, words in WORDS.items():
        audit.register(action, words)
