"""What an application must say before it counts: scope, period, effort, fields. Pure but for the nodes it is given."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from admission.models import MAX_FIELDS, MAX_MINUTES
from admission.rounds import LONGEST, MAX_DAYS
from admission.states import Allowed, FieldKind, Rhythm
from grids.models import Grid, Kind, Settlement

MAX_NODES = 60
MAX_CHOICES = 12
MAX_CHOICE = 30
MAX_ALLOWED = 60
PERSONAL = re.compile(
    r"身份证|证件号|护照|手机号|电话|姓名|住址|家庭住址|门牌号|银行卡|出生日期|出生年月|户籍|病史|宗教"
    r"|\b(id (card|number)|identity|passport|phone|telephone|mobile|date of birth|bank card|full name|home address)\b",
    re.IGNORECASE,
)
"""Words of questions that ask who somebody is. The registers hold that, protected; a task never does."""


@dataclass(frozen=True)
class Terms:
    """Where and when: what a decider may change."""

    nodes: tuple[Grid, ...]
    starts_on: dt.date
    ends_on: dt.date
    rhythm: str = Rhythm.ONCE
    in_base: bool = True
    in_dedicated: bool = False
    in_micro: bool = False
    settlement: str = ""

    @property
    def kinds(self) -> list[str]:
        chosen = {Kind.BASE: self.in_base, Kind.DEDICATED: self.in_dedicated, Kind.MICRO: self.in_micro}
        return [kind.value for kind, is_in in chosen.items() if is_in]


@dataclass(frozen=True)
class Question:
    """A field to fill in."""

    kind: str
    label: str
    is_required: bool = True
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Proposal:
    """All that an application says."""

    title: str
    purpose: str
    basis: str
    terms: Terms
    minutes: int
    allowed_value: int = 5
    allowed_unit: str = Allowed.WORKING_DAY
    fields: Sequence[Question] = field(default_factory=tuple)


def check_proposal(proposal: Proposal, root: Grid, today: dt.date) -> None:
    """Raise ValidationError naming each field that is wrong; `root` is the applying unit's node."""
    wrong: dict[str, Any] = {}
    for name in ("title", "purpose", "basis"):
        if not getattr(proposal, name).strip():
            wrong[name] = _("Say this before you apply.")
    if not 1 <= proposal.minutes <= MAX_MINUTES:
        wrong["minutes"] = _("Between 1 and %(most)s minutes.") % {"most": MAX_MINUTES}
    wrong |= _wrong_allowed(proposal.terms.rhythm, proposal.allowed_value, proposal.allowed_unit)
    wrong |= _wrong_terms(proposal.terms, root, today)
    if wrong:
        raise ValidationError(wrong)
    check_fields(proposal.fields)


def check_terms(terms: Terms, root: Grid, today: dt.date, allowed_value: int, allowed_unit: str) -> None:
    """Raise ValidationError for terms that a decider changed."""
    wrong = _wrong_terms(terms, root, today) | _wrong_allowed(terms.rhythm, allowed_value, allowed_unit)
    if wrong:
        raise ValidationError({_TERMS_FIELD.get(name, name): words for name, words in wrong.items()})


_TERMS_FIELD = {"allowed_value": "rhythm"}


def _wrong_allowed(rhythm: str, value: int, unit: str) -> dict[str, str]:
    if unit not in Allowed.values:
        return {"allowed_unit": _("Choose in what the time is counted.")}
    most = LONGEST.get(Rhythm(rhythm), {}).get(Allowed(unit), MAX_ALLOWED) if rhythm in Rhythm.values else MAX_ALLOWED
    if not 1 <= value <= most:
        return {"allowed_value": _("Between 1 and %(most)s: a round ends before the next one begins.") % {"most": most}}
    return {}


def _wrong_terms(terms: Terms, root: Grid, today: dt.date) -> dict[str, str]:
    wrong: dict[str, str] = {}
    if terms.rhythm not in Rhythm.values:
        wrong["rhythm"] = _("Choose how often.")
    if terms.settlement and terms.settlement not in Settlement.values:
        wrong["settlement"] = _("Choose urban, rural or both.")
    if not terms.kinds:
        wrong["in_base"] = _("Choose at least one kind of grid.")
    if not terms.nodes:
        wrong["nodes"] = _("Choose at least one area.")
    elif len(terms.nodes) > MAX_NODES:
        wrong["nodes"] = _("At most %(most)s areas: a street stands for its communities.") % {"most": MAX_NODES}
    elif any(n.tree_id != root.tree_id or n.lft < root.lft or n.rght > root.rght for n in terms.nodes):
        wrong["nodes"] = _("An area lies outside the area of the applying unit.")
    if terms.starts_on < today:
        wrong["starts_on"] = _("The first round cannot lie in the past.")
    if terms.ends_on < terms.starts_on:
        wrong["ends_on"] = _("The last day lies before the first.")
    elif (terms.ends_on - terms.starts_on).days > MAX_DAYS:
        wrong["ends_on"] = _("A task runs for a year at most; apply anew after that.")
    return wrong


def check_fields(fields: Sequence[Question]) -> None:
    """Raise ValidationError for `fields`, naming the question that is wrong."""
    if not fields:
        raise ValidationError({"fields": _("Ask at least one question.")})
    if len(fields) > MAX_FIELDS:
        raise ValidationError({"fields": _("At most %(most)s questions.") % {"most": MAX_FIELDS}})
    if len({question.label.strip() for question in fields}) < len(fields):
        raise ValidationError({"fields": _("Two questions read the same.")})
    for question in fields:
        why_not = _wrong_question(question)
        if why_not:
            words = {"label": question.label, "why": why_not}
            raise ValidationError({"fields": _("“%(label)s”: %(why)s") % words})


def _wrong_question(question: Question) -> str:
    texts = [question.label, *question.choices]
    if not question.label.strip():
        return _("write the question")
    if question.kind not in FieldKind.values:
        return _("choose what kind of answer it takes")
    if any("\0" in text for text in texts):
        return _("the text holds a character that cannot be stored")
    if any(PERSONAL.search(text) for text in texts):
        return _("tasks never collect who somebody is; ask for counts or states instead")
    if (
        question.kind == FieldKind.CHOICE
        and not 2 <= len(set(question.choices)) == len(question.choices) <= MAX_CHOICES
    ):
        return _("give between 2 and %(most)s different choices") % {"most": MAX_CHOICES}
    if any(len(choice) > MAX_CHOICE for choice in question.choices):
        return _("keep each choice within %(most)s characters") % {"most": MAX_CHOICE}
    if question.minimum is not None and question.maximum is not None and question.maximum < question.minimum:
        return _("the highest number is below the lowest")
    return ""
