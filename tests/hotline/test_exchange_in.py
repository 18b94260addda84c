"""Rows of the city platform become requests; whatever is wrong with one, it is answered and nothing else is lost."""

import datetime as dt
import json
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Notification
from grids.calendar import load_calendar
from grids.errors import Refused
from hotline import identity
from hotline.actions import dispatch
from hotline.exchange import actions, reading, running
from hotline.models import ExchangeRow, Request, RequestEvent
from tests.factories import make_category, make_ruled_line
from tests.hotline.platform import HEADINGS, answers, bring, csv_of
from tests.registers import make_building, make_estate
from workorders.models import WorkOrder

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def line():
    return make_ruled_line()


def test_a_row_becomes_a_request_at_the_desk_with_everything_it_says(line):
    category = make_category(name="城市照明", scheme="hotline", parent=make_category(name="城市综合", scheme="hotline"))
    said = {
        "诉求类型": "投诉",
        "紧急程度": "紧急",
        "是否保密": "是",
        "一级分类": "城市综合",
        "二级分类": "城市照明",
        "信息来源": "电话",
        "转办意见": "请核实办理",
        "截止时间": "2026年12月1日",
        "诉求内容": "\t 小区门口\u3000路灯不亮 \n\n\t 已三天\u200b ",
    }
    item = bring(line.district, [said], encoding="gb18030")
    assert item.state == "done"
    assert answers(item) == [("accepted", [])]
    matter = Request.objects.get()
    assert (matter.platform_no, matter.source, matter.state) == ("JN1", "platform", "received")
    assert (matter.kind, matter.urgency, matter.is_secret, matter.category) == ("complaint", "urgent", True, category)
    assert matter.text == "小区门口 路灯不亮\n已三天\n【转办意见】请核实办理"
    assert (matter.requester_name, matter.requester_phone) == ("测试人", "12000000001")
    assert matter.phone_hash == identity.hash_to_keep("12000000001")
    assert matter.received_at == dt.datetime(2026, 11, 19, 9, 30, tzinfo=ZONE)
    assert matter.number.startswith(f"{line.district.code[:6]}20261119R")
    assert matter.due_at == load_calendar().add(matter.received_at, 15, "working_day")
    assert matter.platform_row["deadline"].startswith("2026-12-01")
    assert "测试人" not in json.dumps(matter.platform_row, ensure_ascii=False)
    assert [event.act for event in matter.events.all()] == ["receive"]


def test_each_row_gets_its_own_answer_and_good_rows_go_in(line):
    item = bring(
        line.district,
        [
            {},
            {},
            {"诉求标题": "路灯还不亮"},
            {"工单编号": ""},
            {"工单编号": "JN5", "诉求内容": "长" * 30_000},
            {"工单编号": "JN6", "诉求内容": "ئەسسالامۇ ئەلەيكۇم བཀྲ་ཤིས། 👍🏽", "联系人": "ئادىل"},
            {"工单编号": "JN7", "受理时间": "2026-13-45"},
            {"工单编号": "JN8", "诉求类型": "天书"},
            {"工单编号": "JN9", "诉求分类": "没有/这一类"},
            {"工单编号": "3.70811E+17"},
            {"工单编号": "JN11", "诉求标题": "", "诉求内容": ""},
            {"工单编号": "JN12", "受理时间": "2036-01-01"},
            {"工单编号": "JN13", "工单状态": "莫名", "是否保密": "看情况"},
        ],
    )
    assert answers(item) == [
        ("accepted", []),
        ("unchanged", ["same_twice"]),
        ("changed", ["twice"]),
        ("refused", ["number_missing"]),
        ("refused", ["text_long"]),
        ("accepted", []),
        ("refused", ["received_broken"]),
        ("refused", ["kind_unknown"]),
        ("accepted", ["category_unknown"]),
        ("refused", ["number_lost"]),
        ("refused", ["text_missing"]),
        ("refused", ["time_ahead"]),
        ("accepted", ["state_unknown", "secret_unknown"]),
    ]
    assert item.counts == {"accepted": 4, "unchanged": 1, "changed": 1, "refused": 7}
    assert Request.objects.get(platform_no="JN6").requester_name == "ئادىل"
    assert Request.objects.get(platform_no="JN1").title == "路灯还不亮"
    assert Request.objects.get(platform_no="JN13").is_secret, "until somebody has looked"
    assert Notification.objects.count() == 0


