"""A briefing says what the figures say, is written by one and published by another, and then never changes."""

import datetime as dt
import io
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from docx import Document as Docx
from openpyxl import load_workbook

from accounts.models import Notification, User
from bulletins import document, mailing, pdf, rules, tables, word
from bulletins.actions import composing, publishing, subscribing, writing
from bulletins.models import Bulletin, Delivery, Subscription
from bulletins.states import Mail, State, Topic
from grids.models import Grid, Post
from grids.roles import Role
from hotline.periods import Length, Period, around
from insights import board, figures, rolling
from insights.figures import Rate
from insights.measures import Measure
from insights.models import Tally
from insights.stretches import stretch
from residents.errors import NotPossible, Stale
from tests.bulletins.papers import NOW, OCTOBER, make_months, words_of
from tests.factories import Line, make_line, make_post, make_user
from tests.visiting import make_entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def line() -> Line:
    return make_months()


def compose(line: Line, **more: Any) -> Bulletin:
    given = {"actor": line.dispatcher, "kind": "monthly", "day": OCTOBER, "now": NOW} | more
    return composing.compose(given.pop("node", line.district), **given)


def text(item: Bulletin, key: str) -> str:
    return next(document.words(section) for section in item.sections if section["key"] == key)


def publish(line: Line, item: Bulletin) -> Bulletin:
    return publishing.publish(item, actor=line.chief, version=item.version)


def give_address(user: User) -> User:
    user.email = f"{user.username}@example.org"
    user.save(update_fields=["email"])
    return user


def test_its_sentences_say_what_the_figures_say(line: Line) -> None:
    item = compose(line)
    october = around(OCTOBER, Length.MONTH)
    sums = figures.of_nodes([line.district.pk], october)[line.district.pk]
    found, due = sums.count(Measure.FOUND), sums.count(Measure.FELL_DUE)
    rate = figures.rate(Rate.ON_TIME, sums).value
    assert (found, due, str(rate)) == (12, 10, "70.0")
    overview = text(item, "overview")
    assert f"共发现事件{found}件，环比上升140.0%" in overview
    assert f"到期工单{due}件，其中按期办结7件、逾期3件，按期办结率{rate}%" in overview
    assert "同比" not in overview
    assert "发现事件增加7件，其中市容环境增加9件，其余合计减少2件。" in text(item, "changes")
    assert f"到期工单{due}件中逾期3件，逾期率30.0%" in text(item, "overdue")
    assert item.figures["now"]["found"] == {"grid": [found, 0]}
    assert item.title == f"{line.district.name}网格化服务管理月度分析（2026年10月）"


def test_who_had_few_orders_due_is_named_neither_last_nor_overdue(line: Line) -> None:
    item = compose(line, node=line.street)
    said = str([section for section in item.sections if section["key"] in {"last", "overdue"}])
    assert line.dept.name not in said
    assert line.community.name not in said, "eight fell due there, ten have to"
    make_post(admin := make_user(), Role.SYS_ADMIN, line.district)
    rules.change(line.district, rules.Rules(minimum=8), actor=admin)
    again = composing.recompute(item, actor=line.dispatcher, version=item.version)
    assert f"{line.community.name}（3件，逾期率37.5%）" in text(again, "overdue")


def test_a_good_case_is_told_without_its_description(line: Line) -> None:
    words = text(compose(line), "cases")
    told = "事项（来源：网格巡查），由网格工作人员承办，用时1天，群众评价5分。"
    assert words == f"（一）{line.community.name}办理“市容环境”{told}"


def test_the_daily_report_counts_the_log_by_kind_and_says_nobodys_words() -> None:
    line = make_line("worker", "dispatcher")
    for kind in ("demand", "demand", "dispute"):
        make_entry(line, line.worker, kind=kind, text="路灯坏了")
    rolling.refresh()
    item = compose(line, kind="daily", day=timezone.localdate(), now=timezone.now())
    assert "民情日志记录3条" in text(item, "opinions")
    assert "路灯" not in str(item.sections)
    assert "上期尚无完整数据，不作比较" in text(item, "changes")


def test_what_is_published_never_changes_whatever_becomes_of_the_figures(line: Line) -> None:
    item = publish(line, compose(line))
    assert (item.number, item.year) == (1, 2026)
    before = Bulletin.objects.values().get(pk=item.pk)
    Tally.objects.filter(measure=Measure.FOUND).update(count=999)
    for change in ({"title": "x"}, {"sections": []}, {"figures": {}}, {"state": "draft"}):
        with pytest.raises(DatabaseError, match="does not change"), transaction.atomic():
            Bulletin.objects.filter(pk=item.pk).update(**change)
    with pytest.raises(DatabaseError, match="does not change"), transaction.atomic():
        Bulletin.objects.filter(pk=item.pk).delete()
    for action in (composing.recompute, publishing.publish):
        with pytest.raises(NotPossible):
            action(item, actor=line.chief, version=item.version)
    assert Bulletin.objects.values().get(pk=item.pk) == before
    withdrawn = publishing.withdraw(item, actor=line.chief, reason="数据有误", version=item.version)
    assert withdrawn.sections == before["sections"]
    assert compose(line).pk != item.pk


