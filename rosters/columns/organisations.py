"""Columns of a list of organisations."""

from django.utils.translation import gettext_lazy as _

from rosters.columns.column import Column, Reads
from rosters.columns.places import PLACE

KINDS = (
    ("enterprise", ("企业", "公司", "有限公司", "有限责任公司", "enterprise")),
    ("trader", ("个体工商户", "个体", "个体户", "trader")),
    ("social", ("社会组织", "社会团体", "民办非企业单位", "social")),
    ("school", ("学校", "幼儿园", "学校(幼儿园)", "school")),
    ("clinic", ("医疗机构", "医院", "诊所", "卫生室", "clinic")),
    ("public", ("机关事业单位", "机关", "事业单位", "党政机关", "public")),
    ("other", ("其他", "其它", "other")),
)

COLUMNS = (
    Column(
        "name",
        _("name"),
        ("单位名称", "企业名称", "名称", "组织名称", "机构名称", "商户名称", "字号名称", "单位"),
        length=100,
        example="某某便民超市",
    ),
    Column(
        "credit_code",
        _("unified social credit code"),
        ("统一社会信用代码", "社会信用代码", "信用代码", "统一信用代码"),
        Reads.CREDIT_CODE,
        length=18,
    ),
    Column(
        "kind",
        _("kind"),
        ("单位类型", "单位类别", "类型", "类别", "机构类型", "组织类型", "企业类型"),
        Reads.CHOICE,
        choices=KINDS,
        example="个体工商户",
    ),
    *PLACE,
    Column("is_key_site", _("key site"), ("是否重点场所", "重点场所"), Reads.FLAG, example="否"),
    Column("trade", _("line of business"), ("行业", "所属行业", "经营范围", "主营业务"), length=60, example="零售"),
    Column(
        "employees", _("people who work there"), ("从业人数", "员工人数", "职工人数", "人数"), Reads.WHOLE, example="3"
    ),
    Column(
        "manager_name",
        _("person in charge"),
        ("负责人", "法定代表人", "法人", "经营者", "负责人姓名", "法人代表"),
        Reads.NAME,
        length=60,
        example="王小明",
        is_private=True,
    ),
    Column(
        "manager_phone",
        _("telephone of the person in charge"),
        ("负责人电话", "法人电话", "经营者电话", "联系电话", "负责人联系电话"),
        Reads.PHONE,
        is_private=True,
    ),
    Column(
        "safety_name",
        _("safety contact"),
        ("安全员", "安全负责人", "安全管理员", "安全联系人"),
        Reads.NAME,
        length=60,
        is_private=True,
    ),
    Column(
        "safety_phone",
        _("telephone of the safety contact"),
        ("安全员电话", "安全负责人电话", "安全联系人电话"),
        Reads.PHONE,
        is_private=True,
    ),
    Column("fire_checked_on", _("last fire safety check"), ("消防检查日期", "最近消防检查"), Reads.PAST_DAY),
    Column("electricity_checked_on", _("last electricity check"), ("用电检查日期", "最近用电检查"), Reads.PAST_DAY),
    Column("gas_checked_on", _("last gas check"), ("燃气检查日期", "最近燃气检查"), Reads.PAST_DAY),
    Column("lng", _("longitude"), ("经度",), Reads.DECIMAL, length=9),
    Column("lat", _("latitude"), ("纬度",), Reads.DECIMAL, length=9),
)
