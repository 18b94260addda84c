from django.apps import AppConfig


class GatewayConfig(AppConfig):
    name = "gateway"

    def ready(self) -> None:
        from accounts import retention
        from gateway import log_retention, words

        words.register()
        retention.register("webhooks", words.LOG, "WEBHOOK_KEEP_DAYS", log_retention.clear)