def test_counting_anew_keeps_what_a_person_wrote(line: Line) -> None:
    item = compose(line)
    written = writing.edit(
        item, actor=line.dispatcher, title="十月情况", texts={"demands": "请抓紧。"}, version=item.version
    )
    Tally.objects.filter(measure=Measure.FOUND, node=line.district).update(count=100)
    again = composing.recompute(written, actor=line.dispatcher, version=written.version)
    assert again.title == "十月情况"
    assert text(again, "demands") == "请抓紧。"
    assert text(again, "overview") != text(item, "overview")
    with pytest.raises(Stale):
        writing.edit(item, actor=line.dispatcher, title="x", texts={}, version=item.version)


def test_counting_anew_proposes_the_title_anew_where_nobody_wrote_one(line: Line) -> None:
    item = compose(line)
    proposed, name = item.title, line.district.name
    Grid.objects.filter(pk=line.district.pk).update(name="新区")
    again = composing.recompute(item, actor=line.dispatcher, version=item.version)
    assert again.title == proposed.replace(name, "新区") != proposed


@pytest.mark.parametrize(
    "number", ["12000000001", "138 1234 5678", "１３８－１２３４－５６７８", "370811 19900101 1234"]
)
def test_no_number_of_a_person_gets_into_it(line: Line, number: str) -> None:
    item = compose(line)
    with pytest.raises(ValidationError, match="电话"):
        writing.edit(item, actor=line.dispatcher, title="x", texts={"demands": f"电话{number}"}, version=item.version)


def test_another_person_publishes_it(line: Line) -> None:
    item = compose(line, actor=line.chief)
    with pytest.raises(NotPossible):
        publish(line, item)
    with pytest.raises(PermissionDenied):
        publishing.publish(item, actor=line.dispatcher, version=item.version)
    edited = writing.edit(item, actor=line.dispatcher, title="十月", texts={}, version=item.version)
    assert publish(line, edited).state == State.PUBLISHED


def test_publishing_is_offered_to_who_may(line: Line) -> None:
    item = compose(line, actor=line.chief)
    without = make_user()
    writing.name_recipients(item, actor=line.dispatcher, users=[without, give_address(make_user())])
    browser = Client()
    address, publishes = reverse("bulletins:detail", args=[item.pk]), reverse("bulletins:publish", args=[item.pk])

    def page(user: User) -> str:
        browser.force_login(user)
        return browser.get(address).content.decode()

    assert (publishes in page(line.chief), "须由他人发布" in page(line.chief)) == (False, True)
    assert publishes not in page(line.dispatcher)
    writing.edit(item, actor=line.dispatcher, title="十月", texts={}, version=item.version)
    offered = page(line.chief)
    assert (publishes in offered, "须由他人发布" in offered) == (True, False)
    assert "其中1人无邮箱" in offered
    assert (offered.count("发布后发送"), offered.count("仅站内通知（无邮箱）")) == (1, 1)


def test_what_was_typed_stays_when_composing_is_refused(line: Line) -> None:
    browser = Client()
    browser.force_login(line.dispatcher)
    given = {"kind": "weekly", "node": "没有的街道", "day": "2026-10-05", "language": "en"}
    answer = browser.post(reverse("bulletins:compose"), given)
    page = answer.content.decode()
    assert answer.status_code == 400
    for held in ('value="没有的街道"', 'value="2026-10-05"', 'value="weekly" selected', 'value="en" selected'):
        assert held in page
    given = given | {"node": line.district.name, "day": "2036-10-05"}
    page = browser.post(reverse("bulletins:compose"), given).content.decode()
    assert ('value="2036-10-05"' in page, "该期间尚未结束" in page) == (True, True)
    assert not Bulletin.objects.exists()


def test_word_and_pdf_hold_the_same_numbers(line: Line) -> None:
    paper = document.of(publish(line, compose(line)))
    docx = Docx(io.BytesIO(word.write(paper).read()))
    told = "\n".join(paragraph.text for paragraph in docx.paragraphs)
    cells = [cell.text for table in docx.tables for row in table.rows for cell in row.cells]
    printed = words_of(pdf.write(paper).read())
    for words in ("共发现事件12件，环比上升140.0%", "逾期率30.0%", "第1期", "一、总体情况"):
        assert words in told
        assert words in printed
    assert "市容环境" in cells
    assert "市容环境" in printed
    assert (
        docx.styles["Heading 1"].element.rPr.rFonts.get(
            "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}eastAsia"
        )
        == "黑体"
    )


