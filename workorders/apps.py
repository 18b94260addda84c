from django.apps import AppConfig


class WorkordersConfig(AppConfig):
    name = "workorders"

    def ready(self) -> None:
        from accounts import actions as accounts
        from accounts import rotation
        from accounts.portraits import register_acquaintance
        from facilities import kind_actions
        from grids import actions as tree
        from grids import posts, workload
        from workorders import (
            asked,
            audit_actions,
            categories,
            doubles_panel,
            facility_panel,
            joint_panel,
            node_loads,
            notice_kinds,
            relocation,
            repeats,
            retention_rules,
            sight,
        )
        from workorders.actions import hand_over

        notice_kinds.register()
        asked.register()
        joint_panel.register()
        audit_actions.register()
        workload.register(node_loads.count)
        tree.on_node_moved(relocation.follow)
        accounts.on_account_closed(hand_over.after_closing)
        posts.on_post_ended(hand_over.after_a_post)
        doubles_panel.register()
        facility_panel.register()
        kind_actions.know_categories_by(categories.known)
        retention_rules.register()
        rotation.register("workorders.WorkOrder", "contact_hash", "contact_phone", repeats.hash_to_keep)
        register_acquaintance(sight.share_an_order)
