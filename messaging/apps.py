from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "messaging"

    def ready(self) -> None:
        from accounts import retention
        from messaging import log_retention, words

        words.register()
        retention.register("messages", words.LOG, "MESSAGE_KEEP_DAYS", log_retention.clear)
