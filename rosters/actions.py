"""What people do with a roster: bring it in, match its columns, have it checked, decide, have it written, take it back.

The pages (and the API) call, in this order:

1. `upload(...)` keeps the file encrypted, reads its headings and proposes a matching. Raises UnreadableTable
   (accounts.tables.refusals) or InvalidRoster with words for the page. State: uploaded.
2. `match(batch, matching=..., ...)` once or more; then `check(batch)`: a background job reads and compares everything.
   State: checking → ready. Progress: `batch.share_done`, `.rate`, `.seconds_left`, `.phase` (read, compare).
   After that `batch.counts` has rows by outcome, `batch.problems` the groups [field, code, refuses, count]; words of a
   code are `rosters.words.of(code)`, labels of a field `rosters.columns.of(kind)[field].label`, first rows of a group
   `batch.problem_rows.filter(field=..., code=...)`, with masked samples. Rows: `batch.rows`, content by
   `rosters.reading.contents(rows)`.
3. `decide(batch, rules=..., skipped_fields=...)` for whole outcomes, `decide_rows(batch, numbers, decision)` for single
   ones; `recheck(batch)` compares anew with the register as it has become.
4. `apply(batch)`: a background job writes what was decided; phases places, rows, households. State: applying → applied;
   `batch.done` says what was written.
5. `undo(batch)` while `batch.purged_at` is None. State: undoing → undone; rows that stay have the result "kept".
`cancel(batch)` gives a roster up before anything was written.
"""

import datetime as dt
from collections.abc import Collection, Mapping
from pathlib import Path, PurePath
from typing import IO, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from accounts.tables import headings
from accounts.tables.reading import open_table
from grids.backends import standing_for
from grids.models import Grid
from grids.roles import SUPERUSER_PERMISSIONS, Permission
from rosters import columns, files, tasks
from rosters.errors import InvalidRoster
from rosters.models import Batch, RememberedHeader
from rosters.states import APPLICABLE, DECIDABLE, BatchKind, Decision, Outcome, State

MAX_BYTES = 2 * 1024**3 - 1
"""Of an uploaded file; a larger list is divided."""


def upload(
    *,
    actor: User | None,
    node: Grid,
    kind: str,
    file_name: str,
    content: IO[Any],
    now: dt.datetime,
    sheet: str = "",
) -> Batch:
    """Keep a file of an area and propose what its columns mean.

    Raises UnreadableTable where it is no table, InvalidRoster where no heading means anything.
    """
    check_rights(actor, kind, node)
    name = PurePath(file_name.replace("\\", "/")).name[-200:]
    try:
        kept, digest, _size = files.keep(content, MAX_BYTES)
    except ValueError:
        raise InvalidRoster(_("The file is larger than 2 GB. Divide it.")) from None
    try:
        with files.readable(kept, Path(name).suffix.lower()) as path:
            batch = described(path, actor=actor, node=node, kind=kind, file_name=name, now=now, sheet=sheet)
        batch.file, batch.digest = kept, digest
        with transaction.atomic():
            batch.save()
            audit.record(actor, "rosters.upload", batch, {"kind": kind, "node": node.code})
    except BaseException:
        files.delete(kept)
        raise
    return batch


def described(
    path: Path, *, actor: User | None, node: Grid, kind: str, file_name: str, now: dt.datetime, sheet: str = ""
) -> Batch:
    """Return an unsaved batch of this file with its headings and the matching that is proposed for them."""
    remembered = (
        {}
        if actor is None
        else dict(RememberedHeader.objects.filter(user=actor, kind=kind).values_list("heading", "field"))
    )
    known = columns.of(kind)
    with open_table(path, name=file_name, sheet=sheet) as table:
        heading = headings.find_heading(table.head(headings.LOOKED_THROUGH), known.values())
        proposals = headings.match_columns(heading.cells, known.values(), remembered) if heading else []
        matching = {proposal.column: proposal.field for proposal in proposals if proposal.field}
        if heading is None or not matching:
            raise InvalidRoster(_("None of the first rows has headings that this kind of list has. Use the template."))
        return Batch(
            kind=kind,
            node=node,
            uploader=actor,
            created_at=now,
            file_name=file_name,
            sheet=table.sheet,
            encoding=table.encoding,
            heading_row=heading.number,
            body_after=heading.last_number,
            headings=[words[:200] for words in heading.cells],
            matching={str(index): field for index, field in matching.items()},
            expected_rows=max(0, table.row_count - heading.last_number),
        )


