"""Who lives in the houses of a grid: families, tenants from elsewhere, a few from abroad, some left behind."""

import datetime as dt
import random
from collections.abc import Iterator

from demo import names
from demo.bulk import Tables
from demo.figures import Figure, Figures
from demo.register_rows import (
    FloatingRow,
    ForeignRow,
    HouseholdRow,
    HouseRow,
    LeftBehindRow,
    MembershipRow,
    ResidentRow,
)
from residents import fingerprints
from residents.models import (
    FloatingFacts,
    ForeignFacts,
    House,
    Household,
    HouseUse,
    LeftBehindFacts,
    Membership,
    Resident,
    ResidentKind,
)
from residents.pinyin import initials

OCCUPIED = 0.92
ELSEWHERE = 0.04
"""Share of registered people whose registration lies in another house than the one they live in."""
CROWDED = 12
"""People in the one house that is let by the bed."""
_ORIGINS = (
    ("371700", "山东省菏泽市"), ("370800", "山东省济宁市微山县"), ("320300", "江苏省徐州市"),
    ("411400", "河南省商丘市"), ("341300", "安徽省宿州市"), ("370900", "山东省泰安市"), ("230100", "黑龙江省哈尔滨市"),
)  # fmt: skip
_COUNTRIES = (("KOR", "KIM MINJUN", "经商"), ("JPN", "SATO HARUTO", "任职"), ("VNM", "NGUYEN LINH", "探亲"))


