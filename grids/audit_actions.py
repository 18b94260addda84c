"""What the audit log says of deeds on the tree, in words."""

from django.utils.translation import gettext_lazy as _

from accounts import audit


def register() -> None:
    """Name the actions; called once, when the app is ready."""
    audit.register("grids.add_node", _("Added a node"))
    audit.register("grids.update_node", _("Changed a node"))
    audit.register("grids.move_node", _("Moved a node"))
    audit.register("grids.close_node", _("Closed a node"))
    audit.register("grids.set_boundary", _("Changed a boundary"))
    audit.register("grids.give_post", _("Gave a post"))
    audit.register("grids.end_post", _("Ended a post"))
    audit.register("grids.take_back_post", _("Took back a post"))
    audit.register("grids.renew_badge", _("Gave a badge another code"))
    audit.register("grids.add_unit", _("Added a unit"))
    audit.register("grids.update_unit", _("Changed a unit"))
    audit.register("grids.load_calendar", _("Loaded a year of the calendar"))
    audit.register("grids.upload_calendar", _("Uploaded days of the calendar"))
    audit.register("grids.set_calendar_day", _("Changed a day of the calendar"))
    audit.register("grids.import_divisions", _("Imported divisions"))
    audit.register("grids.import_grids", _("Imported grids"))
    audit.register("grids.import_boundaries", _("Imported boundaries"))
    audit.register("grids.tree_broken", _("Found the tree broken"))
