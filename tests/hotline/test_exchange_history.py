"""The real messages with replies come in as closed requests of the past, every row accounted for."""

import datetime as dt
import re
from pathlib import Path

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from hotline.models import ExchangeRun, Request, RequestEvent
from messaging.models import Message
from tests.factories import make_ruled_line
from tests.hotline.platform import csv_of
from workorders.models import WorkOrder

pytestmark = pytest.mark.django_db
FILE = Path("/work/shared/data/hotline/messages_with_replies.xlsx")
needs_file = pytest.mark.skipif(not FILE.exists(), reason="the real messages are not on this machine")


@needs_file
def test_every_real_message_becomes_a_closed_request_with_its_answer(capsys):
    line = make_ruled_line()
    call_command("import_hotline", str(FILE), "--as-history")
    book = openpyxl.load_workbook(FILE, read_only=True)
    rows = {str(row[0]): row for row in book.worksheets[0].iter_rows(min_row=2, values_only=True)}
    run = ExchangeRun.objects.get()
    assert (run.state, sum(run.counts.values()), run.counts.get("refused", 0)) == ("done", len(rows), 0)
    found = {matter.platform_no: matter for matter in Request.objects.filter(district=line.district)}
    assert found.keys() == rows.keys()
    for number, matter in found.items():
        _number, user, title, asked_at, text, reply, answered_at = rows[number]
        assert matter.state == "closed"
        assert matter.call_state == ""
        assert (matter.requester_name, matter.title) == (user, " ".join(title.replace("\u200b", "").split()))
        assert timezone.localtime(matter.received_at).replace(tzinfo=None) == _moment(asked_at)
        assert timezone.localtime(matter.answered_at).replace(tzinfo=None) >= _moment(answered_at)
        assert matter.closed_at == matter.answered_at >= matter.received_at
        for clean, raw in ((matter.text, text), (matter.answer, reply)):
            assert not re.search("[\t\u3000\u200b\xa0]|  |^\n|\n\n", clean)
            assert _bare(clean) == _bare(raw)
    assert WorkOrder.objects.count() == Message.objects.count() == 0
    assert RequestEvent.objects.count() == 2 * len(rows)
    assert "A0" not in capsys.readouterr().out
    call_command("import_hotline", str(FILE), "--as-history")
    assert ExchangeRun.objects.latest("pk").counts == {"unchanged": len(rows)}


def _moment(said):
    if isinstance(said, dt.datetime):
        return said
    return dt.datetime.strptime(said, "%Y/%m/%d %H:%M:%S" if ":" in said else "%Y/%m/%d")  # noqa: DTZ007 - local


def _bare(text):
    return re.sub("_x000D_|[\\s\u3000\u200b-\u200d\u2060\ufeff\xad\x00-\x1f]", "", text)


def test_a_closed_request_of_the_past_needs_its_answer(tmp_path):
    make_ruled_line()
    file = tmp_path / "past.csv"
    heads = ["留言编号", "留言详情", "留言时间", "答复意见", "答复时间"]
    rows = [["1", "问", "2019/4/25 9:32:09", "答", "2019/5/10"], ["2", "问", "2019/4/25 9:32:09", "", ""]]
    file.write_bytes(csv_of([dict(zip(heads, row, strict=True)) for row in rows], heads).getvalue())
    call_command("import_hotline", str(file), "--as-history")
    assert ExchangeRun.objects.get().counts == {"accepted": 1, "refused": 1}
    with pytest.raises(CommandError, match=r"[Nn]ame the file|请"):
        call_command("import_hotline", str(tmp_path / "nothing.csv"))