class Households:
    """Fills houses with people and sends both on their way."""

    def __init__(self, tables: Tables, figures: Figures) -> None:
        self._tables = tables
        self._figures = figures
        self._rng: random.Random = figures.rng
        self._of_identity = fingerprints.maker(fingerprints.IDENTITY)
        self._of_phone = fingerprints.maker(fingerprints.PHONE)

    def move_in(self, houses: list[HouseRow], people: int, floating: int, *, is_rural: bool) -> None:
        """Let exactly so many people live here, so many of them floating; sends the houses as well."""
        sizes = self._sizes(len(houses), people)
        homes = sorted(self._rng.sample(range(len(houses)), len(sizes)))
        order = self._rng.sample(range(len(sizes)), len(sizes))
        tenants: dict[int, int] = {}
        for at in order:  # whole households from elsewhere, until the rest is smaller than each
            if sizes[at] <= floating:
                tenants[at] = sizes[at]
                floating -= sizes[at]
        for at in order:
            if floating and at not in tenants:  # somebody's lodgers
                tenants[at] = min(floating, sizes[at])
                floating -= tenants[at]
        for at, home in enumerate(homes):
            use = HouseUse.GROUP_LET if sizes[at] >= CROWDED - 1 else HouseUse.RENTED
            houses[home].use = use if tenants.get(at) == sizes[at] else HouseUse.OWNED
        self._tables[House].add(houses)
        for at, home in enumerate(homes):
            elsewhere = self._rng.choice(houses)
            self._household(houses[home], elsewhere, sizes[at], tenants.get(at, 0), is_rural=is_rural)

    def _sizes(self, houses: int, people: int) -> list[int]:
        """Return the sizes of the households; their sum is `people`."""
        lived_in = sum(self._rng.random() < OCCUPIED for _ in range(houses))
        homes = min(people, max(1, lived_in)) if houses else 0
        sizes = [1] * homes
        for _ in range(people - homes):
            sizes[int(self._rng.random() * homes)] += 1
        return sizes

    def _household(self, house: HouseRow, other: HouseRow, size: int, floating: int, *, is_rural: bool) -> None:
        """Draw one household; the last `floating` of its people are registered outside."""
        family = list(self._family(size, is_young=floating == size))
        rows = []
        for at, figure in enumerate(family):
            is_tenant = at >= size - floating
            registered = None if is_tenant else other if self._rng.random() < ELSEWHERE else house
            rows.append(self._resident(figure, house, registered, has_spouse=at < 2 and size > 1))
            self._kind(rows[-1], figure, is_tenant=is_tenant, is_rural=is_rural)
        house.owner_name = house.owner_name or (family[0].name if not floating else "")
        self._tables[Resident].add(rows)
        for row, figure in zip(rows, family, strict=True):
            self._facts(row, figure, is_rented=floating == size)
        started = min(row.since_on for row in rows)
        head = HouseholdRow(_id(house), _id(rows[0]), f"{_id(rows[0]):09d}", started)
        self._tables[Household].add([head])
        members = zip(rows, family, strict=True)
        self._tables[Membership].add([MembershipRow(_id(head), _id(r), f.kinship, started) for r, f in members])

    def _family(self, size: int, *, is_young: bool) -> Iterator[Figure]:
        """Draw a head, a spouse, children, then parents of the head, grandchildren, and others."""
        rng, draw = self._rng, self._figures.draw
        head_age = rng.randint(20, 48) if is_young else min(rng.randint(26, 92), rng.randint(26, 92))
        if not is_young and size > 2 and rng.random() < 0.75:
            head_age = rng.randint(27, 48)
        elif not is_young and rng.random() < 0.4:
            head_age = rng.randint(62, 94)
        family, is_male = names.family(rng), rng.random() < 0.68
        yield draw(family, head_age, is_male=is_male, kinship="02")
        if size > 1:
            age = max(20, head_age + rng.randint(-5, 4))
            yield draw(names.family(rng), age, is_male=not is_male, kinship="10")
        for place in range(2, size):
            boy = rng.random() < 0.52
            if place < 4 and head_age < 78:
                age = max(0, head_age - rng.randint(23, 34))
                yield draw(family, age, is_male=boy, kinship="20" if boy else "30")
            elif head_age < 58 and place in (4, 5):
                yield draw(family if boy else names.family(rng), min(96, head_age + 27), is_male=boy, kinship="50")
            elif head_age >= 58:
                yield draw(family, max(0, head_age - rng.randint(50, 60)), is_male=boy, kinship="40")
            else:
                yield draw(names.family(rng), rng.randint(18, 60), is_male=boy, kinship="97")

    def _resident(
        self, figure: Figure, house: HouseRow, registered: HouseRow | None, *, has_spouse: bool
    ) -> ResidentRow:
        figures, age = self._figures, figure.age
        number = figures.identity_number(figure)
        phone = figures.phone() if age >= 13 else ""
        _code, origin = self._rng.choice(_ORIGINS) if registered is None else ("", "")
        stay = 1000 if registered is None else min(age * 365, 9000)
        return ResidentRow(
            house.district_id,
            house.street_id,
            house.community_id,
            house.grid_id,
            house.micro_id,
            name=figure.name,
            initials=initials(figure.name),
            sex="1" if figure.is_male else "2",
            born_on=figure.born_on,
            identity_number=number,
            identity_hash=self._of_identity(number),
            identity_last4=number[-4:],
            phone=phone,
            phone_hash=self._of_phone(phone) if phone else None,
            phone_last4=phone[-4:],
            ethnicity=figures.ethnicity(),
            marital=figures.marital(figure, has_spouse=has_spouse),
            education=figures.education(age),
            political=figures.political(age),
            occupation=figures.occupation(age),
            house_id=_id(house),
            registered_house_id=_id(registered) if registered else None,
            registered_address=origin,
            since_on=max(figure.born_on, figures.today - dt.timedelta(days=int(self._rng.random() * (stay + 1)))),
            created_at=figures.entered_at,
        )

    def _kind(self, row: ResidentRow, figure: Figure, *, is_tenant: bool, is_rural: bool) -> None:
        if is_tenant:
            row.kind = ResidentKind.FLOATING
        elif is_rural and (figure.age < 15 or figure.age > 70) and self._rng.random() < 0.03:
            row.kind = ResidentKind.LEFT_BEHIND
        elif 25 <= figure.age < 60 and self._rng.random() < 0.0004:
            row.kind = ResidentKind.FOREIGN
            row.certificate, row.identity_number, row.identity_hash, row.identity_last4 = "553", "", None, ""
            row.registered_house_id, row.ethnicity, row.political = None, "98", ""

    def _facts(self, row: ResidentRow, figure: Figure, *, is_rented: bool) -> None:
        rng, today = self._rng, self._figures.today
        if row.kind == ResidentKind.FLOATING:
            region = next((code for code, name in _ORIGINS if name == row.registered_address), "")
            reason = rng.choice(("01", "01", "03", "06", "09")) if figure.age > 15 else "09"
            ends = today + dt.timedelta(days=rng.randrange(-60, 360)) if figure.age > 15 else None
            dwelling = "rented" if is_rented else "relative"
            self._tables[FloatingFacts].add([FloatingRow(_id(row), reason, dwelling, region, ends)])
        elif row.kind == ResidentKind.LEFT_BEHIND:
            is_child = figure.age < 18
            group = LeftBehindFacts.Group.CHILD if is_child else LeftBehindFacts.Group.ELDERLY
            guardian = row.name[0] + names.given(rng, 1990, is_male=True)
            relation = "51" if is_child else "20"
            phone = self._figures.phone()
            self._tables[LeftBehindFacts].add([LeftBehindRow(_id(row), group, guardian, relation, phone)])
        elif row.kind == ResidentKind.FOREIGN:
            country, name, purpose = rng.choice(_COUNTRIES)
            arrived = today - dt.timedelta(days=rng.randrange(30, 600))
            until = today + dt.timedelta(days=rng.randrange(60, 700))
            facts = ForeignRow(_id(row), country, name, purpose, arrived, until, until - dt.timedelta(days=10))
            self._tables[ForeignFacts].add([facts])


def _id(row: HouseRow | ResidentRow | HouseholdRow) -> int:
    if row.id is None:
        message = "The row has not been sent yet."
        raise ValueError(message)
    return row.id
