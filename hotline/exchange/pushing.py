"""Rows that a partner pushes, and what it asks for: the same taking in and telling as with files, at once."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from accounts.tables.headings import key_of
from hotline.exchange import telling
from hotline.exchange.columns import BY_KEY, BY_NAME
from hotline.exchange.running import count
from hotline.exchange.states import Direction, RunState, Verdict, Way
from hotline.exchange.taking import Answer, Taker
from hotline.models import ExchangePartner, ExchangeRun, ExchangeStatus

MOST_ROWS = 500
"""Of one push."""
MOST_STATUSES = 500


@transaction.atomic
def push(partner: ExchangePartner, rows: Sequence[Any], *, now: dt.datetime) -> tuple[ExchangeRun, list[Answer]]:
    """Take pushed rows in, at most MOST_ROWS; the same push again changes nothing. Each row gets its answer."""
    run = ExchangeRun.objects.create(
        district=partner.district,
        direction=Direction.IN,
        way=Way.PUSH,
        partner=partner,
        began_at=now,
        expected_rows=len(rows),
    )
    given = [(line, cells_of(row)) for line, row in enumerate(rows, 1)]
    answers = Taker(run, now).take(given)
    for answer, row in zip(answers, rows, strict=True):
        if not isinstance(row, Mapping):
            answer.codes.append("no_object")
    count(run, answers)
    run.state, run.ended_at, run.rows_done = RunState.DONE, now, len(answers)
    run.last_number = len(answers)
    run.save()
    ExchangePartner.objects.filter(pk=partner.pk).update(last_used_at=now)
    return run, answers


def cells_of(row: Any) -> dict[str, str]:
    """Return a pushed row's cells by field: its keys are our field names or the platform's headings."""
    if not isinstance(row, Mapping):
        return {}
    cells: dict[str, str] = {}
    for key, value in row.items():
        field = key if key in BY_NAME else BY_KEY.get(key_of(str(key)[:100]))
        said = _text(value)
        if field is not None and said and field not in cells:
            cells[field] = said
    return cells


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, str | int | float):
        return str(value).strip().replace("\x00", "")
    return ""


def statuses(
    partner: ExchangePartner, *, cursor: int, limit: int, now: dt.datetime
) -> tuple[list[ExchangeStatus], int, bool]:
    """Return what the platform is to know after a cursor, the next cursor, and whether there is more now.

    The same cursor gives the same again; what was asked for is on record.
    """
    telling.renew(partner.district, now)
    rows = ExchangeStatus.objects.filter(district=partner.district_id, id__gt=cursor).order_by("id")
    found = list(rows[: limit + 1])
    has_more, found = len(found) > limit, found[:limit]
    upto = found[-1].pk if found else cursor
    if found:
        run = ExchangeRun(district=partner.district, direction=Direction.OUT, way=Way.PULL, partner=partner)
        run.began_at = run.ended_at = now
        run.state, run.after, run.upto = RunState.DONE, cursor, upto
        for status in found:
            run.counts[status.state] = run.counts.get(status.state, 0) + 1
        run.rows_done = len(found)
        run.save()
    ExchangePartner.objects.filter(pk=partner.pk).update(last_used_at=now)
    return found, upto, has_more


__all__ = ["MOST_ROWS", "MOST_STATUSES", "Verdict", "cells_of", "push", "statuses"]
