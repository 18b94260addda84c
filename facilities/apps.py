from django.apps import AppConfig


class FacilitiesConfig(AppConfig):
    name = "facilities"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from accounts import audit
        from facilities import relocation
        from grids import actions as tree

        tree.on_node_moved(relocation.follow)
        audit.register("facilities.import", _("Brought a list of facilities in"))
        audit.register("facilities.add_kind", _("Entered a kind of facility"))
        audit.register("facilities.change_kind", _("Changed a kind of facility"))
        audit.register("facilities.export", _("Took the list of facilities along"))
