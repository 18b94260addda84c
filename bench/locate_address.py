"""Address → grid: a year's requests written in ten customary ways, at the size of a real district's registers, in one
process; the reference is the aim of 500 a second."""

import random
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench import servers
from bench.build import places
from bench.remote import Remote
from bench.results import Result
from demo.plan import numeral, short
from grids.models import Grid, Kind
from locating import index
from locating.finding import find_many
from residents.models import Building, Estate, House

DATABASE = "bench_places"
GRIDS = 2000
ADDRESSES = 47_452
A_SECOND = 500
ROUNDS = 3


def measure() -> list[Result]:
    """Measure all addresses at once; the note tells how many were right, and what the names cost the process."""
    servers.built(DATABASE, f"{places.__module__}:{places.__name__}", GRIDS)
    with Remote(servers.address(DATABASE)) as remote:
        found = remote.call(f"{__name__}:{run.__name__}")
    aim = ADDRESSES / A_SECOND
    note = (
        f"{ADDRESSES / found['seconds']:,.0f} addresses a second (wanted: {A_SECOND}) at {found['estates']:,} estates, "
        f"{found['buildings']:,} buildings, {found['houses']:,} houses; names read in {found['read_s']:.2f} s, "
        f"{found['mb']:.1f} MB; sure and right {found['right']:.1%}, sure and wrong {found['wrong']:.2%}"
    )
    return [Result("locate_address", found["seconds"], aim, found["seconds"] / aim, note, at_most=1.0)]


# From here on: called in the other process, with Django set up.


def run() -> dict[str, Any]:
    """Find all addresses some times over; returns the median's seconds and what was found."""
    district = Grid.objects.get(kind=Kind.DISTRICT)
    before, began = _resident_mb(), time.perf_counter()
    index.names_of(district)
    read_s, mb = time.perf_counter() - began, _resident_mb() - before
    homes = written(random.Random(7))
    texts = [text for text, _grid in homes]
    spans = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        found = find_many(texts, district=district)
        spans.append(time.perf_counter() - began)
    sure = [
        answer.best is not None and answer.best.base_id == grid
        for (_text, grid), answer in zip(homes, found, strict=True)
        if answer.is_sure
    ]
    return {
        "seconds": sorted(spans)[ROUNDS // 2],
        "read_s": read_s,
        "mb": mb,
        "right": sum(sure) / len(texts),
        "wrong": (len(sure) - sum(sure)) / len(texts),
        "estates": Estate.objects.count(),
        "buildings": Building.objects.count(),
        "houses": House.objects.count(),
    }


def written(rng: random.Random) -> list[tuple[str, int]]:
    """Draw homes evenly and write each in one of the customary ways; returns the texts with their base grids."""
    fields = ("estate__name", "building__number", "unit_no", "room_no", "community__name", "street__name", "grid_id")
    homes = list(House.objects.order_by("pk").values_list(*fields))
    ways = (_flat, _house)
    found = []
    for number in range(ADDRESSES):
        home = homes[rng.randrange(len(homes))]
        texts = list(ways[home[1] is None](*home[:-1]))
        found.append((texts[number % len(texts)], home[-1]))
    return found


def _flat(name: str, number: str, unit: str, room: str, community: str, street: str) -> Iterator[str]:
    yield f"山东省济宁市任城区{street}{community}{name}{number}号楼{unit}单元{room}室"
    yield f"{short(community)}{name}{number}号楼{unit}单元{room}"
    yield f"{short(community)}{name}{number}-{unit}-{room}"
    yield f"{name}{number}#{unit}单元{room}户"
    yield f"{street}{name}{numeral(int(number) % 100)}栋{numeral(int(unit))}单元"
    yield f"{street} {short(community)} {name} {number} 幢"
    yield f"{short(community)}{name.removesuffix('小区')}小区{number}号楼"
    yield f"市民反映任城区{community}{name}{number}号楼楼下堆放杂物，影响通行"
    yield f"{short(community)}{name}{number}号楼北侧"
    yield f"{short(community)}{name[:1]}兴{name[2:]}{number}号楼"


def _house(name: str, number: str | None, unit: str, room: str, community: str, street: str) -> Iterator[str]:
    yield f"山东省济宁市任城区{street}{community}{room}"
    yield f"{name}{room}"
    yield f"{street}{name}{room}"
    yield f"{street}{name}委会{room}"
    yield f"{street.removesuffix('街道').removesuffix('镇')}{name.removesuffix('村')}{room}"
    yield f"{street} {name} {room}"
    yield f"{street}{name}{room}院"
    yield f"我家住在{street}{name}{room}，门前路灯不亮"
    yield f"{street}{name}{room}对面"
    yield f"{street}{name}"


def _resident_mb() -> float:
    found = re.search(r"VmRSS:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) / 1024 if found else 0.0
