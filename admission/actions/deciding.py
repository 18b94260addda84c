"""Applying for a task, admitting or refusing it, withdrawing the application."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import notices
from accounts.models import User
from admission import rules, scope
from admission.facts import Proposal, Terms, check_proposal, check_terms
from admission.models import Task, TaskEvent, TaskField
from admission.people import admitting, applying
from admission.states import Rhythm, TaskMove, TaskState
from grids.backends import standing_for
from grids.models import Grid, Kind, Unit
from grids.roles import Permission
from workorders.workflow import StaleOrder

TERMS = ("rhythm", "starts_on", "ends_on", "in_base", "in_dedicated", "in_micro", "settlement")


@transaction.atomic
def apply(unit: Unit, *, actor: User, proposal: Proposal, now: dt.datetime | None = None) -> Task:
    """Apply for a task in the name of a unit; the people who admit tasks over it are told.

    Raises PermissionDenied unless the actor applies for that unit, ValidationError naming what the application lacks.
    """
    moment = now or timezone.now()
    if not any(p.unit_id == unit.pk and p.gives(Permission.APPLY_TASK) for p in standing_for(actor).posts):
        raise PermissionDenied(_("None of your posts applies for tasks of this unit."))
    proposal = _closed(proposal)
    check_proposal(proposal, unit.node, timezone.localdate(moment))
    _check_scope(proposal.terms, timezone.localdate(moment))
    terms = proposal.terms
    task = Task.objects.create(
        district=Grid.objects.get(tree_id=unit.node.tree_id, kind=Kind.DISTRICT),
        unit=unit,
        applicant=actor,
        title=proposal.title.strip(),
        purpose=proposal.purpose.strip(),
        basis=proposal.basis.strip(),
        minutes=proposal.minutes,
        allowed_value=proposal.allowed_value,
        allowed_unit=proposal.allowed_unit,
        applied_at=moment,
        **{name: getattr(terms, name) for name in TERMS},
    )
    task.nodes.set(terms.nodes)
    _write_fields(task, proposal)
    note(task, TaskMove.APPLY, actor=actor, now=moment)
    tell(task, "task_applied", admitting(unit.node, moment), actor=actor, now=moment)
    return task


@transaction.atomic
def admit(
    task: Task | int,
    *,
    actor: User,
    terms: Terms | None = None,
    opinion: str = "",
    version: int | None = None,
    now: dt.datetime | None = None,
) -> Task:
    """Admit a task, with `terms` in place of what was applied for where they differ; the change stays on record.

    Raises InvalidMove, StaleOrder, PermissionDenied, or ValidationError where the terms do not hold (any more).
    """
    moment = now or timezone.now()
    today = timezone.localdate(moment)
    locked = _begin(task, TaskMove.ADMIT, actor, version)
    before = terms_of(locked)
    wanted = _on_one_day(terms or before)
    check_terms(wanted, locked.unit.node, today, locked.allowed_value, locked.allowed_unit)
    _check_scope(wanted, today)
    changes = changed(before, wanted)
    for name in TERMS:
        setattr(locked, name, getattr(wanted, name))
    locked.nodes.set(wanted.nodes)
    locked.next_on = locked.starts_on
    _decide(locked, TaskMove.ADMIT, actor, opinion, moment, changes)
    return locked


@transaction.atomic
def refuse(
    task: Task | int, *, actor: User, opinion: str, version: int | None = None, now: dt.datetime | None = None
) -> Task:
    """Refuse a task; the opinion is what the applying unit reads and may not be empty."""
    locked = _begin(task, TaskMove.REFUSE, actor, version)
    if not opinion.strip():
        raise ValidationError({"opinion": _("Say why, so that the unit knows what would have to change.")})
    _decide(locked, TaskMove.REFUSE, actor, opinion, now or timezone.now(), {})
    return locked


@transaction.atomic
def withdraw(task: Task | int, *, actor: User, version: int | None = None, now: dt.datetime | None = None) -> Task:
    """Take an application back before it is decided."""
    moment = now or timezone.now()
    locked = _begin(task, TaskMove.WITHDRAW, actor, version)
    locked.state = TaskState.WITHDRAWN
    locked.version += 1
    locked.save(update_fields=["state", "version"])
    note(locked, TaskMove.WITHDRAW, actor=actor, now=moment)
    tell(locked, "task_withdrawn", admitting(locked.unit.node, moment), actor=actor, now=moment)
    return locked


def terms_of(task: Task) -> Terms:
    """Return where and when a task runs as it stands."""
    nodes = task.nodes.defer("boundary", "duties").order_by("lft")
    return Terms(nodes=tuple(nodes), **{name: getattr(task, name) for name in TERMS})


def changed(before: Terms, after: Terms) -> dict[str, list[Any]]:
    """Say what differs, as the record keeps it: name → [before, after]."""
    found = {
        name: [str(getattr(before, name)), str(getattr(after, name))]
        for name in TERMS
        if getattr(before, name) != getattr(after, name)
    }
    old, new = ([node.pk for node in terms.nodes] for terms in (before, after))
    if set(old) != set(new):
        found["nodes"] = [
            "、".join(node.name for node in before.nodes),
            "、".join(node.name for node in after.nodes),
        ]
    return found


def lock(task: Task | int, version: int | None = None) -> Task:
    """Lock and re-read a task. Raises Task.DoesNotExist, StaleOrder."""
    pk = task if isinstance(task, int) else task.pk
    locked = Task.objects.select_for_update(of=("self",)).select_related("unit__node", "district").get(pk=pk)
    if version is not None and locked.version != version:
        raise StaleOrder(_("Somebody changed this task meanwhile. Look at its present state, then decide again."))
    return locked


def note(
    task: Task,
    move: TaskMove,
    *,
    actor: User | None,
    now: dt.datetime,
    words: str = "",
    details: Mapping[str, Any] | None = None,
) -> None:
    """Write the history row of a move."""
    TaskEvent.objects.create(task=task, at=now, actor=actor, move=move, note=words.strip(), details=dict(details or {}))


def tell(task: Task, kind: str, user_ids: set[int], *, actor: User | None, now: dt.datetime) -> None:
    """Write a notice that names the task's running number, never its content."""
    recipients = user_ids - ({actor.pk} if actor else set())
    notices.send(sorted(recipients), kind, {"number": task.pk}, task.get_absolute_url(), now=now)