@transaction.atomic
def match(
    batch: Batch,
    *,
    actor: User | None,
    matching: Mapping[int, str],
    is_complete: bool = False,
    blanks_overwrite: bool = False,
) -> Batch:
    """Say which field each column (by its place from 0) holds, and remember it for this person's next lists.

    Raises InvalidRoster where a field is given twice, or one that the kind needs is missing.
    """
    batch = _locked(batch, actor, State.UPLOADED)
    known = columns.of(batch.kind)
    chosen = {index: field for index, field in matching.items() if field}
    if set(chosen.values()) - set(known) or not all(0 <= index < len(batch.headings) for index in chosen):
        raise InvalidRoster(_("Choose the columns from the list."))
    if len(set(chosen.values())) < len(chosen):
        raise InvalidRoster(_("Two columns cannot hold the same. Leave one of them out."))
    for group in columns.missing(batch.kind, list(chosen.values())):
        names = _(" or ").join(str(column.label) for column in group)
        raise InvalidRoster(_("A column is missing: %(names)s.") % {"names": names})
    batch.matching = {str(index): field for index, field in sorted(chosen.items())}
    batch.is_complete = is_complete and batch.kind == BatchKind.RESIDENTS
    batch.blanks_overwrite = blanks_overwrite
    batch.save(update_fields=["matching", "is_complete", "blanks_overwrite"])
    if actor is not None:
        _remember(actor, batch)
    return batch


def _remember(actor: User, batch: Batch) -> None:
    keys = {
        headings.key_of(words)[:60]: batch.matching.get(str(place), "")
        for place, words in enumerate(batch.headings)
        if words.strip()
    }
    RememberedHeader.objects.bulk_create(
        [RememberedHeader(user=actor, kind=batch.kind, heading=key, field=field) for key, field in keys.items()],
        update_conflicts=True,
        unique_fields=["user", "kind", "heading"],
        update_fields=["field"],
    )


@transaction.atomic
def check(batch: Batch, *, actor: User | None, in_background: bool = True) -> Batch:
    """Have the file read and compared; what it would do is known afterwards, and nothing is written yet."""
    batch = _locked(batch, actor, State.UPLOADED)
    for _group in columns.missing(batch.kind, batch.fields):
        raise InvalidRoster(_("Match the columns first."))
    return _start(batch, State.CHECKING, in_background=in_background)


@transaction.atomic
def recheck(batch: Batch, *, actor: User | None, in_background: bool = True) -> Batch:
    """Compare what was read with the register anew, after somebody changed it; single decisions stay."""
    batch = _locked(batch, actor, State.READY)
    return _start(batch, State.CHECKING, phase="compare", in_background=in_background)


@transaction.atomic
def decide(
    batch: Batch,
    *,
    actor: User | None,
    rules: Mapping[str, str],
    skipped_fields: Collection[str] = (),
) -> Batch:
    """Decide for all rows of an outcome that have no decision of their own, and which fields are left as they are.

    rules: "apply", "skip" or "" by outcome. Contradictions are only ever taken over row by row.
    """
    batch = _locked(batch, actor, State.READY)
    allowed = {Outcome.NEW: Decision.values, Outcome.CHANGED: Decision.values, Outcome.MOVED_OUT: Decision.values}
    allowed[Outcome.CONFLICT] = [Decision.UNDECIDED, Decision.SKIP]
    if any(decision not in allowed.get(Outcome(outcome), []) for outcome, decision in rules.items()):
        raise InvalidRoster(_("Such rows are decided one by one."))
    batch.rules = {outcome: decision for outcome, decision in rules.items() if decision}
    batch.skipped_fields = sorted(set(skipped_fields))
    batch.save(update_fields=["rules", "skipped_fields"])
    audit.record(actor, "rosters.decide", batch, {"rules": batch.rules, "skipped": batch.skipped_fields})
    return batch


@transaction.atomic
def decide_rows(batch: Batch, numbers: Collection[int], decision: str, *, actor: User | None) -> int:
    """Decide about rows by their numbers; "" takes a decision back. Returns how many it was."""
    batch = _locked(batch, actor, State.READY)
    rows = batch.rows.filter(pk__in=[batch.first_key + number for number in numbers], outcome__in=DECIDABLE)
    if decision == Decision.APPLY and rows.exclude(conflict__in=["", *APPLICABLE]).exists():
        raise InvalidRoster(_("This contradiction cannot be settled for the file: mend the list or the register."))
    count = rows.update(decision=decision)
    audit.record(actor, "rosters.decide", batch, {"rows": count, "decision": decision})
    return count


