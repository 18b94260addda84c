"""What is done with questionnaires: draft, discard, draw and open, ask, close. The rule of the drawing:
surveys/sampling.py."""

import datetime as dt
import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from grids.backends import require
from grids.models import Grid
from grids.roles import Permission
from residents.errors import NotPossible, Stale
from surveys import populations, sampling, telling
from surveys.models import Answer, Attempt, NotAsked, Question, Sampled, Survey
from surveys.states import MAX_TRIES, Judging, Outcome, QuestionKind, SurveyState

MAX_SIZE = 5000
BATCH = 100
"""Questionnaires that a sweep closes at a time."""
CENT = Decimal("0.01")
LEAST_TOO_LONG = 10**8
"""`Answer.number` keeps eight digits before the point, after rounding to two behind it."""
WITH_CHOICES = frozenset({QuestionKind.SINGLE.value, QuestionKind.MULTIPLE.value})


@dataclass(frozen=True)
class Asked:
    """A question as it is drafted."""

    code: str
    text: str
    kind: str
    choices: Sequence[str] = field(default_factory=tuple)
    judging: str = Judging.USUAL

    @property
    def is_judging(self) -> bool:
        return self.judging == Judging.YES or (self.judging == Judging.USUAL and self.kind == QuestionKind.SCALE)

    @property
    def may_judge(self) -> bool:
        return self.kind == QuestionKind.SCALE or (self.kind == QuestionKind.SINGLE and len(self.choices) == 2)


@transaction.atomic
def draft(
    *,
    actor: User | None,
    node: Grid,
    facts: Mapping[str, Any],
    questions: Sequence[Asked],
    seed: int | None = None,
    now: dt.datetime | None = None,
) -> Survey:
    """Write a questionnaire for a node. `facts` are its columns; without a seed one is taken at random and shown."""
    require(actor, Permission.MANAGE_SURVEYS, node)
    _check(facts, questions, timezone.localdate(now))
    made = Survey.objects.create(node=node, made_by=actor, seed=_seed(seed), **facts)
    _write_questions(made, questions)
    return made


