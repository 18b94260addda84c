"""States and answers go back to the platform, by file and by signed calls; what it pushes is answered row by row."""

import csv
import io
import json
import re
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from grids.errors import Refused
from hotline.actions import dispatch
from hotline.exchange import partners, telling
from hotline.models import ExchangePartner, ExchangeRun, Request
from tests.factories import make_category, make_ruled_line
from tests.hotline.platform import bring, csv_of

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/hotline/exchange/"
PAGE = (Path(__file__).resolve().parent.parent.parent / "docs" / "exchange.md").read_text(encoding="utf-8")


@pytest.fixture
def line():
    return make_ruled_line("chief", "clerk", "worker")


@pytest.fixture
def partner(line):
    return partners.add(line.district, actor=None, name="市平台", now=timezone.now())


def headers_of_the_page():
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    names: dict = {}
    exec(code, names)  # noqa: S102 - our own page
    return names["headers"]


def push(partner, rows, key=None):
    body = json.dumps({"rows": rows}).encode()
    headers = headers_of_the_page()(partner.code, key or partner.key, "POST", ADDRESS, body)
    return Client().post(ADDRESS, body, content_type="application/json", headers=headers)


def pull(partner, cursor=0, limit=100):
    path = f"{ADDRESS}?cursor={cursor}&limit={limit}"
    return Client().get(path, headers=headers_of_the_page()(partner.code, partner.key, "GET", path))


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def test_the_worked_example_of_the_page_runs(partner, line):
    example, answer = (json.loads(text) for text in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL))
    told = push(partner, example["rows"]).json()
    matter = Request.objects.get()
    assert list(told) == list(answer)
    assert list(told["answers"][0]) == list(answer["answers"][0])
    assert told["answers"][0] == {**answer["answers"][0], "number": matter.number}
    again = push(partner, [*example["rows"], "无字段", {"工单编号": "2", "诉求内容": "问", "诉求类型": "天书"}]).json()
    assert [each["answer"] for each in again["answers"]] == ["unchanged", "refused", "refused"]
    assert again["answers"][2]["reasons"] == ["诉求类型无法识别。"]
    assert ExchangeRun.objects.filter(way="push", partner=partner).count() == 2


def test_only_a_fresh_signature_of_a_partner_in_use_is_taken(partner, line):
    body = json.dumps({"rows": [{"工单编号": "1", "诉求内容": "问"}]}).encode()
    sign = headers_of_the_page()
    good = sign(partner.code, partner.key, "POST", ADDRESS, body)

    def code_of(headers, said=body):
        answer = Client().post(ADDRESS, said, content_type="application/json", headers=headers)
        return answer.status_code if answer.status_code != 401 else answer.json()["code"]

    assert code_of(good) == 200
    assert code_of(good) == "used"
    assert code_of(sign(partner.code, partner.key, "POST", ADDRESS, body), body + b" ") == "signature"
    assert code_of(sign(partner.code, "guessed", "POST", ADDRESS, body)) == "signature"
    assert code_of(sign("nobody", partner.key, "POST", ADDRESS, body)) == "signature"
    assert code_of(sign(partner.code, partner.key, "GET", ADDRESS, body)) == "signature"
    assert code_of({}) == "form"
    old = good["X-Wangge-Signature"].replace("t=1", "t=0")
    assert code_of(good | {"X-Wangge-Signature": old}) == "time"
    former = partner.key
    renewed = partners.change_key(partner, actor=None, at_once=False, now=timezone.now())
    assert push(renewed, [{}], key=former).status_code == 200
    renewed = partners.change_key(renewed, actor=None, at_once=True, now=timezone.now())
    assert push(renewed, [{}], key=former).status_code == 401
    partners.revoke(renewed, actor=None, now=timezone.now())
    assert push(renewed, [{}]).status_code == 401
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM hotline_exchangepartner")
        assert renewed.key not in cursor.fetchone()[0]


def test_so_many_calls_a_minute_and_no_more(partner, monkeypatch):
    from hotline.api_exchange import PartnerThrottle

    monkeypatch.setattr(PartnerThrottle, "rate", "3/min")
    assert [pull(partner).status_code for _ in range(4)] == [200, 200, 200, 429]


