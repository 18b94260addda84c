"""A process of the product on one database, which measures on request; one for each database that is compared."""

import importlib
import multiprocessing
import os
import traceback
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any, Self


class Failed(Exception):
    """The other process raised; the message is its traceback."""


class Remote:
    """Calls functions ("module:function") in a process whose DATABASE_URL is the given one."""

    def __init__(self, database_url: str) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        # No daemon: a daemon may not start the processes that draw a district (demo/crew.py).
        self._process = context.Process(target=_serve, args=(theirs, database_url))
        self._process.start()
        theirs.close()

    def call(self, function: str, *arguments: Any) -> Any:
        self._pipe.send((function, arguments))
        is_well, answer = self._pipe.recv()
        if not is_well:
            raise Failed(answer)
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pipe.close()
        self._process.join(10)
        if self._process.is_alive():
            self._process.terminate()
            self._process.join()


def _serve(pipe: "Connection[Any, Any]", database_url: str) -> None:
    os.environ["DATABASE_URL"] = database_url
    import django

    django.setup()
    while True:
        try:
            function, arguments = pipe.recv()
        except EOFError:
            return
        module, _, name = function.partition(":")
        try:
            answer = (True, getattr(importlib.import_module(module), name)(*arguments))
        except Exception:
            answer = (False, traceback.format_exc())
        pipe.send(answer)
