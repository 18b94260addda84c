"""Lists for rosters, as text files of synthetic people, and what brings one in from upload to the register."""

import io
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone

from grids.models import Grid
from rosters import actions, running
from rosters.models import Batch
from rosters.states import BatchKind

HEADINGS = ("姓名", "身份证号", "联系电话", "所属网格", "现住地址")


def csv_of(rows: Iterable[Iterable[str]], headings: Iterable[str] = HEADINGS, encoding: str = "utf-8") -> io.BytesIO:
    lines = [",".join(cells) for cells in (headings, *rows)]
    return io.BytesIO(("\r\n".join(lines) + "\r\n").encode(encoding))


def checked(
    node: Grid,
    rows: Iterable[Iterable[str]],
    headings: Iterable[str] = HEADINGS,
    *,
    kind: str = BatchKind.RESIDENTS,
    **settings: Any,
) -> Batch:
    """Bring a list in and have it compared; the system does it, so that nobody's rights stand in the way."""
    batch = actions.upload(
        actor=None, node=node, kind=kind, file_name="名单.csv", content=csv_of(rows, headings), now=timezone.now()
    )
    matching = {int(index): field for index, field in batch.matching.items()}
    batch = actions.match(batch, actor=None, matching=matching, **settings)
    actions.check(batch, actor=None, in_background=False)
    return running.run(batch.pk)


def applied(batch: Batch, rules: Mapping[str, str] | None = None, skipped_fields: Iterable[str] = ()) -> Batch:
    """Take over what the rules say, by default everything new and changed."""
    rules = {"new": "apply", "changed": "apply"} if rules is None else rules
    batch = actions.decide(batch, actor=None, rules=rules, skipped_fields=list(skipped_fields))
    actions.apply(batch, actor=None, in_background=False)
    return running.run(batch.pk)


def taken_back(batch: Batch) -> Batch:
    actions.undo(batch, actor=None, in_background=False)
    return running.run(batch.pk)


def outcomes(batch: Batch) -> dict[str, int]:
    """Rows by outcome, without reasons of conflicts."""
    return {name: count for name, count in batch.counts.items() if ":" not in name}


def mistakes(batch: Batch) -> set[tuple[str, str]]:
    return {(field, code) for field, code, _refuses, _count in batch.problems}
