"""The near end of the process that opens workbooks: starts it, takes its rows, and says in words how it failed."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

from accounts.tables.cells import Faults
from accounts.tables.limits import Fault
from accounts.tables.refusals import UnreadableTable


class WorkbookReader:
    """A workbook being read elsewhere. Raises UnreadableTable from the start or while its rows are taken."""

    def __init__(self, path: Path, suffix: str, sheet: str, longest: int) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own module; the stranger's file is its input only
            [sys.executable, "-m", "accounts.tables.sheets", str(path.resolve()), suffix, sheet, str(longest)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # a crash there may print what people typed
            cwd=settings.BASE_DIR,
            env={"PATH": os.environ.get("PATH", ""), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"},
        )
        try:
            found = self._next()
        except UnreadableTable:
            self.close()
            raise
        self.sheet: str = found["sheet"]
        self.sheets: list[str] = found["sheets"]
        self.row_count: int = found["row_count"]

    def rows(self) -> Iterator[tuple[int, list[str], Faults]]:
        """Yield number, cells and faults of each row that has anything in it."""
        while isinstance(batch := self._next(), list):
            for number, cells, faults in batch:
                yield number, cells, tuple((at, Fault(fault)) for at, fault in faults) if faults else ()
        self.close()

    def close(self) -> None:
        """End the process, whatever it is doing."""
        self._process.kill()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def _next(self) -> Any:
        line = self._process.stdout.readline() if self._process.stdout is not None else b""
        if not line.endswith(b"\n"):  # it ended in the middle: its memory or its time ran out
            raise UnreadableTable("too_much")
        word = json.loads(line)
        if isinstance(word, dict) and "refused" in word:
            raise UnreadableTable(word.pop("refused"), **word)
        return word
