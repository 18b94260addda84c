from django.apps import AppConfig


class GridsConfig(AppConfig):
    name = "grids"

    def ready(self) -> None:
        from accounts.portraits import register_acquaintance
        from accounts.querysets import register_scope
        from grids import audit_actions, notice_kinds, posts
        from grids.backends import accounts_managed_by

        audit_actions.register()
        notice_kinds.register()
        register_scope(accounts_managed_by)
        register_acquaintance(posts.are_colleagues)
