"""What is asked of who drafts a questionnaire, and of who asks one. No form saves."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import User
from grids.backends import standing_for
from grids.forms.fields import Guarded, NodeField, day_field
from grids.models import Grid
from grids.roles import Permission
from surveys.actions import MAX_SIZE, WITH_CHOICES, Asked
from surveys.models import Question, Survey
from surveys.states import Judging, Outcome, QuestionKind, SurveyKind, Way

MOST_QUESTIONS = 8
MOST_CHOICES = 10


def check_questions() -> list[dict[str, Any]]:
    """Return the questions that a spot check begins with: was it so, and how satisfied."""
    yes_no = "\n".join([_("Yes"), _("No")])
    return [
        {
            "code": "visit_made",
            "text": _("Did a grid worker visit you of late?"),
            "kind": "single",
            "choices": yes_no,
            "judging": Judging.YES,
        },
        {"code": "satisfied", "text": _("How satisfied are you with your grid worker?"), "kind": "scale"},
    ]


class SurveyForm(Guarded):
    """What and whom. A draft that somebody else wrote anew meanwhile is not overwritten unseen."""

    title = forms.CharField(label=gettext_lazy("title"), max_length=80)
    purpose = forms.CharField(label=gettext_lazy("what for"), max_length=300, widget=forms.Textarea({"rows": 2}))
    kind = forms.ChoiceField(label=gettext_lazy("kind"), choices=SurveyKind.choices)
    node = NodeField(label=gettext_lazy("At or below"))
    way = forms.ChoiceField(label=gettext_lazy("how it is asked"), choices=Way.choices)
    opens_on = day_field(gettext_lazy("from"))
    closes_on = day_field(gettext_lazy("to"))
    size = forms.IntegerField(label=gettext_lazy("size of the sample"), min_value=1, max_value=MAX_SIZE, initial=100)
    is_stratified = forms.BooleanField(
        label=gettext_lazy("Each community in proportion to its people"), required=False, initial=True
    )
    is_crosswise = forms.BooleanField(
        label=gettext_lazy("Grid workers ask crosswise"),
        required=False,
        help_text=gettext_lazy("In a neighbouring grid of the same community; never in their own."),
    )
    looks_back_days = forms.IntegerField(
        label=gettext_lazy("looking back, days"),
        min_value=1,
        max_value=366,
        initial=30,
        help_text=gettext_lazy(
            "A spot check draws among those whom a visit of these days says it reached; satisfaction with handling "
            "among those whose request to the hotline was solved in them."
        ),
    )
    seed = forms.IntegerField(
        label=gettext_lazy("seed"),
        required=False,
        min_value=0,
        max_value=999_999_999,
        help_text=gettext_lazy("Who has the seed draws the same sample again. Left empty it is taken at random."),
    )

    def __init__(self, data: Any = None, *, user: User, initial: dict[str, Any], version: int | None = None) -> None:
        super().__init__(data, initial=initial)
        offered = Grid.objects.none()
        for post in standing_for(user).nodes(Permission.MANAGE_SURVEYS):
            offered |= Grid.objects.filter(tree_id=post.tree_id, lft__gte=post.lft, rght__lte=post.rght)
        self.fields["node"].queryset = offered.in_force(timezone.localdate())  # type: ignore[attr-defined]
        if version is not None:
            self.guard(version)

    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name not in {"node", "seed"}}


class QuestionForm(forms.Form):
    text = forms.CharField(label=pgettext_lazy("of a questionnaire", "question"), max_length=200, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("answered by"), choices=QuestionKind.choices, required=False)
    choices = forms.CharField(
        label=gettext_lazy("answers to choose from"),
        required=False,
        max_length=600,
        widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy("One on each line; of two, the good one first."),
    )
    code = forms.SlugField(
        label=gettext_lazy("code"),
        max_length=30,
        required=False,
        help_text=gettext_lazy("Names it for other systems, as “satisfied”."),
    )
    judging = forms.ChoiceField(
        label=gettext_lazy("counts in the appraisal"),
        choices=Judging.choices,
        required=False,
        help_text=gettext_lazy(
            "As a mark of the grid or unit whose work is asked about: a grade from 1 to 5, or one of two answers."
        ),
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if not given.get("text"):
            if "text" not in self.errors and any(given.get(name) for name in ("code", "choices", "judging")):
                self.add_error("text", _("Write the question, or take away its code and answers too."))
        elif (wrong := _wrong_choices(given.get("kind", ""), _lines(given.get("choices", "")))) is not None:
            self.add_error("choices", wrong)
        return given

    def asked(self, number: int) -> Asked | None:
        given = self.cleaned_data
        if not given.get("text"):
            return None
        code = given["code"] or f"q{number}"
        return Asked(code, given["text"], given["kind"], _lines(given["choices"]), given["judging"])


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _wrong_choices(kind: str, lines: list[str]) -> str | None:
    """Return what is wrong with answers to choose from; that there are too few, the action says."""
    if lines and kind not in WITH_CHOICES:
        return _("This kind of question has no answers to choose from: take them away, or let one choose.")
    if len(lines) > MOST_CHOICES:
        return _("At most %(most)d answers; here are %(n)d.") % {"most": MOST_CHOICES, "n": len(lines)}
    twice = next((line for line in lines if lines.count(line) > 1), None)
    return None if twice is None else _("“%(text)s” is there more than once.") % {"text": twice}


def drafted(survey: Survey) -> dict[str, Any]:
    """Return what the form of a draft begins with."""
    return {name: getattr(survey, name) for name in SurveyForm.base_fields if name != "seen"}


def drafted_questions(survey: Survey) -> list[dict[str, Any]]:
    """Return what the rows of its questions begin with."""
    rows = []
    for question in survey.questions.all():
        is_usual = question.is_judging == (question.kind == QuestionKind.SCALE)
        said = Judging.YES if question.is_judging else Judging.NO
        judging = Judging.USUAL if is_usual else said
        choices = "\n".join(question.choices)
        row = {"text": question.text, "kind": question.kind, "code": question.code, "choices": choices}
        rows.append(row | {"judging": judging})
    return rows


Questions = forms.formset_factory(
    QuestionForm, extra=MOST_QUESTIONS, max_num=MOST_QUESTIONS, absolute_max=MOST_QUESTIONS
)


class AskForm(forms.Form):
    """How a try ended; the answers, where somebody was reached: a question's field is `answer-` and its code, so that
    no code takes the place of what the form itself asks."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("How it ended"), choices=Outcome.choices, widget=forms.RadioSelect, initial=Outcome.REACHED
    )
    never_again = forms.BooleanField(label=gettext_lazy("Does not want to be asked any more"), required=False)

    use_required_attribute = False
    """What must be answered where somebody is reached need not be otherwise: a browser does not know that."""

    def __init__(self, data: Any = None, *, survey: Survey) -> None:
        super().__init__(data)
        is_reached = not self.is_bound or self["outcome"].data == Outcome.REACHED
        self.questions = list(survey.questions.all())
        for question in self.questions:
            self.fields[field_of(question.code)] = control_of(question, is_required=question.is_required and is_reached)

    @property
    def asked(self) -> list[forms.BoundField]:
        return [self[field_of(question.code)] for question in self.questions]

    def answers(self) -> dict[str, Any]:
        return {question.code: self.cleaned_data.get(field_of(question.code)) for question in self.questions}

    def refuse(self, error: ValidationError) -> None:
        """Say what the action refused, by the questions' codes, beside the questions."""
        for code, words in error.message_dict.items():
            name = field_of(code)
            self.add_error(name if name in self.fields else None, ValidationError(words))


