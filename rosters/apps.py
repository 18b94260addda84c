from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RostersConfig(AppConfig):
    name = "rosters"

    def ready(self) -> None:
        from accounts import audit
        from rosters import fingerprints_kept, former_keys, purging

        fingerprints_kept.register()
        former_keys.register()
        purging.register()
        for action, label in {
            "rosters.upload": _("Brought in a roster"),
            "rosters.check": _("Had a roster checked"),
            "rosters.decide": _("Decided about rows of a roster"),
            "rosters.apply": _("Wrote a roster into the registers"),
            "rosters.undo": _("Took a roster back"),
            "rosters.take_back_account": _("Deleted an account that a roster had made"),
            "rosters.cancel": _("Gave a roster up"),
            "rosters.fail": _("A roster could not be finished"),
            "rosters.copy": _("Took a roster along with its mistakes"),
            "rosters.passwords": _("Took first passwords along"),
            "rosters.purge": _("Deleted what a roster held"),
        }.items():
            audit.register(action, label)
