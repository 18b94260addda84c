from django.apps import AppConfig


class GridsConfig(AppConfig):
    name = "grids"

    def ready(self) -> None:
        from accounts.querysets import register_scope
        from grids import audit_actions, notice_kinds
        from grids.backends import accounts_managed_by

        audit_actions.register()
        notice_kinds.register()
        register_scope(accounts_managed_by)
