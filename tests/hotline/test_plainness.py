"""A reply answers: bare formulas are refused, what is missing or hard to read is named; measured on real replies."""

from collections import Counter
from pathlib import Path

import openpyxl
import pytest

from hotline.plainness import Code, check, is_bare, refusals

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "hotline" / "messages_with_replies.xlsx"
PLACES = [REAL, Path("/work/shared/data/hotline/messages_with_replies.xlsx")]
GOOD = (
    "您好！11月18日，我局已派人更换了北门小区东侧的3盏路灯，当晚已恢复照明。"
    "如再有问题，请拨打区综合行政执法局电话0537-1234567。"
)


def codes(text: str) -> set[Code]:
    return {finding.code for finding in check(text)}


def test_a_good_reply_passes():
    assert check(GOOD) == []


@pytest.mark.parametrize(
    "text",
    [
        "已转相关部门",
        "您好！您反映的问题已收悉，我们将尽快处理。",
        "网友：您好！留言已收悉",
        "您反映的问题已转区城管局核查、办复，感谢您的来电，祝您事事顺心。2026年4月12日",
        "您的来电已收悉，我办高度重视，正在积极处理，请您耐心等待，有结果后将及时回复您。",
        "我们已将您反映的情况转交给D11市退役军人事务局，处理情况会及时回复给您。",
    ],
)
def test_a_bare_formula_is_refused(text):
    assert [finding.code for finding in refusals(check(text))] == [Code.BARE]


@pytest.mark.parametrize(
    "text",
    [
        "留言收悉。经核实，西环线辅道目前正在征地拆迁，预计明年底可完工通车。",
        "您反映的路灯已于5月3日修好。",
        "您反映的占道问题已转交执法中队，中队5月3日清理到位。",
        "因您反映的情况不具体，故不能明确答复，请您与住保局物管中心联系。",
        "按现行规定，夫妻投靠可以迁移户口，不能迁到母亲户口上。",
    ],
)
def test_a_short_answer_is_no_bare_formula(text):
    assert not is_bare(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", Code.EMPTY),
        ("  \u3000<br> ", Code.EMPTY),
        (GOOD.replace("11月18日，", "").replace("当晚", ""), Code.NO_WHEN),
        (GOOD.replace("请拨打区综合行政执法局电话0537-1234567", "我们再来"), Code.NO_CONTACT),
        (GOOD + "对此类问题须压实责任、形成闭环，抓好属地管理。", Code.JARGON),
        (GOOD + "我局" + "安排人员到现场查看并登记了沿线每一处需要更换的灯具，" * 4 + "。", Code.LONG_SENTENCE),
        (GOOD + "张某，12012345678。", Code.PRIVATE),
        (GOOD + "身份证37089919900101001X。", Code.PRIVATE),
        (GOOD * 40, Code.TOO_LONG),
    ],
)
def test_each_fault_is_named(text, code):
    assert code in codes(text)


def test_an_officer_s_number_is_no_private_one():
    assert Code.PRIVATE not in codes(GOOD + "联系人：王科长，联系电话：12012345678。")


def test_of_the_real_replies_only_those_that_say_nothing_are_refused():
    """The file's 2,816 replies: who reads what is refused as bare finds receipts and hand-overs, none an answer."""
    path = next((place for place in PLACES if place.exists()), None)
    if path is None:
        pytest.skip("the real replies are not on this machine")
    sheet = openpyxl.load_workbook(path, read_only=True).active
    texts = [str(row[5] or "") for row in sheet.iter_rows(min_row=2, values_only=True)]
    counts = Counter(finding.code for text in texts for finding in check(text))
    assert len(texts) == 2816
    assert 0.09 < counts[Code.BARE] / len(texts) < 0.11
    assert sum(not refusals(check(text)) for text in texts) / len(texts) > 0.88
    bare = [text for text in texts if is_bare(text)]
    said = ("修复完", "已整改", "已拆除", "规定", "0000-", "预计", "施工", "处罚")
    assert [text for text in bare if any(word in text for word in said)] == []
    assert counts[Code.NO_WHO] / len(texts) < 0.03, "that a reply names a unit is easily seen"
