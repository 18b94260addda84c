"""Columns that say where something lies; the same ones for people, houses and organisations."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rosters.columns.column import Column, Reads

PLACE = (
    Column(
        "grid",
        _("grid"),
        ("所属网格", "网格", "网格编码", "网格编号", "网格名称", "所在网格", "微网格"),
        Reads.NODE,
        example="370811003001001",
    ),
    Column(
        "community",
        _("community"),
        ("社区", "所属社区", "村居", "所属村居", "村/社区", "社区名称", "社区编码", "居委会", "村委会"),
        Reads.NODE,
    ),
    Column(
        "address",
        _("address"),
        (
            "现住地址",
            "居住地址",
            "现居住地",
            "住址",
            "地址",
            "房屋地址",
            "现住址",
            "家庭住址",
            "居住地详址",
            "详细地址",
        ),
        Reads.ADDRESS,
        length=200,
        example="颂运水庭4号楼2单元301室",
        is_private=True,
    ),
    Column("estate", _("estate"), ("小区", "小区名称", "所属小区", "自然村"), Reads.PLACE_LABEL, length=60),
    Column(
        "building_no",
        _("building number"),
        ("楼号", "楼栋", "栋号", "幢号", "楼栋号", "楼幢"),
        Reads.PLACE_LABEL,
        length=20,
    ),
    Column("unit_no", pgettext_lazy("of a building", "unit"), ("单元", "单元号"), Reads.PLACE_LABEL, length=10),
    Column("floor", _("floor"), ("楼层", "所在楼层"), Reads.WHOLE),
    Column(
        "room_no",
        _("room or house number"),
        ("房号", "室号", "房间号", "房屋编号", "门牌号", "户室"),
        Reads.PLACE_LABEL,
        length=20,
        is_private=True,
    ),
)
ADDRESS_FIELDS = ("address", "estate", "building_no", "unit_no", "floor", "room_no")
