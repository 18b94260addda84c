from django.apps import AppConfig


class WorkordersConfig(AppConfig):
    name = "workorders"

    def ready(self) -> None:
        from accounts.portraits import register_acquaintance
        from grids import actions as tree
        from workorders import audit_actions, notice_kinds, relocation, sight

        notice_kinds.register()
        audit_actions.register()
        tree.on_node_moved(relocation.follow)
        register_acquaintance(sight.share_an_order)