@transaction.atomic
def redraft(
    survey: Survey,
    *,
    actor: User | None,
    node: Grid,
    facts: Mapping[str, Any],
    questions: Sequence[Asked],
    seed: int | None = None,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> Survey:
    """Write a draft anew, with all its questions, while nobody is drawn. Raises Stale, NotPossible, ValidationError."""
    row = _locked_draft(survey, actor, version)
    require(actor, Permission.MANAGE_SURVEYS, node)
    _check(facts, questions, timezone.localdate(now))
    row.node, row.seed = node, _seed(seed)
    for name, value in facts.items():
        setattr(row, name, value)
    _store(row)
    row.questions.all().delete()
    _write_questions(row, questions)
    return row


@transaction.atomic
def discard(survey: Survey, *, actor: User | None, version: int | None = None) -> None:
    """Throw a draft away, with its questions. Raises Stale, NotPossible."""
    row = _locked_draft(survey, actor, version)
    audit.record(actor, "surveys.discard", row, {"title": row.title})
    row.delete()


def _check(facts: Mapping[str, Any], questions: Sequence[Asked], today: dt.date) -> None:
    """Raise ValidationError for what nobody could ask."""
    if not 1 <= facts["size"] <= MAX_SIZE:
        raise ValidationError({"size": _("From 1 to %(most)d people.") % {"most": MAX_SIZE}})
    if facts["closes_on"] < facts["opens_on"]:
        raise ValidationError({"closes_on": _("This is before the first day.")})
    if facts["closes_on"] < today:
        raise ValidationError({"closes_on": _("This day is over: nobody could be asked any more.")})
    if not questions:
        raise ValidationError(_("Write at least one question."))
    for asked in questions:
        _check_question(asked)
    if len({asked.code for asked in questions}) < len(questions):
        raise ValidationError(_("Two questions have the same code."))


def _check_question(asked: Asked) -> None:
    if asked.kind in WITH_CHOICES and len(asked.choices) < 2:
        raise ValidationError(_("“%(text)s” needs at least two answers to choose from.") % {"text": asked.text})
    if asked.is_judging and not asked.may_judge:
        words = _("“%(text)s” cannot count in the appraisal: only a grade can, or one of two answers.")
        raise ValidationError(words % {"text": asked.text})


def _seed(given: int | None) -> int:
    return secrets.randbelow(10**9) if given is None else given


def _write_questions(survey: Survey, questions: Sequence[Asked]) -> None:
    Question.objects.bulk_create(
        Question(
            survey=survey,
            position=n,
            code=asked.code,
            text=asked.text,
            kind=asked.kind,
            choices=list(asked.choices),
            is_judging=asked.is_judging,
        )
        for n, asked in enumerate(questions, 1)
    )


@transaction.atomic
def open_up(
    survey: Survey, *, actor: User | None, version: int | None = None, now: dt.datetime | None = None
) -> Survey:
    """Draw the sample, once and for good, and tell those who ask. Raises NotPossible where nobody can be drawn."""
    moment = now or timezone.now()
    row = _locked_draft(survey, actor, version)
    if row.closes_on < timezone.localdate(moment):
        raise NotPossible(_("Its last day is over. Give it other days first."))
    people = populations.of(row, moment)
    if not people:
        raise NotPossible(_("There is nobody in the register whom it could ask."))
    strata: dict[int, list[int]] = defaultdict(list)
    for key, person in people.items():
        strata[person["community_id"] if row.is_stratified else 0].append(key)
    drawn = sampling.draw(strata, row.size, row.seed)
    turns = _turns(row, [people[key] for key in drawn], timezone.localdate(moment))
    Sampled.objects.bulk_create(
        [
            Sampled(
                survey=row, resident_id=key, position=n, asked_from_id=turns.get(people[key]["grid_id"]), **people[key]
            )
            for n, key in enumerate(drawn, 1)
        ],
        batch_size=1000,
    )
    given = sampling.shares({stratum: len(keys) for stratum, keys in strata.items()}, row.size)
    row.strata = {str(stratum): [len(keys), given[stratum]] for stratum, keys in strata.items()}
    row.population, row.drawn_at, row.state = len(people), moment, SurveyState.OPEN
    _store(row)
    audit.record(actor, "surveys.draw", row, {"seed": row.seed, "of": row.population, "drawn": len(drawn)})
    telling.of_opening(row, moment)
    return row


def _turns(survey: Survey, drawn: Sequence[Mapping[str, Any]], today: dt.date) -> dict[int, int]:
    """Return for each grid of those drawn the one whose workers ask them; nothing where it is not asked crosswise."""
    if not survey.is_crosswise:
        return {}
    places: dict[int, set[int]] = defaultdict(set)
    for person in drawn:
        places[person["community_id"]].add(person["grid_id"])
    rings: dict[int, set[int]] = defaultdict(set)
    for community, grid in populations.grids_that_ask(places, today):
        rings[community].add(grid)
    found: dict[int, int] = {}
    for community, grids in sorted(places.items()):
        found |= sampling.crosswise(sorted(rings[community]), grids, survey.seed)
    return found


@transaction.atomic
def close(survey: Survey, *, actor: User | None, version: int | None = None, now: dt.datetime | None = None) -> Survey:
    """End the asking; who was not asked stays unasked and is counted so."""
    row = _locked(survey, actor, version)
    if row.state != SurveyState.OPEN:
        raise NotPossible(_("Only what is being asked can be closed."))
    return _end(row, now or timezone.now())


@transaction.atomic
def close_ended(*, now: dt.datetime | None = None) -> int:
    """Close what is past its last day, and tell who made it; returns how many. A second run finds nothing to do."""
    moment = now or timezone.now()
    over = Survey.objects.past(timezone.localdate(moment)).select_related("node").order_by("pk")
    ended = [_end(row, moment) for row in over.select_for_update(of=("self",), skip_locked=True)[:BATCH]]
    telling.of_closing(ended, moment)
    return len(ended)


def _end(row: Survey, now: dt.datetime) -> Survey:
    row.state, row.closed_at = SurveyState.CLOSED, now
    _store(row)
    return row


@transaction.atomic
def ask(
    person: Sampled,
    *,
    actor: User,
    outcome: str,
    answers: Mapping[str, Any] | None = None,
    never_again: bool = False,
    now: dt.datetime | None = None,
) -> Sampled:
    """Record how a try ended, with the answers (question code → value) where somebody was reached.

    Three tries without reaching anybody end it. `never_again` keeps the resident out of every later sample. Raises
    PermissionDenied for who may not ask here (the judged, and whoever works in the grid), NotPossible, ValidationError.
    """
    moment = now or timezone.now()
    row = Sampled.objects.select_for_update(of=("self",)).select_related("survey").get(pk=person.pk)
    if not Sampled.objects.askable_by(actor).filter(pk=row.pk).exists():
        raise PermissionDenied(_("You do not ask here: it is your own work or grid, or outside your area."))
    if row.outcome:
        raise NotPossible(_("Somebody asked here already."))
    if not row.survey.opens_on <= timezone.localdate(moment) <= row.survey.closes_on:
        raise NotPossible(_("It is not the time to ask this."))
    if outcome not in Outcome.values:
        raise ValidationError({"outcome": _("Say how it ended.")})
    if outcome == Outcome.REACHED:
        _answer(row, answers or {})
    row.tries += 1
    if outcome != Outcome.UNREACHABLE or row.tries >= MAX_TRIES:
        row.outcome, row.finished_at = outcome, moment
    row.save(update_fields=["tries", "outcome", "finished_at"])
    Attempt.objects.create(sampled=row, outcome=outcome, actor=actor, at=moment)
    if never_again and row.resident_id is not None:
        NotAsked.objects.get_or_create(resident_id=row.resident_id, defaults={"noted_by": actor, "at": moment})
    return row


def _answer(row: Sampled, given: Mapping[str, Any]) -> None:
    made, wrong = [], {}
    for question in row.survey.questions.all():
        value = given.get(question.code)
        if value in (None, "", []):
            if question.is_required:
                wrong[question.code] = _("Not answered yet.")
            continue
        try:
            made.append(Answer(sampled=row, question=question, **_value(question, value)))
        except (TypeError, ValueError, ArithmeticError):
            wrong[question.code] = _("This is no answer to the question.")
    if wrong:
        raise ValidationError(wrong)
    Answer.objects.bulk_create(made)


def _value(question: Question, value: Any) -> dict[str, Any]:
    """Return an answer's columns; raises ValueError for what is none."""
    if question.kind == QuestionKind.TEXT:
        return {"text": str(value).strip()[:500]}
    if question.kind in WITH_CHOICES:
        chosen = sorted({int(one) for one in (value if isinstance(value, list) else [value])})
        if not all(0 <= one < len(question.choices) for one in chosen):
            raise ValueError
        return {"chosen": chosen if question.kind == QuestionKind.MULTIPLE else chosen[:1]}
    return {"number": _number(question, Decimal(str(value)))}


def _number(question: Question, given: Decimal) -> Decimal:
    """Return a number as its column keeps it. Raises ValueError, or InvalidOperation for what has no cents."""
    if question.kind == QuestionKind.SCALE and given not in range(1, 6):
        raise ValueError
    number = given.quantize(CENT, rounding=ROUND_HALF_UP)
    if not number.is_finite() or abs(number) >= LEAST_TOO_LONG:
        raise ValueError
    return number


def _locked(survey: Survey, actor: User | None, version: int | None) -> Survey:
    row = Survey.objects.select_for_update(of=("self",)).select_related("node").get(pk=survey.pk)
    require(actor, Permission.MANAGE_SURVEYS, row.node)
    if version is not None and version != row.version:
        raise Stale(_("Somebody changed this since you opened it."), version=row.version)
    return row


def _locked_draft(survey: Survey, actor: User | None, version: int | None) -> Survey:
    row = _locked(survey, actor, version)
    if row.state != SurveyState.DRAFT:
        raise NotPossible(_("Its sample is drawn already."))
    return row


def _store(row: Survey) -> None:
    row.version += 1
    row.save()
