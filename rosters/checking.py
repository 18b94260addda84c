"""Check the rows of a file and bring them into the form in which they are staged.

A million rows pass here: columns with few answers are read once for each answer, numbers are encrypted by the ring
read once, and what comes out is the line that COPY takes, an empty cell meaning "nothing said".
"""

import datetime as dt
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from django.db import models

from accounts import crypto
from accounts.tables.limits import Fault
from accounts.tables.reading import Line
from accounts.tables.refusals import REFUSED_FAULTS
from residents import addresses, fingerprints, identity_numbers, phones, pinyin
from residents.reading import Unreadable, plain
from rosters import cells, columns
from rosters.columns.column import Column, Reads
from rosters.columns.places import ADDRESS_FIELDS
from rosters.columns.residents import HOME_COUNTRY, MARKS
from rosters.models import Batch, StagedHouse, StagedOrganisation, StagedResident, StagedWorker
from rosters.models.batches import ROWS
from rosters.nodes import Nodes, Place
from rosters.samples import sample
from rosters.states import BatchKind
from rosters.words import wrong

STAGED: dict[str, type[models.Model]] = {
    BatchKind.RESIDENTS: StagedResident,
    BatchKind.HOUSES: StagedHouse,
    BatchKind.ORGANISATIONS: StagedOrganisation,
    BatchKind.WORKERS: StagedWorker,
}
NEEDED_CELLS = {
    BatchKind.RESIDENTS: ("name",),
    BatchKind.ORGANISATIONS: ("name",),
    BatchKind.WORKERS: ("display_name", "role", "node"),
}
IDENTITY_CARDS = frozenset({"", "111", "112", "113", "117"})
"""Certificates whose number is an identity number: the cards, the household booklet, the birth certificate."""
_SPECIAL = {Reads.IDENTITY, Reads.PHONE, Reads.ADDRESS, Reads.PLACE_LABEL, Reads.NODE}
_NOWHERE = ("", "", "", "")


class Mistake(NamedTuple):
    """Something wrong with a cell; `sample` is masked."""

    number: int
    field: str
    code: str
    refuses: bool
    sample: str


