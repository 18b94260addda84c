from django.apps import AppConfig


class HotlineConfig(AppConfig):
    name = "hotline"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from accounts import audit, rotation
        from grids import actions as tree
        from hotline import (
            call_showing,
            identity,
            key_showing,
            notice_kinds,
            panels_of_desk,
            relocation,
            retention_rules,
            seeing,
            showing_replies,
            watch,
        )
        from hotline.actions import sending
        from hotline.exchange import purging, tasks, words
        from hotline.models import RequestPhoto
        from workorders import photos

        notice_kinds.register()
        audit.register("hotline.publish_circular", _("Published the hotline's weekly circular"))
        audit.register("hotline.export_ledger", _("Took the ledger of key cases along"))
        audit.register("hotline.export_circular", _("Took a weekly circular along"))
        audit.register("hotline.export_requests", _("Took a list of the hotline's requests along"))
        audit.register("hotline.find_by_phone", _("Looked for the requests of one phone"))
        audit.register("hotline.export_rates", _("Took the hotline's rates along"))
        audit.register("hotline.change_call_rule", _("Changed whom the hotline calls back"))
        audit.register("hotline.change_measure", _("Changed a number of the hotline's rules"))
        seeing.register()
        panels_of_desk.register()
        retention_rules.register()
        audit.register("hotline.use_category_model", _("Took a model for suggesting categories into use"))
        words.register()
        purging.register()
        assert tasks.run_exchange.name  # noqa: S101 - imported here, so that the worker knows the jobs of the package
        audit.register("hotline.keep_snippet", _("Wrote a knowledge snippet"))
        audit.register("hotline.retire_snippet", _("Took a knowledge snippet out of use"))
        photos.register_root("requests", RequestPhoto)
        rotation.register("hotline.Request", "phone_hash", "requester_phone", identity.hash_to_keep)
        tree.on_node_moved(relocation.follow)
        watch.register()
        call_showing.register()
        sending.register()
        showing_replies.register()
        key_showing.register()
