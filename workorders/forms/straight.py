"""The forms of the straight path: report, handle, check, close."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from workorders import actions
from workorders.answers import composed
from workorders.categories import as_choices, tree
from workorders.forms.fields import PhotosField
from workorders.forms.moves import MoveForm, MovePage, ReasonForm, ReceiverForm, RemarkForm, text
from workorders.models import Category
from workorders.states import ClosingKind, Difficulty, Move, OrderKind, RejectReason, ReturnReason, Urgency


class AcceptForm(RemarkForm):
    category = forms.TypedChoiceField(label=_("Category"), coerce=int)
    difficulty = forms.ChoiceField(label=_("Difficulty"), choices=Difficulty.choices)
    urgency = forms.ChoiceField(label=_("Urgency"), choices=Urgency.choices)
    field_order = ["category", "difficulty", "urgency", "note", "version"]

    def prepare(self) -> None:
        self.categories = {category.pk: category for category in Category.objects.active()}
        self.categories.setdefault(self.order.category_id, self.order.category)
        field = self.fields["category"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101 - declared above
        field.choices = as_choices(tree(self.categories.values()))
        self.initial["category"] = self.order.category_id
        self.initial["difficulty"] = self.order.difficulty
        self.initial["urgency"] = self.order.urgency

    def arguments(self) -> dict[str, Any]:
        return super().arguments() | {"category": self.categories[self.cleaned_data["category"]]}


class RejectForm(MoveForm):
    reason = forms.ChoiceField(label=_("Reason"), choices=RejectReason.choices, widget=forms.RadioSelect)
    note = text(_("Explanation for the reporter"), required=True)


class ReturnForm(MoveForm):
    reason = forms.ChoiceField(label=_("Reason"), choices=ReturnReason.choices, widget=forms.RadioSelect)
    note = text(_("Explanation, and who should handle it instead"), required=True)


class ResultForm(MoveForm):
    result = text(_("What was done"), required=True)
    photos = PhotosField(label=_("Photos after the work"), required=False)

    def prepare(self) -> None:
        self.fields["photos"].required = self.order.category.needs_photo and self.order.kind == OrderKind.INCIDENT


class SelfHandleForm(MoveForm):
    result = text(_("What was done"), required=True)
    after_photos = PhotosField(label=_("Photos after the work"), required=False)

    def prepare(self) -> None:
        self.fields["after_photos"].required = self.order.category.needs_photo


class CloseForm(RemarkForm):
    kind = forms.ChoiceField(
        label=_("How it ends"), choices=ClosingKind.choices, initial=ClosingKind.SOLVED, widget=forms.RadioSelect
    )
    answer = text(_("Answer to the reporter"), required=False, rows=4)
    field_order = ["kind", "answer", "note", "version"]

    def prepare(self) -> None:
        agreed = ClosingKind(self.order.closing_kind or ClosingKind.SOLVED)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [(agreed.value, agreed.label)]
        self.initial["kind"] = agreed
        if self.order.answer or not (self.order.is_answered_for_elsewhere or self.order.assists.exists()):
            del self.fields["answer"]
        else:
            self.initial["answer"] = composed(self.order)


class RatingForm(RemarkForm):
    rating = forms.TypedChoiceField(
        label=_("Rating"),
        coerce=int,
        choices=[
            (5, _("5 · very satisfied")),
            (4, _("4 · satisfied")),
            (3, _("3 · acceptable")),
            (2, _("2 · dissatisfied")),
            (1, _("1 · very dissatisfied")),
        ],
        widget=forms.RadioSelect,
    )
    field_order = ["rating", "note", "version"]


PAGES: dict[Move, MovePage] = {
    Move.ACCEPT: MovePage(AcceptForm, actions.accept, "inbox", _("The deadlines start; it is sent on by rule.")),
    Move.SELF_HANDLE: MovePage(
        SelfHandleForm, actions.self_handle, "bolt", _("It goes to somebody else to be checked and closed.")
    ),
    Move.REJECT: MovePage(RejectForm, actions.reject, "circle-x", _("It ends here; the reporter is told why."), True),
    Move.DISPATCH: MovePage(ReceiverForm, actions.dispatch, "send", _("The handling time runs from now.")),
    Move.SIGN: MovePage(MoveForm, actions.sign, "signature", _("You take it in hand.")),
    Move.RETURN_ORDER: MovePage(
        ReturnForm, actions.return_order, "arrow-back-up", _("It goes back to be dispatched; no clock is reset.")
    ),
    Move.REASSIGN: MovePage(
        ReceiverForm, actions.reassign, "replace", _("Its present handler is told; the handling time starts anew.")
    ),
    Move.SUBMIT_RESULT: MovePage(
        ResultForm, actions.submit_result, "circle-check", _("Somebody else verifies the result.")
    ),
    Move.VERIFY_PASS: MovePage(RemarkForm, actions.verify_pass, "eye-check", _("It goes on to strike-off or closing.")),
    Move.VERIFY_FAIL: MovePage(
        ReasonForm, actions.verify_fail, "rotate-2", _("It goes back to its handler, whose time runs on.")
    ),
    Move.STRIKE_OFF: MovePage(
        RemarkForm, actions.strike_off, "stairs-down", _("Your level confirms that it is solved.")
    ),
    Move.REFUSE_STRIKE_OFF: MovePage(
        ReasonForm, actions.refuse_strike_off, "arrow-back", _("It goes back to work; every level confirms anew.")
    ),
    Move.CLOSE: MovePage(CloseForm, actions.close, "checks", _("It ends here; reporter and handler are told.")),
    Move.EVALUATE: MovePage(RatingForm, actions.evaluate, "star", _("The handler is told the rating.")),
    Move.VOID: MovePage(ReasonForm, actions.void, "ban", _("It ends here and counts nowhere."), True),
    Move.ESCALATE: MovePage(ReasonForm, actions.escalate, "stairs-up", _("It becomes the next higher level's order.")),
}
