"""Fair timing: the two sides take turns, and the middle of many runs counts."""

import gc
import statistics
import time
from collections.abc import Callable, Sequence


def seconds(work: Callable[[], object]) -> float:
    """Run once and return the seconds it took, without the garbage collector."""
    gc.collect()
    gc.disable()
    try:
        began = time.perf_counter()
        work()
        return time.perf_counter() - began
    finally:
        gc.enable()


def medians(sides: Sequence[Callable[[], float]], rounds: int, warm_up: int = 2) -> list[float]:
    """Let each side measure itself once a round, in turns; returns each side's median."""
    found: list[list[float]] = [[] for _ in sides]
    for number in range(warm_up + rounds):
        order = range(len(sides)) if number % 2 else reversed(range(len(sides)))
        for index in order:
            taken = sides[index]()
            if number >= warm_up:
                found[index].append(taken)
    return [statistics.median(values) for values in found]
