"""Organisations of a grid: shops, firms, schools, clinics; key sites are checked, or should have been."""

import datetime as dt
from collections.abc import Sequence
from itertools import accumulate

from demo import names
from demo.bulk import Tables
from demo.figures import Figures
from demo.neighbourhoods import Point, columns, degrees
from demo.register_rows import OrganisationRow, Path
from residents.credit_codes import check_character, organisation_check
from residents.models import Organisation
from residents.models import OrganisationKind as Kind

_MIX = {
    Kind.TRADER: 62,
    Kind.ENTERPRISE: 30,
    Kind.PUBLIC: 2,
    Kind.OTHER: 2,
    Kind.SOCIAL: 1.5,
    Kind.CLINIC: 1.5,
    Kind.SCHOOL: 1,
}
_KINDS, _SHARES = list(_MIX), list(accumulate(_MIX.values()))
_TRADES = {
    Kind.TRADER: ("便民超市", "面馆", "理发店", "烟酒店", "烧烤店", "五金店", "水果店", "早餐店", "药店", "快递驿站"),
    Kind.ENTERPRISE: ("商贸有限公司", "建材有限公司", "机械有限公司", "物流有限公司", "食品有限公司", "科技有限公司"),
    Kind.PUBLIC: ("便民服务中心", "供水服务站", "文化站"),
    Kind.OTHER: ("合作社", "家庭农场", "加油站"),
    Kind.SOCIAL: ("志愿服务队", "老年协会", "书画协会"),
    Kind.CLINIC: ("社区卫生服务站", "口腔诊所", "中医诊所"),
    Kind.SCHOOL: ("幼儿园", "小学", "培训学校"),
}
_KEY = ("烧烤店", "面馆", "加油站", "幼儿园", "小学", "培训学校", "社区卫生服务站", "食品有限公司")
_BRANDS = "鑫源恒通瑞丰福泰宏达安康顺兴佳美盛隆和谐金辉祥云"


class Businesses:
    """Draws organisations; no two have the same credit code."""

    def __init__(self, tables: Tables, figures: Figures, known: int = 0) -> None:
        """`known` organisations have codes already."""
        self._tables = tables
        self._figures = figures
        self._rng = figures.rng
        self._last = known

    def open(self, place: str, paths: Sequence[Path], count: int, points: Sequence[Point]) -> None:
        """Open so many of them in a grid whose community goes by the name of `place`."""
        for _ in range(count):
            kind = self._rng.choices(_KINDS, cum_weights=_SHARES)[0]
            self._tables[Organisation].add([self._one(kind, place, self._rng.choice(paths), self._rng.choice(points))])

    def _one(self, kind: Kind, place: str, path: Path, point: Point) -> OrganisationRow:
        rng = self._rng
        trade = rng.choice(_TRADES[kind])
        brand = "".join(rng.choice(_BRANDS) for _ in range(2))
        is_key = trade in _KEY
        manager, safety = self._somebody(), self._somebody()
        return OrganisationRow(
            *columns(path),
            kind=kind,
            name=f"{place}{brand}{trade}",
            credit_code=self._code(kind),
            is_key_site=is_key,
            address=f"{place}{rng.choice(('建设', '太白楼', '红星', '洸河', '供销'))}路{rng.randint(1, 188)}号",
            trade=trade,
            employees=rng.randint(1, 6) if kind == Kind.TRADER else rng.randint(4, 90),
            manager_name=manager,
            manager_phone=self._figures.phone(),
            safety_name=safety if is_key else "",
            safety_phone=self._figures.phone() if is_key else "",
            fire_checked_on=self._checked() if is_key else None,
            electricity_checked_on=self._checked() if is_key else None,
            gas_checked_on=self._checked() if is_key and trade in ("烧烤店", "面馆") else None,
            lng=degrees(point)[0],
            lat=degrees(point)[1],
        )

    def _somebody(self) -> str:
        return names.family(self._rng) + names.given(self._rng, 1980, is_male=self._rng.random() < 0.6)

    def _checked(self) -> dt.date | None:
        """Mostly within the half-year, sometimes too long ago, now and then never."""
        draw = self._rng.random()
        return None if draw < 0.03 else self._figures.today - dt.timedelta(days=self._rng.randrange(5, 200))

    def _code(self, kind: Kind) -> str:
        """Return the next code of the region that exists nowhere (GB 32100)."""
        self._last += 1
        leading = {Kind.SOCIAL: "51", Kind.PUBLIC: "12", Kind.SCHOOL: "12", Kind.TRADER: "92"}.get(kind, "91")
        first8 = f"MA{self._last:06d}"
        first17 = f"{leading}370899{first8}{organisation_check(first8)}"
        return first17 + check_character(first17)