def test_it_goes_once_to_those_named_with_the_pdf(line: Line) -> None:
    item = compose(line)
    reader, without = give_address(make_user()), make_user()
    writing.name_recipients(item, actor=line.dispatcher, users=[reader, without])
    assert not Bulletin.objects.visible_to(reader).exists()
    publish(line, item)
    assert Bulletin.objects.visible_to(reader).get() == item
    assert Notification.objects.filter(kind="bulletin_published").count() == 2
    assert mailing.send_due() == 1
    assert mailing.send_due() == 0
    (sent,) = mail.outbox
    assert sent.to == [reader.email]
    ((name, content, _type),) = sent.attachments
    assert name == f"{item.title}.pdf"
    assert content.startswith(b"%PDF")
    states = dict(Delivery.objects.values_list("user_id", "state"))
    assert states == {reader.pk: Mail.SENT, without.pk: Mail.INBOX}
    assert (
        composing.compose(
            line.district, actor=None, kind="monthly", day=dt.date(2026, 9, 1), now=NOW
        ).deliveries.count()
        == 2
    )


def test_a_subscription_ends_with_the_post_and_says_so(line: Line) -> None:
    reader = give_address(line.supervisor)
    subscribing.subscribe(actor=reader, node=line.street, topic="areas", length="week")
    item = subscribing.subscribe(actor=reader, node=line.district, topic="units", length="day", file="pdf")
    assert subscribing.line_up() == 2
    assert subscribing.line_up() == 0
    assert mailing.send_due() == 2
    assert sorted(name.rpartition(".")[2] for sent in mail.outbox for name, _c, _t in sent.attachments) == [
        *("pdf", "xlsx")
    ]
    mail.outbox.clear()
    tomorrow = timezone.now() + dt.timedelta(days=1)
    Post.objects.filter(user=reader).update(ends_on=timezone.localdate() - dt.timedelta(days=1))
    assert subscribing.line_up(tomorrow) >= 1
    assert mailing.send_due(tomorrow) == 0
    assert mail.outbox == []
    item.refresh_from_db()
    assert item.ended_why == "post"
    assert Notification.objects.filter(kind="subscription_stopped", recipient=reader).exists()


def test_subscribing_again_changes_the_file_and_says_so(line: Line) -> None:
    reader, browser = give_address(line.supervisor), Client()
    browser.force_login(reader)

    def take(**given: str) -> tuple[int, str]:
        wanted = {"topic": "units", "node": line.district.name, "length": "week"} | given
        answer = browser.post(reverse("bulletins:subscriptions"), wanted, follow=True)
        return answer.status_code, answer.content.decode()

    assert "以Excel (.xlsx)发送" in take()[1]
    assert "此前已订阅" in take(file="pdf")[1]
    assert Subscription.objects.get().file == "pdf"
    status, page = take(file="docx")
    assert (status, "数据表以 Excel 或 PDF 发送。" in page, Subscription.objects.get().file) == (400, True, "pdf")
    assert "以PDF发送" in take(file="")[1], "the file chosen before stays"
    take(topic="bulletin", file="pdf")
    assert "以Word (.docx)发送" in take(topic="bulletin", file="docx")[1]
    assert set(Subscription.objects.values_list("topic", "file")) == {("units", "pdf"), ("bulletin", "docx")}
    assert "简报以 PDF 或 Word 发送。" in take(topic="bulletin", file="xlsx")[1]


def test_every_table_that_can_be_taken_along_can_be_subscribed_to(line: Line) -> None:
    october, boss = around(OCTOBER, Length.MONTH), give_address(make_user())
    make_post(boss, Role.EXECUTIVE, line.district)
    shown = board.build(line.district, stretch(october, NOW.date()), board.Wanted(), line.supervisor)
    assert {table.slug for table in shown.tables} <= set(Topic.values)
    for topic in set(Topic) - {Topic.BULLETIN}:
        item = subscribing.subscribe(actor=boss, node=line.district, topic=topic, length="month")
        book = load_workbook(tables.workbook(item, october))
        assert [cell for sheet in book for row in sheet.values for cell in row if isinstance(cell, str)], topic
        item.user = line.supervisor
        paper = tables.document(item, october)
        assert paper.chapters[0].tables, topic
        assert pdf.write(paper).read().startswith(b"%PDF")
    item = Subscription.objects.get(user=boss, topic=Topic.SOURCES)
    assert _found_by_patrol(item, october) is None, "small numbers are hidden from an executive here too"
    item.user = line.supervisor
    assert _found_by_patrol(item, october) == 12


