"""The words of notices about the registers; they name numbers of rows and nobody in them."""

from django.utils.translation import gettext_lazy as _

from accounts import notices


def register() -> None:
    notices.register("handover_asked", title=_("Another community asks for a registration"), icon="transfer")
    notices.register("handover_accepted", title=_("A registration was handed over to you"), icon="circle-check")
    notices.register("handover_refused", title=_("A registration is not handed over"), icon="ban")
    notices.register(
        "handover_overtaken", title=_("A registration asked for has gone meanwhile; the request ends"), icon="transfer"
    )
    notices.register("registers_broken", title=_("The registers have %(count)s faults"), icon="alert-triangle")
