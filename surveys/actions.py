"""What is done with questionnaires: draft, draw and open, ask, close. The rule of the drawing: surveys/sampling.py."""

import datetime as dt
import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit, notices
from accounts.models import User
from grids.backends import require
from grids.models import Grid, Post
from grids.roles import PERMISSIONS, Permission, Role
from residents.errors import NotPossible, Stale
from residents.models import Resident
from surveys import sampling
from surveys.models import Answer, Attempt, NotAsked, Question, Sampled, Survey
from surveys.querysets import IN_A_GRID
from surveys.states import MAX_TRIES, Outcome, QuestionKind, SurveyState
from visits.models import VisitedPerson
from visits.states import Outcome as VisitOutcome

ADULT = 18
MAX_SIZE = 5000
REACHED = (VisitOutcome.MET, VisitOutcome.PHONE)
"""Ends of a visit that say somebody was spoken to."""
WITH_CHOICES = frozenset({QuestionKind.SINGLE.value, QuestionKind.MULTIPLE.value})


@dataclass(frozen=True)
class Asked:
    """A question as it is drafted."""

    code: str
    text: str
    kind: str
    choices: Sequence[str] = field(default_factory=tuple)


@transaction.atomic
def draft(
    *, actor: User | None, node: Grid, facts: Mapping[str, Any], questions: Sequence[Asked], seed: int | None = None
) -> Survey:
    """Write a questionnaire for a node. `facts` are its columns; without a seed one is taken at random and shown."""
    require(actor, Permission.MANAGE_SURVEYS, node)
    if not 1 <= facts["size"] <= MAX_SIZE:
        raise ValidationError({"size": _("From 1 to %(most)d people.") % {"most": MAX_SIZE}})
    if facts["closes_on"] < facts["opens_on"]:
        raise ValidationError({"closes_on": _("This is before the first day.")})
    if not questions:
        raise ValidationError(_("Write at least one question."))
    for asked in questions:
        if asked.kind in WITH_CHOICES and len(asked.choices) < 2:
            raise ValidationError(_("“%(text)s” needs at least two answers to choose from.") % {"text": asked.text})
    if len({asked.code for asked in questions}) < len(questions):
        raise ValidationError(_("Two questions have the same code."))
    chosen = secrets.randbelow(10**9) if seed is None else seed
    made = Survey.objects.create(node=node, made_by=actor, seed=chosen, **facts)
    Question.objects.bulk_create(
        Question(survey=made, position=n, code=q.code, text=q.text, kind=q.kind, choices=list(q.choices))
        for n, q in enumerate(questions, 1)
    )
    return made


@transaction.atomic
def open_up(
    survey: Survey, *, actor: User | None, version: int | None = None, now: dt.datetime | None = None
) -> Survey:
    """Draw the sample, once and for good, and tell those who ask. Raises NotPossible where nobody can be drawn."""
    moment = now or timezone.now()
    row = _locked(survey, actor, version)
    if row.state != SurveyState.DRAFT:
        raise NotPossible(_("Its sample is drawn already."))
    people = _checked(row, moment) if row.is_check else _adults(row, timezone.localdate(moment))
    if not people:
        raise NotPossible(_("There is nobody in the register whom it could ask."))
    strata: dict[int, list[int]] = defaultdict(list)
    for key, person in people.items():
        strata[person["community_id"] if row.is_stratified else 0].append(key)
    drawn = sampling.draw(strata, row.size, row.seed)
    Sampled.objects.bulk_create(
        [Sampled(survey=row, resident_id=key, position=n, **people[key]) for n, key in enumerate(drawn, 1)],
        batch_size=1000,
    )
    given = sampling.shares({stratum: len(keys) for stratum, keys in strata.items()}, row.size)
    row.strata = {str(stratum): [len(keys), given[stratum]] for stratum, keys in strata.items()}
    row.population, row.drawn_at, row.state = len(people), moment, SurveyState.OPEN
    _store(row)
    audit.record(actor, "surveys.draw", row, {"seed": row.seed, "of": row.population, "drawn": len(drawn)})
    _tell(row, moment)
    return row