def _found_by_patrol(item: Subscription, period: Period) -> Any:
    rows = load_workbook(tables.workbook(item, period)).worksheets[0].values
    return {row[0]: row[1] for row in rows}["网格巡查"]


def test_a_mail_that_fails_is_tried_again(line: Line, settings: Any) -> None:
    subscribing.subscribe(actor=give_address(line.supervisor), node=line.street, topic="areas", length="week")
    subscribing.line_up()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = 1
    assert mailing.send_due() == 0
    row = Delivery.objects.get()
    assert (row.state, row.sent_at) == (Mail.WAITING, None)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert mailing.send_due(timezone.now() + dt.timedelta(hours=1)) == 1


def test_the_pages_lead_from_composing_to_the_published_sheet(line: Line) -> None:
    browser = Client()
    browser.force_login(line.dispatcher)
    given = {"kind": "monthly", "node": line.district.name, "day": "2026-10-05", "language": "zh-hans"}
    answer = browser.post(reverse("bulletins:compose"), given, follow=True)
    item = Bulletin.objects.get()
    assert "共发现事件12件" in answer.content.decode()
    page = browser.get(reverse("bulletins:edit", args=[item.pk])).content.decode()
    assert "建议" not in page.split("<textarea")[0] or "市容环境" in page
    saved = {"version": item.version, "title": item.title, "text_overview": "总体平稳。"}
    browser.post(reverse("bulletins:edit", args=[item.pk]), saved)
    late = browser.post(reverse("bulletins:edit", args=[item.pk]), saved | {"text_overview": "另一人所写。"})
    assert (late.status_code, "另一人所写。" in late.text, late.context["form"]["version"].value()) == (409, True, "2")
    browser.post(
        reverse("bulletins:recipients-add", args=[item.pk]), {"names": line.chief.display_name, "groups": ["district"]}
    )
    assert browser.post(reverse("bulletins:publish", args=[item.pk]), {"version": 2}).status_code == 403
    browser.force_login(line.chief)
    browser.post(reverse("bulletins:publish", args=[item.pk]), {"version": 2})
    item.refresh_from_db()
    assert (item.state, text(item, "overview")) == (State.PUBLISHED, "总体平稳。")
    refused = browser.get(reverse("bulletins:edit", args=[item.pk]))
    assert (refused.status_code, "已发布的简报不能改动" in refused.text) == (403, True), "not for want of a post"
    answer = browser.post(reverse("bulletins:download", args=[item.pk, "docx"]))
    assert b"".join(answer.streaming_content).startswith(b"PK")
    assert reverse("bulletins:detail", args=[item.pk]) in browser.get(reverse("bulletins:list")).content.decode()


def test_nothing_is_said_of_a_period_of_which_nothing_was_counted(line: Line) -> None:
    browser = Client()
    browser.force_login(line.dispatcher)
    given = {"kind": "monthly", "node": line.district.name, "day": "2000-01-05", "language": "zh-hans"}
    answer = browser.post(reverse("bulletins:compose"), given, follow=True)
    assert "该期间尚未开始统计，数据自2026-08-13起" in answer.content.decode()
    first = dt.date(2026, 8, 13)
    assert compose(line, kind="daily", day=first).starts_on == first
    Bulletin.objects.all().delete()
    with pytest.raises(ValidationError, match="尚未开始统计"):
        compose(line, kind="daily", day=first - dt.timedelta(days=1))
    Tally.objects.all().delete()
    assert composing.compose_due("monthly", NOW) == 0
    with pytest.raises(ValidationError, match="尚无统计数据"):
        compose(line)


def test_drafts_are_composed_for_districts_and_streets_once(line: Line) -> None:
    assert composing.compose_due("monthly", NOW) == 2
    assert composing.compose_due("monthly", NOW) == 0
    assert set(Bulletin.objects.values_list("state", "author")) == {(State.DRAFT, None)}


def test_rules_that_somebody_else_changed_meanwhile_are_not_overwritten(client: Client) -> None:
    line = make_line("admin", "chief")
    client.force_login(line.admin)
    address = reverse("bulletins:rules")
    sent = {"minimum": 12, "last": 3, "cases": 3, "seen": client.get(address).context["form"]["seen"].value()}
    theirs = rules.Rules(minimum=20)
    rules.change(line.district, theirs, actor=line.admin)
    page = client.post(address, sent)
    words = page.content.decode()
    assert (page.status_code, "已有他人修改" in words, 'value="12"' in words) == (400, True, True)
    assert ("现为：20" in words, "现为：是" in words) == (True, True)
    assert rules.of(line.district.tree_id) == theirs
    assert client.post(address, sent | {"seen": page.context["form"]["seen"].value()}).status_code == 302
    assert rules.of(line.district.tree_id).minimum == 12
