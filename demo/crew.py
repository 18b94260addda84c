"""Several processes that draw one district: each draws whole shares, and the shares do not know who draws them.

What a share holds follows from the share alone, so the same district comes out of one process or of many. Nothing here
may import a model: a new process comes through here before Django is set up.
"""

import multiprocessing
import os
import pickle
import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from typing import Any, TypeVar

import django
from django.utils import translation

WORTH_IT = 4
"""Fewer shares are drawn here: another process has to read all of the product first."""
AHEAD = 2
"""How many shares each process may be ahead of what was taken from it."""

C = TypeVar("C")
S = TypeVar("S")
R = TypeVar("R")

_job: tuple[Callable[[Any, Any], Any], Any]


def drawn(work: Callable[[C, S], R], context: C, shares: Sequence[S], *, processes: int | None = None) -> Iterator[R]:
    """Yield `work(context, share)` of each share, in their order.

    `work` is a function of a module, and it does not touch the database: what is being loaded is seen by nobody else
    yet. `processes` defaults to one for each core where that is worth it.
    """
    count = processes or ((os.cpu_count() or 1) if len(shares) >= WORTH_IT else 1)
    if count == 1:
        yield from (work(context, share) for share in shares)
        return
    spawn = multiprocessing.get_context("spawn")  # a fork would take along the connection and half of the threads
    job = pickle.dumps((work, context))
    with ProcessPoolExecutor(count, spawn, _begin, (job, translation.get_language())) as pool:
        waiting: deque[Future[R]] = deque()
        try:
            for share in shares:
                waiting.append(pool.submit(_draw, share))
                if len(waiting) > count * AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def _begin(job: bytes, language: str) -> None:
    global _job
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the other process's to handle
    django.setup()
    translation.activate(language)
    _job = pickle.loads(job)  # noqa: S301 - from the process that started this one


def _draw(share: Any) -> Any:
    work, context = _job
    return work(context, share)
