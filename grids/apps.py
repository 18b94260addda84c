from django.apps import AppConfig


class GridsConfig(AppConfig):
    name = "grids"

    def ready(self) -> None:
        from accounts.querysets import register_scope
        from grids import notice_kinds
        from grids.backends import accounts_managed_by

        notice_kinds.register()
        register_scope(accounts_managed_by)