def test_a_row_that_goes_back_in_time_is_refused(line):
    bring(line.district, [{"工单状态": "办理中", "更新时间": "2026-11-20 10:00"}])
    older = {"诉求标题": "旧的", "工单状态": "办理中", "更新时间": "2026-11-20 09:59"}
    assert answers(bring(line.district, [older])) == [("refused", ["older_time"])]
    assert answers(bring(line.district, [{"诉求标题": "旧的", "工单状态": "已受理"}])) == [("refused", ["older_state"])]
    newer = {"诉求标题": "新的", "工单状态": "已转办", "更新时间": "2026-11-20 10:01"}
    assert answers(bring(line.district, [newer])) == [("changed", [])], "its time says that it is newer"
    assert Request.objects.get().title == "新的"
    assert answers(bring(line.district, [newer])) == [("unchanged", [])]


def test_an_unchanged_file_writes_nothing_but_its_log(line):
    rows = [{"工单编号": f"JN{n}"} for n in range(30)]
    bring(line.district, rows)
    before = list(Request.objects.order_by("pk").values_list("version", "platform_row"))
    assert bring(line.district, rows).counts == {"unchanged": 30}
    assert list(Request.objects.order_by("pk").values_list("version", "platform_row")) == before
    assert RequestEvent.objects.count() == 30


def test_what_the_platform_withdraws_closes_or_wants_again_follows(line):
    bring(line.district, [{"工单编号": f"JN{n}"} for n in range(1, 5)])
    at_work = Request.objects.get(platform_no="JN2")
    dispatch(at_work, actor=line.clerk, grid=line.base, category=make_category(needs_photo=False))
    item = bring(
        line.district,
        [
            {"工单编号": "JN1", "工单状态": "已撤销"},
            {"工单编号": "JN2", "工单状态": "撤单"},
            {"工单编号": "JN3", "工单状态": "已办结", "答复内容": "已更换灯具。", "答复时间": "2026/11/19 16:00"},
            {"工单编号": "JN9", "工单状态": "已办结", "答复内容": "已办。", "答复时间": "2026/11/19 16:00"},
        ],
    )
    assert answers(item) == [
        ("changed", ["withdrawn"]),
        ("changed", ["withdrawn", "still_worked_on"]),
        ("changed", ["closed"]),
        ("accepted", ["over"]),
    ]
    states = dict(Request.objects.values_list("platform_no", "state"))
    assert states == {"JN1": "refused", "JN2": "closed", "JN3": "closed", "JN4": "received", "JN9": "closed"}
    assert Request.objects.get(platform_no="JN3").answer == "已更换灯具。"
    assert answers(bring(line.district, [{"工单编号": "JN3", "工单状态": "重办"}])) == [("changed", ["redo"])]
    again = Request.objects.get(platform_no="JN3")
    assert (again.state, again.reopen_count, again.closed_at) == ("received", 1, None)
    assert again.due_at > timezone.now() - dt.timedelta(days=1)


def test_work_begun_here_is_not_undone_by_a_changed_row(line):
    bring(line.district, [{}])
    matter = dispatch(
        Request.objects.get(), actor=line.clerk, grid=line.base, category=make_category(needs_photo=False)
    )
    assert answers(bring(line.district, [{"诉求类型": "投诉", "诉求内容": "补充：三天了。"}])) == [("changed", [])]
    now = Request.objects.get()
    assert (now.state, now.kind, now.grid, now.due_at) == ("dispatched", "help", line.base, matter.due_at)
    assert now.text == "补充：三天了。"
    assert now.events.order_by("id").last().details["fields"] == ["text"]


