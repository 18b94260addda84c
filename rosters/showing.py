"""What the pages say of a roster: the steps, mistakes in groups with their first rows, what was done."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from rosters import columns, first_passwords, words
from rosters.forms import DecideForm, MatchForm
from rosters.models import Batch, Problem
from rosters.states import BatchKind, Outcome, State

PAGE = 50
GROUPS = 60
"""Groups of mistakes on the page; a file with more has its columns matched wrongly."""
SAMPLES = 3
STEPS = (_("File"), _("Columns"), _("Check"), _("Decide"), _("Write"))
_AT = {
    State.UPLOADED: 1,
    State.CHECKING: 2,
    State.READY: 3,
    State.APPLYING: 4,
    State.APPLIED: 5,
    State.UNDOING: 5,
    State.UNDONE: 5,
}
TONES = {
    Outcome.NEW: ("green", "user-plus"),
    Outcome.CHANGED: ("blue", "pencil"),
    Outcome.UNCHANGED: ("grey", "equal"),
    Outcome.MOVED_OUT: ("yellow", "logout"),
    Outcome.CONFLICT: ("red", "alert-triangle"),
    Outcome.DUPLICATE: ("grey", "copy"),
    Outcome.REFUSED: ("red", "ban"),
}
DONE: dict[str, "str | Promise"] = {
    "added": pgettext_lazy("rows of a roster", "added"),
    "changed": pgettext_lazy("rows of a roster", "changed"),
    "moved_out": pgettext_lazy("rows of a roster", "moved out"),
    "stale": _("not written: changed meanwhile"),
    "estates": _("estates made"),
    "buildings": _("buildings made"),
    "houses": _("houses made"),
    "households": _("households made"),
    "undone": _("taken back"),
    "kept": _("not taken back"),
}


@dataclass(frozen=True)
class Group:
    """Mistakes of one kind in one column: what is wrong, what mends it, how often, and the first of them."""

    field: str
    label: "str | Promise"
    code: str
    message: "str | Promise"
    hint: "str | Promise"
    refuses: bool
    count: int
    first: list[Problem]
    url: str


def kinds(allowed: Sequence[str]) -> list[tuple[str, str]]:
    """Return kind and label of the templates that are offered."""
    return [(kind.value, str(kind.label)) for kind in BatchKind if kind in allowed]


def steps(batch: Batch) -> list[tuple["str | Promise", str]]:
    """Return each step with "done", "here" or ""."""
    at = _AT.get(State(batch.state), 0)
    return [(label, "done" if number < at else "here" if number == at else "") for number, label in enumerate(STEPS)]


def match_form(batch: Batch, user: User) -> MatchForm:
    return MatchForm(None, batch=batch, user=user)


def decide_form(batch: Batch) -> DecideForm:
    return DecideForm(None, batch=batch)


def findings(batch: Batch) -> dict[str, Any]:
    """Return what the check found, and what was done, for the page of a roster; three queries at most."""
    found = groups(batch)
    return {
        "refusals": [group for group in found if group.refuses],
        "warnings": [group for group in found if not group.refuses],
        "more_groups": len(batch.problems) > GROUPS,
        "outcomes": [
            (outcome, batch.counts.get(outcome, 0), *TONES[outcome], reverse("rosters:rows", args=[batch.pk, outcome]))
            for outcome in Outcome
            if batch.counts.get(outcome) and batch.purged_at is None
        ],
        "undecided": batch.rows.undecided(batch).count() if batch.state == State.READY else 0,
        "done": [(label, batch.done[name]) for name, label in DONE.items() if batch.done.get(name)],
        "has_passwords": first_passwords.are_waiting(batch),
        "may_undo": batch.purged_at is None
        and (batch.state == State.APPLIED or (batch.state == State.FAILED and bool(batch.done))),
    }


def groups(batch: Batch) -> list[Group]:
    """Return the groups of mistakes with the first rows of each, masked; one query for all of them."""
    wanted = batch.problems[:GROUPS]
    firsts = [
        batch.problem_rows.filter(field=field, code=code).order_by("number")[:SAMPLES]
        for field, code, _refuses, _count in wanted
    ]
    rows: dict[tuple[str, str], list[Problem]] = {}
    if firsts:
        for row in firsts[0].union(*firsts[1:], all=True) if len(firsts) > 1 else firsts[0]:
            rows.setdefault((row.field, row.code), []).append(row)
    found = []
    for field, code, refuses, count in wanted:
        message, hint = words.of(code)
        url = f"{reverse('rosters:problems', args=[batch.pk])}?field={field}&code={code}"
        first = sorted(rows.get((field, code), []), key=lambda row: row.number)
        found.append(Group(field, label_of(batch, field), code, message, hint, refuses, count, first, url))
    return found


def label_of(batch: Batch, field: str) -> "str | Promise":
    """Name a field as the page does; what stands for the whole row has no name."""
    column = columns.of(batch.kind).get(field)
    return column.label if column else _("Row")
