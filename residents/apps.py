from django.apps import AppConfig


class ResidentsConfig(AppConfig):
    name = "residents"

    def ready(self) -> None:
        from grids import actions as tree
        from residents import (
            audit_actions,
            fingerprints,
            look_panels,
            notice_kinds,
            privacy_words,
            relocation,
            retention_rules,
        )

        tree.on_node_moved(relocation.follow)
        fingerprints.register()
        audit_actions.register()
        look_panels.register()
        privacy_words.register()
        retention_rules.register()
        notice_kinds.register()
