"""Find the row of headings in a table, and say which of our fields each column means.

Real tables have a title above the headings, a row of remarks beside them, sums below, and the headings again where
somebody put pages together (DOMAIN.md §6.1).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from accounts.tables.reading import Line

LOOKED_THROUGH = 30
"""Rows among which the headings are sought."""
_ALIKE = 0.75
_BRACKETS = re.compile(r"[(\[{【<《].*?([)\]}】>》]|$)")
_NEEDLESS = re.compile(r"[\s*:、,.;!?/\\|_\-—·'\"“”‘’]+")
_SOMEBODY_ELSE = re.compile(
    "户主|配偶|父|母|监护|家长|联系人|紧急|房主|业主|产权|法人|法定|代表|负责|承租|房东|操作|填|录入|网格员"
)
"""“户主身份证号” holds “身份证号”, and is another person's: only an alias of its own matches such a heading."""
_REMARK = re.compile(
    r"[(（]?\s*(必填|选填|可填|非必填|不填|填写|请|示例|例如|例[:：]|如[:：]|说明|注[:：]|格式|文本格式|下拉|required|optional|e\.g\.)",
    re.IGNORECASE,
)
_SUMS = frozenset({"合计", "总计", "小计", "共计", "总数", "total", "sum", "subtotal"})


class Wanted(Protocol):
    """A field that a column may mean: its name, its label and other headings under which it comes."""

    @property
    def name(self) -> str: ...
    @property
    def label(self) -> "str | Promise": ...
    @property
    def aliases(self) -> Sequence[str]: ...


class Confidence(StrEnum):
    """How sure a proposal is."""

    REMEMBERED = "remembered"
    """The person chose it before."""
    SURE = "sure"
    """The heading is one that means the field."""
    LIKELY = "likely"
    """The heading is like one; somebody should look."""
    NONE = "none"


@dataclass(frozen=True)
class Heading:
    """The headings of a table, and where they stand; `last_number` is the last row before the body, be it remarks."""

    number: int
    last_number: int
    cells: list[str]


@dataclass(frozen=True)
class Proposal:
    """What a column (from 0) is thought to mean: `field` is a field's name, or "" for none."""

    column: int
    heading: str
    field: str
    confidence: Confidence


def key_of(heading: str) -> str:
    """Return a heading as it is compared: no blanks, stars, signs, nor what stands in brackets; full width as half."""
    words = unicodedata.normalize("NFKC", heading).casefold()
    bare = _NEEDLESS.sub("", _BRACKETS.sub("", words))
    return bare or _NEEDLESS.sub("", words)


def find_heading(lines: "Iterable[Line]", wanted: Iterable[Wanted]) -> Heading | None:
    """Find the row with most of our fields' headings among the first rows; without any, the first with two cells.

    None where no row has two cells with anything in them.
    """
    known = set(_by_key(wanted))
    lines = list(lines)[:LOOKED_THROUGH]
    best, most = None, 0
    for line in lines:
        hits = len({key_of(cell) for cell in line.cells} & known)
        if hits > most:
            best, most = line, hits
    if best is None:
        best = next((line for line in lines if sum(map(bool, line.cells)) > 1), lines[0] if lines else None)
    if best is None:
        return None
    last = best.number
    for line in lines:
        if line.number == last + 1 and _is_remarks(line.cells):
            last = line.number
    return Heading(best.number, last, best.cells)


def match_columns(
    headings: Sequence[str], wanted: Iterable[Wanted], remembered: Mapping[str, str] | None = None
) -> list[Proposal]:
    """Propose a field for each column that has a heading, in any order of columns.

    remembered: what the person chose before, field ("" for none) by `key_of(heading)`. Each field is given once: to
    the surer heading, and among equals to the one farther left.
    """
    by_key = _by_key(wanted)
    fields = set(by_key.values())
    given: dict[int, Proposal] = {}
    keys = {column: key_of(heading) for column, heading in enumerate(headings) if heading.strip()}
    for column, key in keys.items():
        if remembered and (field := remembered.get(key)) is not None and (not field or field in fields):
            given[column] = Proposal(column, headings[column], field, Confidence.REMEMBERED)
            fields.discard(field)
    for column, key in keys.items():
        if column not in given and by_key.get(key) in fields:
            given[column] = Proposal(column, headings[column], by_key[key], Confidence.SURE)
            fields.discard(by_key[key])
    rest = [
        (_likeness(key, word), -column, word) for column, key in keys.items() if column not in given for word in by_key
    ]
    for likeness, column, word in sorted(rest, reverse=True):
        if likeness and -column not in given and by_key[word] in fields:
            given[-column] = Proposal(-column, headings[-column], by_key[word], Confidence.LIKELY)
            fields.discard(by_key[word])
    return [given.get(column) or Proposal(column, headings[column], "", Confidence.NONE) for column in keys]


def body(lines: "Iterable[Line]", heading: Heading) -> "Iterator[Line]":
    """Yield the rows that hold something to import: behind the headings, without sums and repeated headings."""
    for line in lines:
        if line.number > heading.last_number and line.cells != heading.cells and not is_sum(line.cells):
            yield line


def is_sum(cells: Sequence[str]) -> bool:
    """Say whether a row sums up others: its first word is 合计 or the like, and little else stands in it."""
    filled = [cell for cell in cells if cell]
    return len(filled) <= 4 and bool(filled) and key_of(filled[0]) in _SUMS


def _by_key(wanted: Iterable[Wanted]) -> dict[str, str]:
    """Return fields by the keys of their headings; where two have the same heading, the first one's."""
    by_key: dict[str, str] = {}
    for one in wanted:
        for word in (one.name, str(one.label), *one.aliases):
            by_key.setdefault(key_of(word), one.name)
    return by_key


def _is_remarks(cells: Sequence[str]) -> bool:
    """Say whether a row tells how to fill the table in: a third of what stands in it begins like a remark."""
    filled = [cell for cell in cells if cell]
    return bool(filled) and sum(_REMARK.match(cell) is not None for cell in filled) * 3 >= len(filled)


def _likeness(key: str, word: str) -> float:
    """Return how much alike two headings are, from 0 (not enough) to 1."""
    if len(word) < 2 or len(key) < 2 or _SOMEBODY_ELSE.search(key):
        return 0
    if word in key:
        return 0.8 + len(word) / len(key) / 10
    ratio = SequenceMatcher(None, key, word).ratio()
    return ratio if ratio >= _ALIKE else 0