@transaction.atomic
def close(survey: Survey, *, actor: User | None, version: int | None = None, now: dt.datetime | None = None) -> Survey:
    """End the asking; who was not asked stays unasked and is counted so."""
    row = _locked(survey, actor, version)
    if row.state != SurveyState.OPEN:
        raise NotPossible(_("Only what is being asked can be closed."))
    row.state, row.closed_at = SurveyState.CLOSED, now or timezone.now()
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
            if question.kind != QuestionKind.TEXT:
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
    number = Decimal(str(value))
    if question.kind == QuestionKind.SCALE and number not in range(1, 6):
        raise ValueError
    if not number.is_finite() or abs(number) >= 10**8:
        raise ValueError
    return {"number": number}


def _adults(survey: Survey, today: dt.date) -> dict[int, dict[str, Any]]:
    """Return who may be drawn: adults of the node who are here and did not ask to be left alone."""
    born_by = today.replace(year=today.year - ADULT, day=min(today.day, 28))
    rows = Resident.objects.here().within(survey.node).filter(born_on__lte=born_by, anonymised_at=None)
    rows = rows.exclude(pk__in=NotAsked.objects.values("resident"))
    posts = Post.objects.in_force(today).filter(node__tree_id=survey.node.tree_id, is_primary=True)
    primary = dict(posts.values_list("node_id", "user_id"))
    return {
        key: {"grid_id": grid, "community_id": community, "worker_id": primary.get(grid)}
        for key, grid, community in rows.values_list("pk", "grid_id", "community_id")
    }


def _checked(survey: Survey, now: dt.datetime) -> dict[int, dict[str, Any]]:
    """Return those of them whom a visit of the last days says it reached, with the newest such visit."""
    adults = _adults(survey, timezone.localdate(now))
    since = now - dt.timedelta(days=survey.looks_back_days)
    visits = VisitedPerson.objects.filter(
        visit__outcome__in=REACHED, visit__annulled_at=None, visit__visited_at__range=(since, now)
    )
    rows = visits.filter(resident__in=Resident.objects.within(survey.node)).order_by("visit__visited_at")
    found: dict[int, dict[str, Any]] = {}
    for key, visit, visitor in rows.values_list("resident_id", "visit_id", "visit__visitor_id"):
        if key in adults:
            found[key] = adults[key] | {"visit_id": visit, "worker_id": visitor}
    return found


def _tell(survey: Survey, now: dt.datetime) -> None:
    """Tell those who ask in the communities that were drawn, and above them up to the node."""
    places = set(survey.sampled.values_list("community_id", flat=True))
    nodes = Grid.objects.filter(tree_id=survey.node.tree_id, lft__gte=survey.node.lft, lft__lte=survey.node.rght)
    roles = [role for role in Role if Permission.ASK_SURVEYS in PERMISSIONS[role]]
    posts = Post.objects.in_force(timezone.localdate(now)).filter(role__in=roles, unit=None)
    asking = posts.filter(node__in=nodes.exclude(kind__in=IN_A_GRID)).exclude(
        node__kind="community", node__in=nodes.filter(kind="community").exclude(pk__in=places)
    )
    url = f"{survey.get_absolute_url()}ask/"
    facts = {"title": survey.title, "until": survey.closes_on.isoformat()}
    notices.send(sorted(set(asking.values_list("user_id", flat=True))), "survey_opened", facts, url, now=now)


def _locked(survey: Survey, actor: User | None, version: int | None) -> Survey:
    row = Survey.objects.select_for_update(of=("self",)).select_related("node").get(pk=survey.pk)
    require(actor, Permission.MANAGE_SURVEYS, row.node)
    if version is not None and version != row.version:
        raise Stale(_("Somebody changed this since you opened it."), version=row.version)
    return row


def _store(row: Survey) -> None:
    row.version += 1
    row.save()