def test_a_sure_place_is_located_and_another_only_proposed(line):
    make_building(line.base, make_estate(line.community, name="颂运水庭"), number="3")
    rows = [
        {"工单编号": "JN1", "诉求地址": "颂运水庭3号楼1单元101"},
        {"工单编号": "JN3", "诉求地址": "不知道在哪里"},
    ]
    bring(line.district, rows)
    found = {matter.platform_no: matter for matter in Request.objects.all()}
    assert (found["JN1"].grid, found["JN1"].is_located) == (line.base, True)
    assert (found["JN1"].community, found["JN1"].street) == (line.community, line.street)
    assert (found["JN3"].grid, found["JN3"].is_located) == (None, False)


def test_refused_rows_are_kept_encrypted_mended_and_tried_again(line):
    item = bring(line.district, [{"工单编号": ""}, {"工单编号": "JN2", "诉求类型": "天书", "联系人": "密姓人"}])
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(sealed, '') FROM hotline_exchangerow")
        assert "密姓人" not in cursor.fetchone()[0]
    row = ExchangeRow.objects.get(platform_no="JN2")
    actions.mend(row, actor=None, cells={"kind": "求助", "nonsense": "x"})
    again = running.run(actions.replay(item, actor=None, now=timezone.now(), in_background=False).pk)
    assert answers(again) == [("refused", ["number_missing"]), ("accepted", [])]
    row.refresh_from_db()
    assert (row.settled_by, row.sealed) == (again, "")
    assert Request.objects.get().requester_name == "密姓人"
    with pytest.raises(Refused, match="无需更正"):
        actions.mend(row, actor=None, cells={})


@pytest.mark.parametrize(
    "text",
    [
        *(
            "2026/11/9 8:05:07",
            "2026-11-09T08:05:07",
            "2026年11月9日 8时05分07秒",
            "20261109080507",
            "2026.11.9 08:05:07",
        ),
        *(
            "２０２６／１１／９　８：０５：０７",
            "2026-11-09 08:05:07.25",
            "2026-11-09T00:05:07Z",
            "2026-11-09T01:05:07+01:00",
        ),
        *("2026/11/9 上午 8:05:07", "46335.33688657"),
    ],
)
def test_a_moment_is_read_as_people_and_machines_write_it(text):
    assert reading.moment(text, ZONE) == dt.datetime(2026, 11, 9, 8, 5, 7, tzinfo=ZONE)


@pytest.mark.parametrize("text", ["2026-02-30", "昨天", "2026", "99999999999999", "2026/11/9 25:00", "٢٠٢٦"])
def test_what_is_no_moment_is_said_to_be_none(text):
    assert reading.moment(text, ZONE) is None


def test_a_file_without_the_columns_that_a_request_needs_is_refused_at_once(line):
    with pytest.raises(Refused, match="诉求内容"):
        actions.bring_in(
            line.district,
            actor=None,
            file_name="x.csv",
            content=csv_of([{"工单编号": "1", "联系人": "甲"}], ["工单编号", "联系人"]),
            now=timezone.now(),
        )


def test_a_chunk_costs_as_many_queries_whatever_its_rows(line, django_assert_max_num_queries):
    def taken(count, start):
        rows = [{"工单编号": f"Q{start + n}", "受理时间": f"2026-11-{n % 19 + 1:02d} 09:00"} for n in range(count)]
        content = csv_of(
            [
                {**dict.fromkeys(HEADINGS, "说"), "诉求类型": "求助", "工单状态": "", "更新时间": "", **row}
                for row in rows
            ]
        )
        item = actions.bring_in(
            line.district, actor=None, file_name="x.csv", content=content, now=timezone.now(), in_background=False
        )
        with django_assert_max_num_queries(40):
            assert running.run(item.pk).counts == {"accepted": count}

    taken(5, 0)
    taken(400, 1000)
    assert WorkOrder.objects.count() == 0