def test_a_partner_is_told_what_changed_after_its_cursor_and_may_ask_again(partner, line):
    push(partner, [{"工单编号": f"JN{n}", "诉求内容": "路灯不亮", "受理时间": "2026-11-19 09:00"} for n in range(3)])
    first = pull(partner, limit=2).json()
    assert ([each["platform_no"] for each in first["statuses"]], first["more"]) == (["JN0", "JN1"], True)
    rest = pull(partner, first["cursor"]).json()
    assert ([each["state"] for each in rest["statuses"]], rest["more"]) == (["已受理"], False)
    assert pull(partner, rest["cursor"]).json()["statuses"] == []
    matter = Request.objects.get(platform_no="JN1")
    dispatch(matter, actor=line.clerk, grid=line.base, category=make_category(needs_photo=False))
    (now,) = pull(partner, rest["cursor"]).json()["statuses"]
    assert (now["platform_no"], now["state"], now["number"]) == ("JN1", "办理中", matter.number)
    assert pull(partner, 0, 2).json()["statuses"] == first["statuses"], "the same again"


def test_an_export_holds_what_has_changed_since_the_last_one(line):
    bring(line.district, [{"工单编号": "JN1"}, {"工单编号": "JN2", "工单状态": "已撤销"}])
    bring(line.district, [{"工单编号": "OLD", "答复内容": "答", "答复时间": "2026-11-19 10:00"}], is_history=True)
    chief = client_of(line.chief)
    page = chief.post(reverse("hotline:exchange-export"))
    run = ExchangeRun.objects.get(direction="out")
    assert page.url == run.get_absolute_url()
    assert run.counts == {"received": 1, "withdrawn": 1}, "the past is not told"
    assert "JN1" in chief.get(page.url).content.decode()
    address = reverse("hotline:exchange-download", args=[run.pk])
    sent = chief.post(address, {"as": "csv"}).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(sent)))
    assert [(row["工单编号"], row["工单状态"]) for row in rows] == [("JN1", "已受理"), ("JN2", "已撤销")]
    assert chief.post(address, {"as": "csv"}).content.decode("utf-8-sig") == sent, "taken along again"
    with pytest.raises(Refused):
        telling.export(line.district, actor=None, now=timezone.now())
    chief.post(reverse("hotline:exchange-again", args=[telling.rows_of(run)[0].pk]))
    assert telling.export(line.district, actor=None, now=timezone.now()).counts == {"received": 1}


def test_the_duty_chief_brings_a_file_in_and_sees_each_answer(line, django_capture_on_commit_callbacks):
    chief = client_of(line.chief)
    file = csv_of([{"工单编号": "JN1", "诉求内容": "问"}, {"工单编号": "", "诉求内容": "问", "诉求地址": "密地"}])
    file.name = "平台.csv"
    with django_capture_on_commit_callbacks() as jobs:
        page = chief.post(reverse("hotline:exchange-new"), {"file": file})
    assert len(jobs) == 1
    run = ExchangeRun.objects.get()
    from hotline.exchange import running

    running.run(run.pk)
    shown = chief.get(page.url).content.decode()
    assert "缺少工单编号" in shown
    assert "密地" not in shown
    row = run.rows.get(verdict="refused")
    mended = chief.post(reverse("hotline:exchange-row", args=[row.pk]), {"platform_no": "JN2", "text": "问"})
    assert mended.url == run.get_absolute_url()
    chief.post(reverse("hotline:exchange-replay", args=[run.pk]))
    again = running.run(ExchangeRun.objects.latest("pk").pk)
    assert again.counts == {"accepted": 1}
    copied = chief.post(reverse("hotline:exchange-copy", args=[run.pk]))
    assert copied.headers["Content-Disposition"].endswith(".xlsx") or "filename" in copied["Content-Disposition"]
    key_page = chief.post(reverse("hotline:exchange-partner-add"), {"name": "市平台"}).content.decode()
    assert ExchangePartner.objects.get().key in key_page
