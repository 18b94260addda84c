"""SQL for "does the file say something else than the register": `s` is the staged row, `r` the register's.

NULL in a staged column is an empty cell. It never differs, unless the batch says that empty cells empty the register.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from rosters.models import Batch


@dataclass(frozen=True)
class Field:
    """A field that both tables hold under one name."""

    name: str
    empty: str = "''"
    """What the register's column holds where there is nothing, in SQL."""
    initial: str = ""
    """What a new row gets where the file says nothing; by default `empty`."""
    cast: str = ""

    @property
    def first(self) -> str:
        return self.initial or self.empty

    def differs(self, *, blanks_overwrite: bool) -> str:
        if blanks_overwrite:
            return f"coalesce(s.{self.name}, {self.empty}) IS DISTINCT FROM r.{self.name}"
        return f"s.{self.name} IS NOT NULL AND s.{self.name} IS DISTINCT FROM r.{self.name}"

    def value(self, *, blanks_overwrite: bool) -> str:
        """Return what the register gets where the field is taken over."""
        other = self.empty if blanks_overwrite else f"r.{self.name}"
        return f"coalesce(s.{self.name}, {other})"


def text(*names: str) -> list[Field]:
    return [Field(name) for name in names]


def nullable(*names: str) -> list[Field]:
    return [Field(name, empty="NULL") for name in names]


def array(conditions: Sequence[tuple[str, str]]) -> str:
    """Return SQL for the names of the fields whose condition holds."""
    if not conditions:
        return "'{}'::varchar(30)[]"
    cases = ", ".join(f"CASE WHEN {condition} THEN '{name}' END" for name, condition in conditions)
    return f"array_remove(ARRAY[{cases}], NULL)::varchar(30)[]"


def present(batch: Batch, fields: Sequence[Field], *derived: str) -> list[Field]:
    """Return the fields that the file has a column for, or that are derived from one."""
    there = {*batch.fields, *derived}
    return [field for field in fields if field.name in there]


NEVER_EMPTY = frozenset({"kind", "group"})
"""Fields that everybody has who has the row: an empty cell says nothing of them."""


def empties(batch: Batch, name: str) -> bool:
    """Say whether an empty cell of this field empties the register's."""
    return batch.blanks_overwrite and name in batch.fields and name not in NEVER_EMPTY