class Checker:
    """Checks the rows of one batch, one after the other; `mistakes` gathers what is wrong until somebody takes it."""

    def __init__(self, batch: Batch, today: dt.date) -> None:
        self.mistakes: list[Mistake] = []
        self._key = batch.pk * ROWS
        self._today = today
        self._known = columns.of(batch.kind)
        self._at = {field: int(index) for index, field in batch.matching.items()}
        self._fields = {index: field for field, index in self._at.items()}
        self._width = max(self._fields, default=0) + 1
        staged = STAGED[batch.kind]._meta.concrete_fields
        self.columns = [str(field.column) for field in staged]
        self._slots = {name: place for place, name in enumerate(self.columns)}
        self._blank = [""] * len(self.columns)
        self._blank[self._slots["is_refused"]] = "f"
        sealer = crypto.sealer()
        self._seal = sealer.seal
        self._nodes = Nodes(batch.node)
        self._steps: list[Callable[[int, list[str], list[str]], None]] = []
        self._make_steps(batch.kind)
        self._needed = [
            name for name in NEEDED_CELLS.get(BatchKind(batch.kind), ()) if name in self._slots or name in self._at
        ]

    def _make_steps(self, kind: str) -> None:
        """Lay out what to do with each row; what leans on other columns comes after them."""
        for field, index in self._at.items():
            column = self._known[field]
            if column.reads not in _SPECIAL:
                self._steps.append(self._simple(index, column))
        for field, index in self._at.items():
            if self._known[field].reads is Reads.PHONE and kind != BatchKind.WORKERS:
                self._steps.append(self._phone(index, field))
            elif self._known[field].reads is Reads.PHONE:
                self._steps.append(self._plain_phone(index, field))
        if kind == BatchKind.RESIDENTS:
            self._steps.append(self._person())
            if self._at.keys() & MARKS.keys():
                self._steps.append(self._kind())
        if kind == BatchKind.WORKERS:
            self._steps.append(self._post())
        else:
            self._steps += [self._place(), self._address()]

    def check(self, line: Line) -> str:
        """Return the row as COPY takes it, and note in `mistakes` all that is wrong with it."""
        out = self._blank[:]
        row, number = line.cells, line.number
        out[0] = str(self._key + number)
        before = len(self.mistakes)
        if len(row) < self._width:
            row = row + [""] * (self._width - len(row))
        if line.faults:
            row = self._doubtful(line, row)
        for step in self._steps:
            step(number, row, out)
        for name in self._needed:
            if not out[self._slots[name if name != "node" else "node_id"]]:
                self._need(number, name, before)
        if len(self.mistakes) > before and any(mistake.refuses for mistake in self.mistakes[before:]):
            out[1] = "t"
        return "\t".join(out)

    def _doubtful(self, line: Line, row: list[str]) -> list[str]:
        """Note doubtful cells of matched columns; those that are not taken are emptied."""
        row = row[:]
        for index, fault in line.faults:
            field = self._fields.get(index)
            if field is not None:
                refuses = fault in REFUSED_FAULTS
                self._note(line.number, field, Fault(fault).value, row[index], refuses=refuses)
                if refuses:
                    row[index] = ""
        return row

    def _need(self, number: int, field: str, before: int) -> None:
        if not any(mistake.field == field and mistake.refuses for mistake in self.mistakes[before:]):
            self._note(number, field, "needed", "")

    def _note(self, number: int, field: str, code: str, text: str, *, refuses: bool = True) -> None:
        self.mistakes.append(Mistake(number, field, code, refuses, sample(self._known.get(field), text)))

    def _simple(self, index: int, column: Column) -> Callable[[int, list[str], list[str]], None]:
        read, slot, known = cells.reader(column, self._today), self._slots[column.name], {"": ""}
        initials = self._slots.get("initials") if column.name == "name" else None
        is_memorable = cells.is_memorable(column)

        def step(number: int, row: list[str], out: list[str]) -> None:
            text = row[index]
            value = known.get(text)
            if value is None:
                try:
                    value = read(text)
                except Unreadable as error:
                    self._note(number, column.name, error.code, text)
                    return
                if is_memorable and len(known) < cells.REMEMBERED:
                    known[text] = value
            out[slot] = value
            if initials is not None:
                out[initials] = pinyin.initials(value)

        return step

    def _phone(self, index: int, field: str) -> Callable[[int, list[str], list[str]], None]:
        slot, hash_slot = self._slots[field], self._slots[f"{field}_hash"]
        last4, seal, fingerprint = self._slots.get(f"{field}_last4"), self._seal, fingerprints.maker("phone")

        def step(number: int, row: list[str], out: list[str]) -> None:
            text = row[index]
            if not text:
                return
            phone = self._read_phone(number, field, text)
            if phone:
                out[slot], out[hash_slot] = seal(phone), fingerprint(phone)
                if last4 is not None:
                    out[last4] = phone[-4:]

        return step

    def _plain_phone(self, index: int, field: str) -> Callable[[int, list[str], list[str]], None]:
        slot = self._slots[field]

        def step(number: int, row: list[str], out: list[str]) -> None:
            if row[index]:
                out[slot] = self._read_phone(number, field, row[index])

        return step

    def _read_phone(self, number: int, field: str, text: str) -> str:
        """Return the first number of the cell in its one form, or "" where there is none."""
        try:
            return phones.read(text).text
        except Unreadable as error:
            several = phones.split(text)
            if len(several) > 1:
                try:
                    first = phones.read(several[0]).text
                except Unreadable:
                    pass
                else:
                    self._note(number, field, "phone_several", text, refuses=False)
                    return first
            self._note(number, field, error.code, text)
            return ""

    def _person(self) -> Callable[[int, list[str], list[str]], None]:
        slots, today, seal, fingerprint = self._slots, self._today, self._seal, fingerprints.maker("identity")
        index = self._at.get("identity_number")
        sealed, hashed, last4 = slots["identity_number"], slots["identity_hash"], slots["identity_last4"]
        born, sex, certificate = slots["born_on"], slots["sex"], slots["certificate"]

        def step(number: int, row: list[str], out: list[str]) -> None:
            text = row[index] if index is not None else ""
            if not text:
                return
            if out[certificate] not in IDENTITY_CARDS:
                digits = plain(text).upper()
                if not (5 <= len(digits) <= 30 and digits.isascii() and digits.replace("-", "").isalnum()):
                    self._note(number, "identity_number", "certificate_form", text)
                    return
            else:
                try:
                    found = identity_numbers.read(text, today=today, convert_legacy=True)
                except Unreadable as error:
                    self._note(number, "identity_number", error.code, text)
                    return
                digits = found.text
                day = found.born_on.isoformat()
                if out[born] and out[born] != day:
                    self._note(number, "born_on", "born_differs", out[born], refuses=False)
                if out[sex] in {"1", "2"} and out[sex] != found.sex:
                    self._note(number, "sex", "sex_differs", out[sex], refuses=False)
                out[born], out[sex] = day, found.sex
                if len(text) < identity_numbers.LENGTH:
                    self._note(number, "identity_number", "identity_converted", text, refuses=False)
            out[sealed], out[hashed], out[last4] = seal(digits), fingerprint(digits), digits[-4:]

        return step

    def _kind(self) -> Callable[[int, list[str], list[str]], None]:
        """Let the kind follow from details that only one has, where the row names none; warn where it names another."""
        slot, country = self._slots["kind"], self._slots["country"]
        marks = [(self._slots[field], kind) for field, kind in MARKS.items() if field in self._at]

        def step(number: int, row: list[str], out: list[str]) -> None:
            told = {kind for at, kind in marks if out[at] and not (at == country and out[at] == HOME_COUNTRY)}
            if not told:
                return
            if not out[slot] and len(told) == 1:
                out[slot] = told.pop()
            elif told - {out[slot]}:
                self._note(number, "kind", "kind_others", "", refuses=False)

        return step

    def _place(self) -> Callable[[int, list[str], list[str]], None]:
        slot = self._slots["street_id"]
        grid_at, community_at = self._at.get("grid"), self._at.get("community")
        known: dict[tuple[str, str], tuple[str, ...]] = {}

        def step(number: int, row: list[str], out: list[str]) -> None:
            key = (row[grid_at] if grid_at is not None else "", row[community_at] if community_at is not None else "")
            ids = known.get(key)
            if ids is None:
                try:
                    ids = self._ids(*key)
                except _Misplaced as error:
                    self._note(number, error.field, error.code, key[error.field == "community"])
                    return
                known[key] = ids
            out[slot : slot + 4] = ids

        return step

    def _ids(self, grid: str, community: str) -> tuple[str, ...]:
        place = self._nodes.default
        for field, text in (("community", community), ("grid", grid)):
            if text:
                try:
                    _pk, found = self._nodes.find(text, place.community if place else None)
                except Unreadable as error:
                    raise _Misplaced(field, error.code) from None
                if field == "grid" and community and place is not None and place.community != found.community:
                    raise _Misplaced(field, "node_contradicts")
                place = _narrower(place, found)
        return _NOWHERE if place is None else tuple("" if pk is None else str(pk) for pk in place)

    def _address(self) -> Callable[[int, list[str], list[str]], None]:
        slot = self._slots["address"]
        places = [(field, self._at[field]) for field in ADDRESS_FIELDS if field in self._at]
        last: dict[tuple[str, ...], tuple[str, ...]] = {}

        def step(number: int, row: list[str], out: list[str]) -> None:
            key = tuple([row[index] for _field, index in places])
            parts = last.get(key)
            if parts is None:
                given = {field: text for (field, _index), text in zip(places, key, strict=True) if text}
                if not given:
                    return
                try:
                    parts = _house(given)
                except Unreadable as error:
                    self._note(number, next(iter(given)), error.code, next(iter(given.values())))
                    return
                last.clear()  # those of one house stand together in most lists
                last[key] = parts
            out[slot : slot + 7] = parts

        return step

    def _post(self) -> Callable[[int, list[str], list[str]], None]:
        index, slot = self._at.get("node"), self._slots["node_id"]

        def step(number: int, row: list[str], out: list[str]) -> None:
            text = row[index] if index is not None else ""
            if text:
                try:
                    out[slot] = str(self._nodes.find(text)[0])
                except Unreadable as error:
                    self._note(number, "node", error.code, text)

        return step


