"""What people do with the exchange: bring a file in, try refused rows again, mend one. Each deed is audited."""

import datetime as dt
import json
from collections.abc import Mapping
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
from grids.errors import Refused
from grids.models import Grid
from grids.roles import Permission
from hotline.exchange import columns, tasks
from hotline.exchange.reading import LONGEST_CELL
from hotline.exchange.states import Direction, RunState, Verdict, Way
from hotline.models import ExchangeRow, ExchangeRun
from rosters import files

MAX_BYTES = 512 * 1024**2


def may_exchange(actor: User | None, district: Grid) -> None:
    """Raise PermissionDenied unless a post at the district lets this person exchange requests; None is the server."""
    if actor is None:
        return
    posts = standing_for(actor).nodes(Permission.EXCHANGE)
    if not any(post.tree_id == district.tree_id and post.unit_id is None for post in posts):
        raise PermissionDenied(_("Your posts do not let you exchange requests with the city platform."))


def bring_in(
    district: Grid,
    *,
    actor: User | None,
    file_name: str,
    content: IO[Any],
    now: dt.datetime,
    sheet: str = "",
    is_history: bool = False,
    in_background: bool = True,
) -> ExchangeRun:
    """Keep a file of the platform encrypted and have its rows taken in.

    Raises UnreadableTable where it is no table, Refused where the columns that a request needs are missing.
    """
    may_exchange(actor, district)
    name = PurePath(file_name.replace("\\", "/")).name[-200:]
    try:
        kept, _digest, _size = files.keep(content, MAX_BYTES)
    except ValueError:
        raise Refused(_("The file is larger than 512 MB. Divide it."), field="file") from None
    try:
        item = ExchangeRun(
            district=district,
            direction=Direction.IN,
            way=Way.FILE,
            actor=actor,
            began_at=now,
            file_name=name,
            file=kept,
            is_history=is_history,
        )
        with files.readable(kept, Path(name).suffix.lower()) as path:
            _describe(item, path, sheet)
        with transaction.atomic():
            item.save()
            audit.record(actor, "hotline.exchange_in", item, {"history": is_history})
            if in_background:
                transaction.on_commit(lambda: tasks.run_exchange.delay(item.pk))
    except BaseException:
        files.delete(kept)
        raise
    return item


def _describe(item: ExchangeRun, path: Path, sheet: str) -> None:
    """Find the headings and what each column holds."""
    with open_table(path, name=item.file_name, sheet=sheet, longest=LONGEST_CELL) as table:
        heading = headings.find_heading(table.head(headings.LOOKED_THROUGH), columns.COLUMNS)
        found = columns.matching(heading.cells) if heading else {}
        fields = set(found.values())
        for needed in ("platform_no", "text"):
            is_there = needed in fields or (needed == "text" and fields & {"title", "state"})
            if heading is None or not is_there:
                words = "、".join(columns.BY_NAME[needed].aliases[:4])
                raise Refused(_("A column is missing. It may be called: %(names)s.") % {"names": words}, field="file")
        assert heading is not None  # noqa: S101 - said to the type checker
        item.sheet, item.heading_row, item.body_after = table.sheet, heading.number, heading.last_number
        item.headings = [words[:200] for words in heading.cells]
        item.matching = {str(place): field for place, field in found.items()}
        item.expected_rows = max(0, table.row_count - heading.last_number)


@transaction.atomic
def replay(earlier: ExchangeRun, *, actor: User | None, now: dt.datetime, in_background: bool = True) -> ExchangeRun:
    """Try the refused rows of an exchange again, after what stood in their way was mended.

    Raises Refused where none is left or the exchange is still running.
    """
    earlier = ExchangeRun.objects.select_for_update(of=("self",)).select_related("district").get(pk=earlier.pk)
    may_exchange(actor, earlier.district)
    left = open_rows(earlier).count()
    if earlier.is_running or not left:
        raise Refused(_("There is no refused row to try again."))
    if ExchangeRun.objects.filter(replay_of=earlier, state=RunState.RUNNING).exists():
        raise Refused(_("They are being tried again already."))
    item = ExchangeRun.objects.create(
        district=earlier.district,
        direction=Direction.IN,
        way=Way.REPLAY,
        actor=actor,
        replay_of=earlier,
        is_history=earlier.is_history,
        began_at=now,
        file_name=earlier.file_name,
        expected_rows=left,
    )
    audit.record(actor, "hotline.exchange_replay", item, {"of": earlier.pk, "rows": left})
    if in_background:
        transaction.on_commit(lambda: tasks.run_exchange.delay(item.pk))
    return item


@transaction.atomic
def mend(row: ExchangeRow, *, actor: User | None, cells: Mapping[str, str]) -> ExchangeRow:
    """Correct the cells of a refused row, by field; it is taken in when it is tried again."""
    row = ExchangeRow.objects.select_for_update(of=("self",)).select_related("run__district").get(pk=row.pk)
    may_exchange(actor, row.run.district)
    if row.verdict != Verdict.REFUSED or row.settled_by_id or not row.sealed:
        raise Refused(_("This row needs no mending."))
    known = {field: said for field, said in cells.items() if field in columns.BY_NAME}
    kept: dict[str, str] = json.loads(row.sealed)
    now = {field: said for field, said in {**kept, **known}.items() if said}
    changed = sorted(field for field in {*kept, *now} if kept.get(field) != now.get(field))
    row.sealed = json.dumps(now, ensure_ascii=False)
    row.save(update_fields=["sealed"])
    audit.record(actor, "hotline.exchange_mend", row.run, {"row": row.number, "fields": changed})
    return row


def open_rows(run: ExchangeRun) -> Any:
    """Return the refused rows of a run that can be tried again."""
    return run.rows.filter(verdict=Verdict.REFUSED, settled_by=None).exclude(sealed="")
