from django.apps import AppConfig


class CareConfig(AppConfig):
    name = "care"

    def ready(self) -> None:
        from care import audit_actions, contact_lists, held, notice_kinds, retention, showing
        from grids import posts

        notice_kinds.register()
        audit_actions.register()
        showing.register()
        retention.register()
        held.register()
        posts.on_post_ended(contact_lists.on_post_ended)