def field_of(code: str) -> str:
    return f"answer-{code}"


def control_of(question: Question, *, is_required: bool) -> forms.Field:
    """Return the field that answers a question."""
    usual: dict[str, Any] = {
        "label": question.text,
        "required": is_required,
        "error_messages": {"required": _("Not answered yet.")},
    }
    choices = [(str(at), words) for at, words in enumerate(question.choices)]
    if question.kind == QuestionKind.SINGLE:
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **usual)
    if question.kind == QuestionKind.MULTIPLE:
        return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **usual)
    if question.kind == QuestionKind.SCALE:
        grades = [(str(n), str(n)) for n in range(5, 0, -1)]
        best = _("5 is best, 1 is worst.")
        return forms.ChoiceField(choices=grades, widget=forms.RadioSelect, help_text=best, **usual)
    if question.kind == QuestionKind.NUMBER:
        return forms.DecimalField(max_digits=10, decimal_places=2, **usual)
    return forms.CharField(max_length=500, widget=forms.Textarea({"rows": 2}), **usual)


def handling_questions() -> list[dict[str, Any]]:
    """Return the questions that satisfaction with handling begins with."""
    yes_no = "\n".join([_("Yes"), _("No")])
    return [
        {
            "code": "handled",
            "text": _("Was what you asked the hotline for dealt with?"),
            "kind": "single",
            "choices": yes_no,
            "judging": Judging.YES,
        },
        {"code": "satisfied", "text": _("How satisfied are you with how it was handled?"), "kind": "scale"},
    ]


def questions_for(kind: str) -> list[dict[str, Any]] | None:
    """Return the questions that a kind begins with; None where it begins with none."""
    if kind == SurveyKind.SPOT_CHECK:
        return check_questions()
    return handling_questions() if kind == SurveyKind.HANDLING else None


def usual_for(kind: str) -> dict[str, Any]:
    """Return what a form begins with. The others look at work that was done, so no grid worker asks them unless who
    sets them up says so."""
    today = timezone.localdate()
    days = {"opens_on": today, "closes_on": today + dt.timedelta(days=14)}
    return {"kind": kind, "is_crosswise": kind == SurveyKind.OPINION, **days}
