"""What somebody answered, for the copy of what is held of them."""

from django.utils.translation import gettext_lazy as _

from residents import held
from residents.models import Resident
from surveys.models import Answer, Sampled

SHOWN = 200


def register() -> None:
    held.register("surveys", _("Questionnaires"), answers_of)


def answers_of(resident: Resident) -> list[held.Line]:
    drawn = Sampled.objects.filter(resident=resident).select_related("survey").order_by("-pk")[:SHOWN]
    lines = [
        (f"{row.survey.title}", str(row.get_outcome_display() if row.outcome else _("not asked yet"))) for row in drawn
    ]
    answers = Answer.objects.filter(sampled__resident=resident).select_related("question")
    return lines + [(answer.question.text, said(answer)) for answer in answers.order_by("-pk")[:SHOWN]]


def said(answer: Answer) -> str:
    """Return an answer in words."""
    if answer.number is not None:
        return f"{answer.number:f}".rstrip("0").rstrip(".")
    return answer.text or "、".join(answer.question.choices[at] for at in answer.chosen)
