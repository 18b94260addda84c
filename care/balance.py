"""Who keeps in touch with which houses, evenly (包网联户): whole buildings first, what one has already stays.

No database: blocks of houses and carriers in, shares out. A house weighs one, more where it is rented or somebody of
a must-visit group lives in it; a service tier does not count, since the page is seen by people who are not to know.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

SLACK = 1.1
"""A whole building may bring somebody this far above an even share before it is split."""


@dataclass(frozen=True)
class Dwelling:
    """An occupied house, the carrier who has it now (a post's key) if any."""

    house_id: int
    weight: int = 1
    present: int | None = None


@dataclass(frozen=True)
class Block:
    """A building with its occupied houses in the order of the stairs; `building_id` None: houses without a building."""

    building_id: int | None
    houses: tuple[Dwelling, ...]

    @property
    def weight(self) -> int:
        return sum(house.weight for house in self.houses)

    @property
    def only_carrier(self) -> int | None:
        """Return who has all of it now."""
        carriers = {house.present for house in self.houses}
        return carriers.pop() if len(carriers) == 1 else None


@dataclass(frozen=True)
class Carrier:
    """Somebody who takes households; `capacity` 1.0 for a full-time post."""

    post_id: int
    capacity: float = 1.0


@dataclass
class Share:
    """A whole building (`houses` None), or some houses of one, for one carrier; None where there is nobody."""

    building_id: int | None
    post_id: int | None
    weight: int
    houses: list[int] | None = None
    count: int = 0


@dataclass
class _Loads:
    targets: dict[int, float]
    capacities: dict[int, float]
    loads: dict[int, int] = field(default_factory=dict)

    def add(self, post_id: int, weight: int) -> None:
        self.loads[post_id] = self.loads.get(post_id, 0) + weight

    def room(self, post_id: int) -> float:
        return self.targets[post_id] - self.loads.get(post_id, 0)

    def fits(self, post_id: int, weight: int) -> bool:
        return self.loads.get(post_id, 0) + weight <= self.targets[post_id] * SLACK

    def freest(self) -> int:
        """Return whoever has the least for what they can carry; the first of several alike."""
        return min(self.targets, key=lambda pk: (self.loads.get(pk, 0) / self.capacities[pk], pk))


def share_out(blocks: Sequence[Block], carriers: Sequence[Carrier]) -> list[Share]:
    """Give every house to exactly one carrier; loads are near to what each can carry.

    Nobody gets more than an even share and a tenth, or and one house, by what is newly given or split.
    """
    blocks = [block for block in blocks if block.houses]
    if not carriers:
        return [_whole(block, None) for block in blocks]
    total, capacity = sum(block.weight for block in blocks), sum(one.capacity for one in carriers)
    targets = {one.post_id: total * one.capacity / capacity for one in carriers}
    loads = _Loads(targets, {one.post_id: one.capacity for one in carriers})
    shares: list[Share] = []
    rest = _keep(blocks, loads, shares)
    left = []
    for block in sorted(rest, key=lambda block: -block.weight):
        best = loads.freest()
        if block.building_id is not None and loads.fits(best, block.weight):
            loads.add(best, block.weight)
            shares.append(_whole(block, best))
        else:
            left.append(block)
    for block in left:
        shares += _split(block, loads)
    return shares


def _keep(blocks: Iterable[Block], loads: _Loads, shares: list[Share]) -> list[Block]:
    """Leave whole buildings with who has them while that is not too much; return what is to be given."""
    rest = []
    for block in blocks:
        keeper = block.only_carrier
        if block.building_id is not None and keeper in loads.targets and loads.fits(keeper, block.weight):
            loads.add(keeper, block.weight)
            shares.append(_whole(block, keeper))
        else:
            rest.append(block)
    return rest


def _split(block: Block, loads: _Loads) -> list[Share]:
    """Deal the houses of a block out: first to who has them, the others in order to who has the most room."""
    given: dict[int, list[Dwelling]] = {}
    rest = []
    for house in block.houses:
        if house.present in loads.targets and loads.room(house.present) >= house.weight:
            loads.add(house.present, house.weight)
            given.setdefault(house.present, []).append(house)
        else:
            rest.append(house)
    taker: int | None = None
    for house in rest:
        if taker is None or loads.room(taker) < house.weight:
            taker = loads.freest()
        loads.add(taker, house.weight)
        given.setdefault(taker, []).append(house)
    if len(given) == 1 and block.building_id is not None:
        return [_whole(block, next(iter(given)))]
    return [_part(block.building_id, post_id, houses) for post_id, houses in given.items()]


def _whole(block: Block, post_id: int | None) -> Share:
    houses = None if block.building_id is not None else [house.house_id for house in block.houses]
    return Share(block.building_id, post_id, block.weight, houses, len(block.houses))


def _part(building_id: int | None, post_id: int, houses: Sequence[Dwelling]) -> Share:
    weight = sum(house.weight for house in houses)
    return Share(building_id, post_id, weight, [house.house_id for house in houses], len(houses))
