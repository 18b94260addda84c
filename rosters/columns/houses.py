"""Columns of a list of houses."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rosters.columns.column import Column, Reads
from rosters.columns.places import PLACE

COLUMNS = (
    *PLACE,
    Column(
        "use",
        _("use"),
        ("房屋用途", "使用方式", "房屋使用性质", "居住状态", "房屋状态"),
        Reads.CODE,
        codes="house_use",
        example="自住",
    ),
    Column(
        "nature",
        _("nature of the building"),
        ("房屋性质", "建筑性质", "房屋类型", "建筑类型"),
        Reads.CODE,
        codes="building_nature",
        example="居民楼",
    ),
    Column("area", _("area in m²"), ("面积", "建筑面积", "房屋面积"), Reads.DECIMAL, length=8, example="89.5"),
    Column(
        "owner_name",
        pgettext_lazy("of a house", "owner"),
        ("房主", "房主姓名", "产权人", "产权人姓名", "业主", "业主姓名", "户主姓名"),
        Reads.NAME,
        length=60,
        example="王小明",
        is_private=True,
    ),
    Column(
        "owner_phone",
        _("telephone of the owner"),
        ("房主电话", "房主联系电话", "产权人电话", "业主电话", "联系电话"),
        Reads.PHONE,
        example="12000000000",
        is_private=True,
    ),
    Column("lng", _("longitude"), ("经度",), Reads.DECIMAL, length=9),
    Column("lat", _("latitude"), ("纬度",), Reads.DECIMAL, length=9),
)
