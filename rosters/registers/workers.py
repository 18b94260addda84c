"""Compare a list of workers with accounts and posts, and write it through their own actions, one by one.

A district has some 1,500 of them. Somebody is found by employee number, else by sign-in name. A list gives accounts
and posts and corrects names and telephones; it never ends a post, because a hand-over belongs to that.
"""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import actions as account_actions
from accounts.models import User
from grids import posts
from grids.errors import InvalidPost
from grids.models import Grid, Kind, Post
from grids.roles import Role
from rosters.models import Batch, Made, Problem, Row, StagedWorker
from rosters.registers import writing
from rosters.states import Conflict, Outcome, Result

ACCOUNT = ("display_name", "phone")
"""What a list may correct of an account that is there."""


def compare(batch: Batch) -> None:
    """Make the batch's rows. To be called in a transaction; what an earlier comparison made is gone already."""
    staged = list(_staged(batch, batch.first_key, batch.last_key))
    kinds = dict(Grid.objects.filter(pk__in={row.node_id for row in staged}).values_list("pk", "kind"))
    by_number = _users("employee_number", {row.employee_number for row in staged})
    by_name = _users("username", {(row.username or row.employee_number or "").lower() for row in staged})
    held = _held(batch, [*by_number.values(), *by_name.values()])
    seen: dict[str, int] = {}
    rows, problems = [], []
    for row in staged:
        number = row.row_id - batch.first_key
        sign_in = (row.username or row.employee_number or "").lower()
        trouble = _trouble(row, sign_in, kinds)
        user = by_number.get(row.employee_number or "") or by_name.get(sign_in)
        made = Row(id=row.row_id, batch=batch, number=number, outcome=Outcome.NEW, is_addition=user is None)
        if row.is_refused or trouble:
            made.outcome, made.is_addition = Outcome.REFUSED, False
            if trouble:
                problems.append(
                    Problem(batch=batch, number=number, field=trouble[0], code=trouble[1], is_compared=True)
                )
        elif _repeats(row, sign_in, seen):
            made.outcome, made.is_addition, made.rival_id = Outcome.DUPLICATE, False, seen[_key(row, sign_in)]
        elif user is not None:
            made.target_id = user.pk
            _compare_one(batch, made, row, user, held)
        rows.append(made)
    Row.objects.bulk_create(rows, 1000)
    Problem.objects.bulk_create(problems, 1000)


def _staged(batch: Batch, low: int, high: int) -> Iterable[StagedWorker]:
    return StagedWorker.objects.filter(row_id__range=(low, high)).order_by("row_id")


def _users(field: str, values: set[str | None]) -> dict[str, User]:
    wanted = {value.lower() for value in values if value}
    found = User.objects.filter(is_active=True).exclude(**{field: ""})
    if field == "username":
        return {user.username.lower(): user for user in found.filter(username__in=wanted | {v for v in values if v})}
    return {user.employee_number: user for user in found.filter(employee_number__in=[v for v in values if v])}


def _held(batch: Batch, users: list[User]) -> set[tuple[int, str, int]]:
    found = Post.objects.in_force(timezone.localdate()).filter(user__in=users)
    return set(found.values_list("user_id", "role", "node_id"))


def _trouble(row: StagedWorker, sign_in: str, kinds: dict[int, str]) -> tuple[str, str] | None:
    if row.is_refused:
        return None
    if not sign_in:
        return "username", "needed"
    if Kind(kinds[row.node_id or 0]) not in posts.ROLE_KINDS[Role(row.role or "")]:
        return "role", "role_node"
    return None


def _key(row: StagedWorker, sign_in: str) -> str:
    return f"{sign_in} {row.role} {row.node_id}"


def _repeats(row: StagedWorker, sign_in: str, seen: dict[str, int]) -> bool:
    return seen.setdefault(_key(row, sign_in), row.row_id) != row.row_id


