"""The columns of the platform's order form, and the headings under which districts get them (DOMAIN.md §2.9)."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.tables.headings import key_of


@dataclass(frozen=True)
class Column:
    name: str
    label: Promise
    aliases: tuple[str, ...]
    """Headings that mean it; the first stands in what goes back."""


COLUMNS = (
    Column(
        "platform_no",
        _("number at the city platform"),
        (
            "工单编号",
            "工单号",
            "编号",
            "留言编号",
            "受理编号",
            "诉求编号",
            "平台工单号",
            "平台编号",
            "流水号",
            "order_no",
        ),
    ),
    Column(
        "title",
        pgettext_lazy("of a request", "subject"),
        ("诉求标题", "主题", "标题", "留言主题", "工单标题", "诉求主题"),
    ),
    Column(
        "text",
        _("what is asked"),
        (
            *("诉求内容", "问题描述", "留言详情", "内容", "工单内容", "诉求描述", "反映内容", "事项描述", "来电内容"),
            "problem_description",
        ),
    ),
    Column("kind", _("kind"), ("诉求类型", "工单类型", "类型", "受理类型", "诉求性质", "来电类别", "call_category")),
    Column("urgency", _("urgency"), ("紧急程度", "紧急级别", "缓急", "缓急程度")),
    Column(
        "name",
        _("requester's name"),
        ("联系人", "诉求人", "来电人", "姓名", "留言用户", "反映人", "contact"),
    ),
    Column(
        "phone",
        _("requester's phone"),
        ("联系电话", "来电号码", "电话", "手机", "手机号", "手机号码", "诉求人电话", "联系方式"),
    ),
    Column(
        "address",
        _("address"),
        ("诉求地址", "地址", "事发地址", "事发地点", "问题地址", "地点", "详细地址", "发生地址", "诉求地点"),
    ),
    Column("lng", _("longitude"), ("经度", "longitude")),
    Column("lat", _("latitude"), ("纬度", "latitude")),
    Column("is_secret", _("wants secrecy"), ("是否保密", "保密", "confidential")),
    Column("needs_reply", _("answer wanted"), ("是否回复", "是否需要回复", "需要回复", "need_reply")),
    Column(
        "received_at",
        pgettext_lazy("request", "Received"),
        ("受理时间", "来电时间", "登记时间", "留言时间", "诉求时间", "接收时间", "录入时间", "entered_at"),
    ),
    Column("deadline", _("deadline at the platform"), ("截止时间", "办理期限", "到期时间", "办结期限", "要求办结时间")),
    Column("state", _("state at the platform"), ("工单状态", "状态", "办理状态", "当前状态")),
    Column("state_at", _("time of that state"), ("状态时间", "更新时间", "最后更新时间", "状态更新时间")),
    Column(
        "reply",
        pgettext_lazy("to a request", "answer"),
        ("答复内容", "答复意见", "回复内容", "办理结果", "处理结果", "答复", "回复意见"),
    ),
    Column("answered_at", _("answered"), ("答复时间", "回复时间", "办结时间")),
    Column("channel", _("channel at the platform"), ("信息来源", "诉求来源", "渠道", "来源", "info_source")),
    Column("category", _("category"), ("诉求分类", "分类", "事项分类", "问题分类", "类别")),
    *(
        Column(
            f"category{level}",
            _("category, level"),
            (f"{word}级分类", f"分类{word}级", f"{word}级类别", f"category_level{level}"),
        )
        for level, word in enumerate("一二三四五", 1)
    ),
    Column("opinion", _("forwarding opinion"), ("转办意见", "交办意见", "拟办意见", "forwarding_opinion")),
    Column("remarks", _("remarks"), ("备注", "说明", "remarks")),
)
BY_NAME = {column.name: column for column in COLUMNS}
BY_KEY = {key_of(word): column.name for column in reversed(COLUMNS) for word in (column.name, *column.aliases)}
"""A field's name by the key of each of its headings; where two share one, the earlier column's."""


def matching(headings: list[str]) -> dict[int, str]:
    """Return which field each column holds, by its place from 0; each field once, to the column farthest left."""
    found: dict[int, str] = {}
    for place, heading in enumerate(headings):
        field = BY_KEY.get(key_of(heading)) if heading.strip() else None
        if field is not None and field not in found.values():
            found[place] = field
    return found