@transaction.atomic
def apply(batch: Batch, *, actor: User | None, in_background: bool = True) -> Batch:
    """Have everything written that is decided to be taken over. Raises InvalidRoster where nothing is."""
    batch = _locked(batch, actor, State.READY)
    ruled = [
        outcome for outcome, decision in batch.rules.items() if decision == Decision.APPLY and batch.counts.get(outcome)
    ]
    if not ruled and not batch.rows.filter(decision=Decision.APPLY).exists():
        raise InvalidRoster(_("Nothing is decided to be taken over yet."))
    batch.decided_by = actor
    batch.save(update_fields=["decided_by"])
    return _start(batch, State.APPLYING, in_background=in_background)


@transaction.atomic
def undo(batch: Batch, *, actor: User | None, in_background: bool = True) -> Batch:
    """Have everything taken back that nothing later depends on; the rest is kept and listed."""
    batch = _locked(batch, actor, State.APPLIED, State.FAILED)
    if batch.purged_at is not None:
        raise InvalidRoster(_("It is too late: what is needed for it has been deleted after 30 days."))
    if batch.state == State.FAILED and not batch.done:
        raise InvalidRoster(_("Nothing of it was written."))
    batch.decided_by = actor
    batch.save(update_fields=["decided_by"])
    return _start(batch, State.UNDOING, in_background=in_background)


@transaction.atomic
def cancel(batch: Batch, *, actor: User | None, now: dt.datetime) -> Batch:
    """Give a roster up before anything of it was written; its file is deleted at once."""
    batch = _locked(batch, actor, State.UPLOADED, State.CHECKING, State.READY)
    kept, batch.file = batch.file, ""
    batch.state, batch.ended_at = State.CANCELLED, now
    batch.save(update_fields=["state", "ended_at", "file"])
    audit.record(actor, "rosters.cancel", batch)
    transaction.on_commit(lambda: files.delete(kept))
    return batch


def check_rights(actor: User | None, kind: str, node: Grid) -> None:
    """Raise PermissionDenied unless this person may bring such a list in for the node; None is the system."""
    needed = (
        [Permission.MANAGE_POSTS, Permission.MANAGE_USERS] if kind == BatchKind.WORKERS else [Permission.IMPORT_ROSTERS]
    )
    if actor is not None and not all(_has(actor, permission, node) for permission in needed):
        raise PermissionDenied


def _has(actor: User, permission: Permission, node: Grid) -> bool:
    """Say whether a post at the node or above gives it; whoever set up the installation sees no registers."""
    if actor.is_superuser and permission in SUPERUSER_PERMISSIONS:
        return actor.is_active
    return actor.is_active and any(
        post.unit_id is None and post.tree_id == node.tree_id and post.lft <= node.lft and post.rght >= node.rght
        for post in standing_for(actor).nodes(permission)
    )


def _locked(batch: Batch, actor: User | None, *states: State) -> Batch:
    """Lock the batch and return it as it now is; raises InvalidRoster where it is past that step."""
    batch = (
        Batch.objects.select_for_update(of=("self",), no_key=True).select_related("node", "uploader").get(pk=batch.pk)
    )
    check_rights(actor, batch.kind, batch.node)
    if batch.state not in states:
        raise InvalidRoster(
            _("This roster is at another step by now: %(state)s.") % {"state": batch.get_state_display()}
        )
    return batch


def _start(batch: Batch, state: State, *, phase: str = "", in_background: bool) -> Batch:
    batch.state, batch.phase, batch.cursor = state, phase, 0
    batch.failure, batch.ended_at, batch.heartbeat_at = "", None, None
    batch.step_began_at, batch.step_done = None, 0
    batch.save(
        update_fields=[
            *("state", "phase", "cursor", "failure", "ended_at", "heartbeat_at", "step_began_at", "step_done")
        ]
    )
    if in_background:
        transaction.on_commit(lambda: tasks.run_batch.delay(batch.pk))
    return batch


__all__ = [
    *("apply", "cancel", "check", "check_rights", "decide", "decide_rows", "described", "match", "recheck", "undo"),
    *("InvalidRoster", "PermissionDenied", "upload"),
]
