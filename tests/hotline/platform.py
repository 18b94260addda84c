"""Exports of the city platform as files; all synthetic (DOMAIN.md §7.1)."""

import csv
import io
from typing import Any

from django.utils import timezone

from grids.models import Grid
from hotline.exchange import actions, running
from hotline.models import ExchangeRun

HEADINGS = [
    "工单编号",
    "诉求标题",
    "诉求内容",
    "诉求类型",
    "联系人",
    "联系电话",
    "诉求地址",
    "受理时间",
    "工单状态",
    "更新时间",
]
USUAL = {
    "工单编号": "JN1",
    "诉求标题": "路灯不亮",
    "诉求内容": "小区门口路灯不亮。",
    "诉求类型": "求助",
    "联系人": "测试人",
    "联系电话": "12000000001",
    "受理时间": "2026-11-19 09:30:00",
}


def csv_of(rows: list[dict[str, Any]], headings: list[str] | None = None, encoding: str = "utf-8") -> io.BytesIO:
    text = io.StringIO()
    heads = headings or list(dict.fromkeys([*HEADINGS, *(key for row in rows for key in row)]))
    writer = csv.DictWriter(text, heads, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return io.BytesIO(text.getvalue().encode(encoding))


def bring(district: Grid, rows: list[dict[str, Any]], **facts: Any) -> ExchangeRun:
    """Bring rows in; each is the usual one with what it says instead."""
    encoding = facts.pop("encoding", "utf-8")
    content = csv_of([USUAL | row for row in rows], encoding=encoding)
    usual = {"actor": None, "file_name": "平台.csv", "now": timezone.now(), "in_background": False}
    item = actions.bring_in(district, content=content, **usual | facts)
    return running.run(item.pk)


def answers(item: ExchangeRun) -> list[tuple[str, list[str]]]:
    """Return verdict and codes of each row, in the file's order."""
    return [(row.verdict, row.codes) for row in item.rows.order_by("number")]
