"""What the audit log says of deeds on the registers, in words."""

from django.utils.translation import gettext_lazy as _

from accounts import audit


def register() -> None:
    """Name the actions; called once, when the app is ready."""
    audit.register("residents.add_estate", _("Added an estate"))
    audit.register("residents.edit_estate", _("Changed an estate"))
    audit.register("residents.retire_estate", _("Retired an estate"))
    audit.register("residents.add_building", _("Added a building"))
    audit.register("residents.edit_building", _("Changed a building"))
    audit.register("residents.move_building", _("Passed a building to another grid"))
    audit.register("residents.name_head", _("Named the lead of a building"))
    audit.register("residents.retire_building", _("Retired a building"))
    audit.register("residents.registers_broken", _("Found faults in the registers"))
    audit.register("residents.ask_handover", _("Asked another community for a registration"))
    audit.register("residents.accept_handover", _("Handed a registration over"))
    audit.register("residents.refuse_handover", _("Refused to hand a registration over"))
    audit.register("residents.withdraw_handover", _("Withdrew the request for a registration"))
    audit.register("residents.overtake_handover", _("Ended the request for a registration that went elsewhere"))
    audit.register("residents.search", _("Looked for somebody by a number"))
