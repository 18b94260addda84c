"""The form of urging."""

from django.utils.translation import gettext_lazy as _

from workorders import actions
from workorders.forms.moves import MovePage, RemarkForm
from workorders.states import Move

PAGES: dict[Move, MovePage] = {
    Move.URGE: MovePage(
        RemarkForm,
        actions.urge,
        "bell-ringing",
        _("Whoever has it is told; from the third time on the level above too. Reporters may urge once a day."),
    )
}
