"""Take back what a list of workers made: a post that nothing hangs on, an account that nobody has used.

An account that its owner has signed in to stays with its posts. A post that somebody has held until now ends today and
stays on record, as if ended on its own page; one that has not begun, or of an account that was never used, goes.
"""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts import actions as account_actions
from accounts import audit
from accounts.models import Notification, User
from grids import posts
from grids.errors import InvalidPost
from grids.models import Post
from rosters.models import Batch, Made, Row, StagedWorker
from rosters.registers import writing
from rosters.registers.depending import nothing_leads_to
from rosters.states import Result

_FREE_POSTS = "SELECT t.id FROM grids_post t WHERE t.id = ANY (%(keys)s) AND {where}"


def undo_rows(batch: Batch, low: int, high: int) -> None:
    """Take back the rows of these numbers, both inclusive; what stays has the result "kept". In a transaction."""
    given = writing.parameters(batch, low=low, high=high)
    sql = f"SELECT x.id FROM rosters_row x WHERE x.id BETWEEN %(low)s AND %(high)s AND {writing.TAKEN} ORDER BY x.id"
    keys = [row[0] for row in writing.rows(sql, given)]
    staged = StagedWorker.objects.in_bulk(keys)
    users = User.objects.select_for_update(no_key=True).order_by("pk")
    accounts = {user.pk: user for user in users.filter(pk__in=Row.objects.filter(pk__in=keys).values("target_id"))}
    made = _posts(batch, accounts)
    free = _free(list(made.values()))
    for row in Row.objects.filter(pk__in=keys).order_by("id"):
        user, wanted = accounts.get(row.target_id or 0), staged[row.pk]
        if user is None:
            continue
        post = made.get((user.pk, wanted.role or "", wanted.node_id or 0))
        row.result = Result.UNDONE if _undo_one(batch, row, user, post, free) else Result.KEPT
        row.save(update_fields=["result"])


def _posts(batch: Batch, accounts: dict[int, User]) -> dict[tuple[int, str, int], Post]:
    keys = Made.objects.filter(batch=batch, what=Made.What.POST).values("target_id")
    found = Post.objects.filter(pk__in=keys, user__in=accounts)
    return {(post.user_id, post.role, post.node_id): post for post in found}


def _free(found: list[Post]) -> set[int]:
    sql = _FREE_POSTS.format(where=nothing_leads_to(Post, "t"))
    return {row[0] for row in writing.rows(sql, {"keys": [post.pk for post in found]})}


def _undo_one(batch: Batch, row: Row, user: User, post: Post | None, free: set[int]) -> bool:
    """Take back one row; returns False where something hangs on it, or who takes it back may not."""
    if row.is_addition and user.last_login is not None:
        return False
    if post is not None and post.pk not in free:
        return False
    try:
        with transaction.atomic():
            if not row.is_addition and not _restore(batch, row, user):
                return False
            if post is not None:
                _end(batch, row, post)
    except (InvalidPost, PermissionDenied):
        return False
    return True


def _end(batch: Batch, row: Row, post: Post) -> None:
    if row.is_addition:
        posts.take_back(post, actor=batch.decided_by)
    elif post.ends_on is None or post.ends_on > timezone.localdate():
        posts.end_post(post, actor=batch.decided_by)


def _restore(batch: Batch, row: Row, user: User) -> bool:
    """Give an account back what the list changed, unless somebody changed it since."""
    before: dict[str, str] = (row.before or {}).get("was", {})
    written: dict[str, str] = (row.before or {}).get("written", {})
    if any(getattr(user, name) != value for name, value in written.items()):
        return False
    if before and batch.decided_by is not None:
        account_actions.edit_user(user, actor=batch.decided_by, fields=before)
    elif before:
        User.objects.filter(pk=user.pk).update(**before)
    return True


def delete_accounts(batch: Batch) -> None:
    """Delete the accounts that the list made, nobody used and nothing leads to; the rows of the others are kept."""
    keys = list(Made.objects.filter(batch=batch, what=Made.What.ACCOUNT).values_list("target_id", flat=True))
    sql = (
        f"SELECT t.id FROM accounts_user t WHERE t.id = ANY (%(keys)s) AND {nothing_leads_to(User, 't', Notification)}"
    )
    free = [row[0] for row in writing.rows(sql, {"keys": keys})]
    for user in User.objects.filter(pk__in=free, last_login=None):
        audit.record(batch.decided_by, "rosters.take_back_account", user, {"roster": batch.pk})
        user.delete()
    rows = batch.rows.filter(is_addition=True)
    StagedWorker.objects.filter(pk__in=rows.values("pk")).exclude(
        pk__in=rows.filter(target_id__in=User.objects.filter(pk__in=keys)).values("pk")
    ).update(first_password=None)
    rows.filter(result=Result.UNDONE, target_id__in=User.objects.filter(pk__in=keys)).update(result=Result.KEPT)
