"""The forms of other ends: explain, withdraw, exclude from assessment, reopen."""

from django import forms
from django.utils.translation import gettext_lazy as _

from workorders import actions
from workorders.forms.moves import MoveForm, MovePage, ReasonForm, text
from workorders.forms.pauses import Deciding, RefuseForm, asked_for
from workorders.states import ApprovalKind, ExclusionReason, ExplanationBasis, Move, ReopenReason


class ExplanationForm(MoveForm):
    reason = forms.ChoiceField(label=_("Reason"), choices=ExplanationBasis.choices, widget=forms.RadioSelect)
    basis = text(_("The law, the rule or the earlier answer it rests on"), required=True, rows=2)
    note = text(_("What was said to the resident"), required=True)


class OpinionForm(Deciding, MoveForm):
    kind = ApprovalKind.EXPLANATION
    opinion = text(_("Opinion"), required=False, rows=2)

    def prepare(self) -> None:
        self.asked = asked_for(self.order, self.kind)


class GrantExclusionForm(OpinionForm):
    kind = ApprovalKind.EXCLUSION


class RefuseExplanationForm(RefuseForm):
    kind = ApprovalKind.EXPLANATION


class RefuseExclusionForm(RefuseForm):
    kind = ApprovalKind.EXCLUSION


class ExclusionForm(MoveForm):
    reason = forms.ChoiceField(label=_("Reason"), choices=ExclusionReason.choices, widget=forms.RadioSelect)
    note = text(_("Evidence"), required=True)


class ReopenForm(MoveForm):
    reason = forms.ChoiceField(label=_("Reason"), choices=ReopenReason.choices, widget=forms.RadioSelect)
    note = text(_("What is still to be done"), required=True)


PAGES: dict[Move, MovePage] = {
    Move.REQUEST_EXPLANATION: MovePage(
        ExplanationForm,
        actions.request_explanation,
        "message-circle",
        _("Another person decides; until then the time runs on."),
    ),
    Move.GRANT_EXPLANATION: MovePage(
        OpinionForm,
        actions.grant_explanation,
        "message-circle-check",
        _("It goes on to strike-off or closing and is closed as explained."),
    ),
    Move.REFUSE_EXPLANATION: MovePage(
        RefuseExplanationForm, actions.refuse_explanation, "message-circle-x", _("The handler has to solve it.")
    ),
    Move.WITHDRAW: MovePage(
        ReasonForm, actions.withdraw, "arrow-back-up-double", _("It ends here unanswered; who has it is told."), True
    ),
    Move.REQUEST_EXCLUSION: MovePage(
        ExclusionForm,
        actions.request_exclusion,
        "filter-minus",
        _("Somebody of another unit decides; until then it counts."),
    ),
    Move.GRANT_EXCLUSION: MovePage(
        GrantExclusionForm,
        actions.grant_exclusion,
        "filter-check",
        _("It no longer counts in assessment; this stands in the audit log."),
    ),
    Move.REFUSE_EXCLUSION: MovePage(
        RefuseExclusionForm, actions.refuse_exclusion, "filter-x", _("It counts in assessment as it is.")
    ),
    Move.REOPEN: MovePage(
        ReopenForm,
        actions.reopen,
        "refresh",
        _("It goes back to who answers for it; handling starts anew, the whole time runs on."),
    ),
}