def _begin(task: Task | int, move: TaskMove, actor: User, version: int | None) -> Task:
    locked = lock(task, version)
    rules.check_move(locked, move, standing_for(actor))
    return locked


def _decide(
    task: Task, move: TaskMove, actor: User, opinion: str, now: dt.datetime, changes: Mapping[str, Any]
) -> None:
    task.state = rules.RULES[move].to
    task.decided_by, task.decided_at, task.opinion = actor, now, opinion.strip()
    task.version += 1
    task.save()
    note(task, move, actor=actor, now=now, words=opinion, details=changes)
    kind = "task_admitted" if move == TaskMove.ADMIT else "task_refused"
    tell(task, kind, applying(task, now), actor=actor, now=now)


def _check_scope(terms: Terms, today: dt.date) -> None:
    if not scope.grids_in(terms.nodes, terms.kinds, terms.settlement, today).exists():
        raise ValidationError({"nodes": _("No grid of the chosen kinds lies in this area.")})


def _closed(proposal: Proposal) -> Proposal:
    """A task that comes once has one day."""
    return Proposal(**{**vars(proposal), "terms": _on_one_day(proposal.terms)})


def _on_one_day(terms: Terms) -> Terms:
    return Terms(**{**vars(terms), "ends_on": terms.starts_on}) if terms.rhythm == Rhythm.ONCE else terms


def _write_fields(task: Task, proposal: Proposal) -> None:
    TaskField.objects.bulk_create(
        TaskField(
            task=task,
            position=position,
            kind=question.kind,
            label=question.label.strip(),
            is_required=question.is_required,
            minimum=question.minimum,
            maximum=question.maximum,
            choices=list(question.choices),
        )
        for position, question in enumerate(proposal.fields, start=1)
    )
