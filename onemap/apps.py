from django.apps import AppConfig


class OnemapConfig(AppConfig):
    name = "onemap"