def _compare_one(batch: Batch, made: Row, row: StagedWorker, user: User, held: set[tuple[int, str, int]]) -> None:
    managed = batch.uploader is None or User.objects.managed_by(batch.uploader).filter(pk=user.pk).exists()
    if row.employee_number and user.employee_number and row.employee_number != user.employee_number:
        made.outcome, made.conflict = Outcome.CONFLICT, Conflict.AMBIGUOUS
        return
    if not managed:
        made.outcome, made.conflict = Outcome.CONFLICT, Conflict.ELSEWHERE
        return
    fields = [name for name in ACCOUNT if getattr(row, name) and getattr(row, name) != getattr(user, name)]
    if (user.pk, row.role, row.node_id) not in held:
        fields.append("role")
    made.fields, made.outcome = fields, Outcome.CHANGED if fields else Outcome.UNCHANGED
    if "display_name" in fields:
        made.outcome, made.conflict = Outcome.CONFLICT, Conflict.OTHER_NAME


def write(batch: Batch, low: int, high: int, _district: int) -> dict[str, int]:
    """Write the decided rows of these numbers, both inclusive; returns what was done. In the caller's transaction."""
    given = writing.parameters(batch, low=low, high=high)
    sql = f"SELECT x.id FROM rosters_row x WHERE x.id BETWEEN %(low)s AND %(high)s AND {writing.TAKEN} ORDER BY x.id"
    keys = [row[0] for row in writing.rows(sql, given)]
    rows = {row.pk: row for row in Row.objects.filter(pk__in=keys)}
    done = {"added": 0, "changed": 0, "stale": 0}
    for staged in StagedWorker.objects.filter(row_id__in=keys).order_by("row_id"):
        row = rows[staged.row_id]
        try:
            with transaction.atomic():
                _write_one(batch, row, staged)
        except (InvalidPost, PermissionDenied, IntegrityError):
            row.result = Result.STALE
            row.save(update_fields=["result"])
            Problem.objects.create(batch=batch, number=row.number, field="role", code="not_written", refuses=False)
            done["stale"] += 1
        else:
            done["added" if row.is_addition else "changed"] += 1
    return done


def _write_one(batch: Batch, row: Row, staged: StagedWorker) -> None:
    actor = batch.decided_by
    fields = [name for name in row.fields if name not in batch.skipped_fields]
    if row.is_addition:
        user = _account(batch, row, staged)
        fields = ["role"]
    else:
        user = User.objects.get(pk=row.target_id)
        changes = {name: getattr(staged, name) for name in ACCOUNT if name in fields}
        row.before = {"was": {name: getattr(user, name) for name in changes}, "written": changes}
        row.save(update_fields=["before"])
        if changes and actor is not None:
            account_actions.edit_user(user, actor=actor, fields=changes)
        elif changes:
            User.objects.filter(pk=user.pk).update(**changes)
    if "role" in fields:
        post = posts.give_post(
            user,
            actor=actor,
            role=staged.role or "",
            node=Grid.objects.get(pk=staged.node_id),
            employment=staged.employment or "full_time",
            is_primary=bool(staged.is_primary),
            starts_on=staged.starts_on,
            ends_on=staged.ends_on,
        )
        Made.objects.create(batch=batch, what=Made.What.POST, target_id=post.pk)


def _account(batch: Batch, row: Row, staged: StagedWorker) -> User:
    """Make the account, or find the one that an earlier row of the list made for somebody with two posts."""
    sign_in = staged.username or staged.employee_number or ""
    made = Made.objects.filter(batch=batch, what=Made.What.ACCOUNT).values("target_id")
    user = User.objects.filter(pk__in=made, username__iexact=sign_in).first()
    if user is None:
        user, password = account_actions.add_user(
            actor=batch.decided_by,
            fields={
                "username": sign_in,
                "display_name": staged.display_name,
                "employee_number": staged.employee_number or "",
                "phone": staged.phone or "",
            },
        )
        StagedWorker.objects.filter(pk=staged.pk).update(first_password=password)
        Made.objects.create(batch=batch, what=Made.What.ACCOUNT, target_id=user.pk)
    row.target_id = user.pk
    row.save(update_fields=["target_id"])
    return user
