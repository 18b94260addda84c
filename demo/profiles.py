"""The two districts that the demo can show, with the figures that their field reports fix (DOMAIN.md §1.1)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Profile:
    """What is fixed about a demo district; everything else is drawn at random from a seed."""

    name: str
    code: str
    title: str
    streets: frozenset[str]
    """Codes of its streets and towns, 9 digits."""
    population: int
    workers: int
    part_time: int
    grids: tuple[int, int] | int
    """Base grids: urban and rural where both are known, else all together."""
    home: str
    """The community in which the demo accounts have their posts, 12 digits."""
    is_whole_outline: bool
    """Whether its streets fill the real outline of 370811, or only their own part of it."""
    invented: tuple[tuple[str, str], ...] = ()
    """Communities that the published rows lack: code and name."""

    @property
    def district_code(self) -> str:
        return self.code


_TAIBAIHU = frozenset({"370811002", "370811109"})
_NO_STREETS = frozenset({"370811401"})
"""济东物业服务中心: a quasi-township unit (DOMAIN.md §2.3), not a street."""

_ALL = frozenset(f"370811{n:03d}" for n in (2, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18, 102, 109, 111, 401))

PROFILES = {
    "rencheng": Profile(
        name="rencheng",
        code="370811",
        title="任城区",
        streets=_ALL - _TAIBAIHU - _NO_STREETS,
        population=1_162_189,
        workers=1_347,
        part_time=449,
        grids=1_240,
        home="370811011001",
        is_whole_outline=True,
    ),
    "taibaihu": Profile(
        name="taibaihu",
        code="370811",
        title="济宁太白湖新区",
        streets=_TAIBAIHU,
        population=127_600,
        workers=219,
        part_time=57,
        grids=(162, 57),
        home="370811002006",
        is_whole_outline=False,
        invented=(
            ("370811002091", "荷湾社区居民委员会"),
            ("370811002092", "湖畔新城社区居民委员会"),
            ("370811002093", "北湖花园社区居民委员会"),
            ("370811002094", "圣贤路社区居民委员会"),
            ("370811002095", "水岸名都社区居民委员会"),
            ("370811109091", "石桥新城社区居民委员会"),
        ),
    ),
}
