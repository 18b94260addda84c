from django.apps import AppConfig


class GridsConfig(AppConfig):
    name = "grids"

    def ready(self) -> None:
        from accounts.querysets import register_scope
        from grids.backends import accounts_managed_by

        register_scope(accounts_managed_by)