class _Misplaced(Exception):
    def __init__(self, field: str, code: str) -> None:
        super().__init__(code)
        self.field = field
        self.code = code


def _narrower(place: Place | None, found: Place) -> Place:
    """Keep the grid that the area itself is, where the row only names the community around it."""
    if place is not None and found.grid is None and place.community == found.community:
        return place
    return found


_LENGTHS = {"estate": 60, "building": 20, "unit": 10, "floor": 5, "room": 20}


_label = lru_cache(maxsize=cells.REMEMBERED)(addresses.label)
"""Numbers of buildings, units and rooms come again and again."""


def _house(given: dict[str, str]) -> tuple[str, ...]:
    """Return address, key, estate, building, unit, floor and room, from whichever columns say them."""
    text = given.get("address", "")
    found = addresses.parse_house(text) if text else addresses.HouseAddress("")
    building, unit, room = (
        _label(given[field]) if field in given else part
        for field, part in (("building_no", found.building), ("unit_no", found.unit), ("room_no", found.room))
    )
    estate = addresses.tidy(given["estate"]) if "estate" in given else found.estate
    if not room:
        raise wrong("house_no_room")
    floor = (
        found.floor if "floor" not in given else addresses.number(addresses.label(given["floor"]).removesuffix("层"))
    )
    if not floor and room.isdecimal() and 3 <= len(room) <= 5 and building:
        floor = room[:-2]
    floor = floor if floor.removeprefix("-").isdecimal() and len(floor) <= 4 else ""
    shown = text or _shown(estate, building, unit, room)
    house = addresses.HouseAddress(estate, building, unit, floor, room)
    if any(len(getattr(house, part)) > length for part, length in _LENGTHS.items()) or len(shown) > 200:
        raise wrong("too_long")
    parts = (shown, house.key, estate, building, unit, floor, room)
    return tuple(cells.escaped(part) for part in parts)


def _shown(estate: str, building: str, unit: str, room: str) -> str:
    """Write an address as people read it."""
    if not building:
        return f"{estate}{room}号"
    tower = f"{building}号楼" if building[-1:].isdigit() else f"{building}座"
    return f"{estate}{tower}{f'{unit}单元' if unit else ''}{room}"
