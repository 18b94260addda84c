from django.apps import AppConfig


class OnemapConfig(AppConfig):
    name = "onemap"

    def ready(self) -> None:
        from onemap import layers_of_facilities, layers_of_registers, layers_of_work, retention_rules

        retention_rules.register()
        layers_of_work.register()
        layers_of_registers.register()
        layers_of_facilities.register()
