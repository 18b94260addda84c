from django.apps import AppConfig


class WorkordersConfig(AppConfig):
    name = "workorders"

    def ready(self) -> None:
        from grids import actions as tree
        from workorders import audit_actions, notice_kinds, relocation

        notice_kinds.register()
        audit_actions.register()
        tree.on_node_moved(relocation.follow)
