"""Columns of a list of workers and their posts. Those who work for the district are no residents here."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rosters.columns.column import Column, Reads

ROLES = (
    ("micro_lead", ("微网格长", "微网格员", "楼长", "micro_lead")),
    ("grid_worker", ("网格员", "专职网格员", "兼职网格员", "grid_worker")),
    ("grid_leader", ("网格长", "grid_leader")),
    ("community_secretary", ("社区书记", "村支部书记", "村书记", "书记", "community_secretary")),
    ("street_operator", ("镇街操作员", "街道操作员", "street_operator")),
    ("street_leader", ("镇街领导", "街道领导", "street_leader")),
)
"""Posts that a list may give; those with power over accounts, rules and audits are given one by one."""

COLUMNS = (
    Column(
        "display_name",
        pgettext_lazy("of a person", "name"),
        ("姓名", "网格员姓名", "人员姓名"),
        Reads.NAME,
        length=50,
        example="王小明",
        is_private=True,
    ),
    Column(
        "employee_number", _("employee number"), ("工号", "人员编号", "编号"), Reads.PLAIN, length=30, example="W0001"
    ),
    Column("username", _("sign-in name"), ("登录名", "账号", "用户名"), Reads.PLAIN, length=50, example="wangxm"),
    Column(
        "phone",
        _("phone"),
        ("联系电话", "手机", "手机号", "手机号码", "电话"),
        Reads.PHONE,
        example="12000000000",
        is_private=True,
    ),
    Column(
        "role",
        _("post"),
        ("岗位", "职务", "角色", "人员类型", "网格职务"),
        Reads.CHOICE,
        choices=ROLES,
        example="网格员",
    ),
    Column(
        "node",
        _("node"),
        ("所属网格", "网格", "网格编码", "网格编号", "节点编码", "所属区域", "社区"),
        Reads.NODE,
        example="370811003001001",
    ),
    Column(
        "employment",
        _("employment"),
        ("用工性质", "专兼职", "专职兼职", "是否专职"),
        Reads.CHOICE,
        choices=(
            ("full_time", ("专职", "是", "full_time")),
            ("part_time", ("兼职", "否", "part_time")),
        ),
        example="专职",
    ),
    Column(
        "is_primary",
        _("primary worker of the grid"),
        ("是否主责网格员", "主责网格员", "主网格员"),
        Reads.FLAG,
        example="是",
    ),
    Column("starts_on", _("from"), ("任职日期", "上岗日期", "开始日期"), Reads.DAY, example="2026-01-01"),
    Column("ends_on", _("to"), ("离职日期", "截止日期", "结束日期"), Reads.DAY),
)
