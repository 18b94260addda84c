"""The application for a task: what, why, how long, and the questions."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from admission.facts import MAX_ALLOWED, MAX_CHOICES, Proposal, Question
from admission.forms.terms import TermsForm
from admission.models import MAX_FIELDS, MAX_MINUTES
from admission.states import Allowed, FieldKind
from workorders.forms.fields import Plain

SEPARATORS = re.compile(r"[,，、;；\n]+")
OPEN_ROWS = 3
"""So many rows of questions stand open; the others unfold."""


class ApplicationForm(TermsForm):
    """All but the questions."""

    title = forms.CharField(label=_("Title"), max_length=60)
    purpose = forms.CharField(label=_("What is it for?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    basis = forms.CharField(
        label=_("Legal or official basis"),
        max_length=300,
        help_text=_("The law, regulation or document that asks for it, with its number."),
    )
    minutes = forms.IntegerField(
        label=_("Estimated minutes for a grid"),
        min_value=1,
        max_value=MAX_MINUTES,
        help_text=_("In one round, ways included. Workers will state what it really took."),
    )
    allowed_value = forms.IntegerField(label=_("Time for a round"), min_value=1, max_value=MAX_ALLOWED, initial=5)
    allowed_unit = forms.ChoiceField(label=_("counted in"), choices=Allowed.choices)

    @property
    def what(self) -> list[forms.BoundField]:
        return [self[name] for name in ("title", "purpose", "basis")]

    @property
    def effort(self) -> list[forms.BoundField]:
        return [self[name] for name in ("allowed_value", "allowed_unit", "minutes")]

    def proposal(self, questions: "QuestionRows") -> Proposal:
        """Return what a valid form proposes."""
        good = self.cleaned_data
        return Proposal(
            terms=self.terms(),
            fields=questions.questions(),
            **{name: good[name] for name in ("title", "purpose", "basis", "minutes", "allowed_value", "allowed_unit")},
        )


class QuestionForm(Plain):
    """One row; empty ones do not count."""

    label = forms.CharField(label=_("Question"), max_length=60, required=False)
    kind = forms.ChoiceField(label=pgettext_lazy("to a question", "Answer"), choices=FieldKind.choices, required=False)
    is_required = forms.BooleanField(label=_("must be filled"), required=False, initial=True)
    minimum = forms.DecimalField(
        label=pgettext_lazy("of a number", "Lowest"), max_digits=12, decimal_places=2, required=False
    )
    maximum = forms.DecimalField(
        label=pgettext_lazy("of a number", "Highest"), max_digits=12, decimal_places=2, required=False
    )
    choices = forms.CharField(label=_("Choices, with commas between"), max_length=400, required=False)

    def question(self) -> Question | None:
        good = self.cleaned_data
        if not good.get("label", "").strip():
            return None
        kind, is_number = good.get("kind") or FieldKind.YES_NO, good.get("kind") == FieldKind.NUMBER
        listed = tuple(part.strip() for part in SEPARATORS.split(good.get("choices", "")) if part.strip())
        return Question(
            kind=kind,
            label=good["label"].strip(),
            is_required=good.get("is_required", False),
            minimum=good.get("minimum") if is_number else None,
            maximum=good.get("maximum") if is_number else None,
            choices=listed[: MAX_CHOICES + 1] if kind == FieldKind.CHOICE else (),
        )


class QuestionRows:
    """As many rows as a task may have questions, each with a prefix of its own."""

    def __init__(self, data: Any = None) -> None:
        self.rows = [QuestionForm(data, prefix=f"q{n}") for n in range(1, MAX_FIELDS + 1)]

    def is_valid(self) -> bool:
        return sum(not row.is_valid() for row in self.rows) == 0

    def questions(self) -> list[Question]:
        return [found for row in self.rows if (found := row.question()) is not None]

    @property
    def open(self) -> list[QuestionForm]:
        return self.rows[:OPEN_ROWS]

    @property
    def folded(self) -> list[QuestionForm]:
        return self.rows[OPEN_ROWS:]

    @property
    def shows_all(self) -> bool:
        """Unfold where something stands in the folded rows."""
        return any(row.is_bound and row["label"].value() for row in self.folded)
