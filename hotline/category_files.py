"""A file of the hotline's categories as cities write it: one row for each path through the tree, up to five levels.

Read without the database. Headings are 一级分类 … 五级分类, each perhaps with a column of codes (一级编码 …), or one
column of codes for the deepest level of its row. A blank cell above a filled one is what a merged cell leaves: the row
goes on in the branch of the row before.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.tables.headings import key_of
from accounts.tables.limits import Fault
from accounts.tables.reading import Line, open_table
from accounts.tables.refusals import FAULTS, REFUSED_FAULTS

LEVELS = 5
LONGEST_NAME = 60
"""workorders.Category.name"""
LONGEST_CODE = 20
_NUMERALS = "一二三四五"
_NAME_ENDINGS = ("分类", "类别", "类目", "级", "")
_CODE_ENDINGS = ("编码", "分类编码", "类别编码", "代码", "分类代码")
_LEAF_CODES = ("编码", "分类编码", "类别编码", "代码", "分类代码", "code")
_TAKEN = REFUSED_FAULTS - {Fault.MERGED}


class Node(NamedTuple):
    """One category of the file: the names from the first level down to it, its code or "", and its first row."""

    path: tuple[str, ...]
    code: str
    row: int


class Odd(NamedTuple):
    """A row that something is odd about; `stops` where the file is not taken because of it."""

    row: int
    words: str | Promise
    value: str = ""
    stops: bool = True


@dataclass
class CategoryFile:
    """What a file holds: its categories, parents before children, and what is odd in it."""

    nodes: list[Node] = field(default_factory=list)
    odd: list[Odd] = field(default_factory=list)

    @property
    def is_refused(self) -> bool:
        return any(one.stops for one in self.odd)


def match_key(name: str) -> str:
    """Return a name as it is compared: full width as half, without blanks and case."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def cut(name: str) -> str:
    """Return a name without what files leave around it: signs that have no width, blanks at the ends and doubled."""
    visible = "".join(" " if sign.isspace() else sign for sign in name if unicodedata.category(sign) != "Cf")
    return " ".join(visible.split())


def read(path: Path) -> CategoryFile:
    """Read a .xlsx, .xls or .csv file; raises UnreadableTable where it is none."""
    with open_table(path) as table:
        lines = list(table)
    found = CategoryFile()
    if not lines:
        found.odd.append(Odd(0, _("The file is empty.")))
        return found
    names, codes, leaf = _columns(lines[0].cells)
    if not names:
        found.odd.append(Odd(lines[0].number, _("There is no column 一级分类.")))
        return found
    _gather(lines[1:], names, codes, leaf, found)
    return found


def _columns(headings: Sequence[str]) -> tuple[list[int], dict[int, int], int | None]:
    """Return the columns of names by level, those of codes by level, and that of the deepest level's code."""
    keys = {key_of(heading): column for column, heading in reversed(list(enumerate(headings)))}
    names: list[int] = []
    codes: dict[int, int] = {}
    for level, numeral in enumerate(_NUMERALS):
        column = _first(keys, [f"{numeral}级{ending}" for ending in _NAME_ENDINGS] + [f"level{level + 1}"])
        if column is None:
            break
        names.append(column)
        code = _first(keys, [f"{numeral}级{ending}" for ending in _CODE_ENDINGS] + [f"code{level + 1}"])
        if code is not None:
            codes[level] = code
    return names, codes, _first(keys, _LEAF_CODES)


def _first(keys: Mapping[str, int], words: Iterable[str]) -> int | None:
    return next((keys[word] for word in words if word in keys), None)


def _gather(
    lines: Sequence[Line], names: Sequence[int], codes: Mapping[int, int], leaf: int | None, found: CategoryFile
) -> None:
    """Put the rows together to a tree; the nodes come out parents first, in the order of the file."""
    nodes: dict[tuple[str, ...], Node] = {}
    leaves: set[tuple[str, ...]] = set()
    before: tuple[str, ...] = ()
    for line in lines:
        path = _path(line, names, before, found.odd)
        if path is None:
            continue
        before = path
        keys = tuple(map(match_key, path))
        if keys in leaves:
            found.odd.append(Odd(line.number, _("The same category stands in the file twice."), path[-1], stops=False))
        leaves.add(keys)
        for level in range(len(path)):
            code = _code(line, level, len(path) - 1, codes, leaf)
            known = nodes.get(keys[: level + 1])
            if known is None:
                nodes[keys[: level + 1]] = Node(path[: level + 1], code, line.number)
            elif code and known.code and code != known.code:
                found.odd.append(Odd(line.number, _("The category has another code further up in the file."), code))
            elif code and not known.code:
                nodes[keys[: level + 1]] = known._replace(code=code)
    found.nodes = list(nodes.values())
    found.odd += _double_codes(found.nodes)


def _path(line: Line, names: Sequence[int], before: Sequence[str], odd: list[Odd]) -> tuple[str, ...] | None:
    """Return the names of one row from the first level down, or None where the row cannot be taken."""
    faults = [fault for column, fault in line.faults if column in names and fault in _TAKEN]
    if faults:
        odd += [Odd(line.number, FAULTS[fault]) for fault in faults]
        return None
    cells = [cut(line.cells[column]) if column < len(line.cells) else "" for column in names]
    filled = [level for level, cell in enumerate(cells) if cell]
    if not filled:
        odd.append(Odd(line.number, _("The row names no category."), stops=False))
        return None
    path = [*before[: filled[0]], *cells[filled[0] : filled[-1] + 1]]
    if len(path) != filled[-1] + 1 or not all(path):
        odd.append(Odd(line.number, _("A level between is blank."), cells[filled[-1]]))
        return None
    long = next((name for name in path if len(name) > LONGEST_NAME), "")
    if long:
        odd.append(Odd(line.number, _("The name is longer than 60 characters."), long[:LONGEST_NAME]))
        return None
    return tuple(path)


def _code(line: Line, level: int, last: int, codes: Mapping[int, int], leaf: int | None) -> str:
    column = codes.get(level, leaf if level == last else None)
    return cut(line.cells[column])[:LONGEST_CODE] if column is not None and column < len(line.cells) else ""


def _double_codes(nodes: Iterable[Node]) -> Iterator[Odd]:
    """Yield a complaint for each code that two different categories of the file have."""
    first: dict[str, Node] = {}
    for node in nodes:
        if node.code and node.code in first:
            yield Odd(node.row, _("Another category of the file has this code."), node.code)
        elif node.code:
            first[node.code] = node
