"""Run a few long-lived processes as one: their lines on one screen, restarted when they end, gone when we go.

Honcho and its kin stop everything when one process ends and leave the rest behind when they are killed themselves.
Here each process gets the kernel's word that its parent died (Linux), and a session of its own, so that a Ctrl-C
reaches it once, through us, and its own children can be ended with it.
"""

import contextlib
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import FrameType

from governance import keeper

STOP_WITHIN_SECONDS = 12.0
SETTLED_AFTER_SECONDS = 30.0
"""A process that ran this long had started well; its next end is a first one again."""
GIVE_UP_AFTER = 6
"""Ends in a row, each soon after the start, after which everything is stopped: it will not mend itself."""
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

Say = Callable[[str], None]


@dataclass
class Child:
    """One process to be kept running."""

    name: str
    command: Sequence[str]
    process: "subprocess.Popen[bytes] | None" = None
    started_at: float = 0.0
    ends_in_a_row: int = 0
    start_at: float = 0.0
    rest: bytes = field(default=b"", repr=False)

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def signal_all(self, number: signal.Signals) -> None:
        """Signal the process and its own children."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)


class Supervisor:
    """Start the children, show what they say, and keep them until a signal to stop."""

    def __init__(
        self, children: Sequence[Child], environment: dict[str, str], say: Say, show: Callable[[str, str], None]
    ) -> None:
        self.children, self.environment, self.say, self.show = children, environment, say, show
        self.selector = selectors.DefaultSelector()
        self.is_stopping = False
        self.inherited: Sequence[int] = ()

    def run(self, when_ready: Callable[[], bool]) -> int:
        """Keep all running; call `when_ready` again and again until it says True. Return the exit code."""
        before = {number: signal.signal(number, self._stop) for number in STOPS}
        try:
            code = self._loop(when_ready)
        finally:
            self._end_all()
            for number, handler in before.items():
                signal.signal(number, handler)
        return code

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.is_stopping = True

    def _loop(self, when_ready: Callable[[], bool]) -> int:
        is_ready = False
        while not self.is_stopping:
            for child in self.children:
                if not child.is_running and not self._tend(child):
                    return 1
            self._pass_on(0.2)
            is_ready = is_ready or when_ready()
        self.say("Stopping ...")
        return 0

    def _tend(self, child: Child) -> bool:
        """Start a child that is not running, after a pause that grows; False when it is hopeless."""
        now = time.monotonic()
        if child.process is not None:
            child.signal_all(signal.SIGKILL)  # what it left behind
            settled = now - child.started_at > SETTLED_AFTER_SECONDS
            child.ends_in_a_row = 1 if settled else child.ends_in_a_row + 1
            code = child.process.returncode
            child.process = None
            if child.ends_in_a_row >= GIVE_UP_AFTER:
                self.say(f"{child.name} ended {GIVE_UP_AFTER} times in a row (exit code {code}): stopping everything.")
                return False
            pause = min(2.0 ** (child.ends_in_a_row - 1), 15.0)
            child.start_at = now + pause
            self.say(f"{child.name} ended (exit code {code}); starting it again in {pause:g} s.")
        if now >= child.start_at:
            self._start(child)
        return True

    def _start(self, child: Child) -> None:
        parent = os.getpid()
        child.started_at = time.monotonic()
        child.process = subprocess.Popen(  # noqa: S603 - our own commands
            child.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=self.environment,
            start_new_session=True,
            pass_fds=self.inherited,
            preexec_fn=lambda: keeper.die_with_parent(signal.SIGTERM, parent),
        )
        if child.process.stdout is not None:
            os.set_blocking(child.process.stdout.fileno(), False)
            self.selector.register(child.process.stdout, selectors.EVENT_READ, child)

    def _pass_on(self, seconds: float) -> None:
        """Wait for at most this long for something that the children say, and show it line by line."""
        for key, _events in self.selector.select(seconds):
            child: Child = key.data
            data = os.read(key.fd, 65536)
            *lines, child.rest = (child.rest + data).split(b"\n")
            if not data:
                self.selector.unregister(key.fileobj)
                key.fileobj.close()  # type: ignore[union-attr]
                lines, child.rest = [child.rest] if child.rest else [], b""
            for line in lines:
                self.show(child.name, line.decode(errors="replace"))

    def _end_all(self) -> None:
        deadline = time.monotonic() + STOP_WITHIN_SECONDS
        for child in self.children:
            if child.process is not None and child.is_running:
                child.process.send_signal(signal.SIGTERM)
        while any(child.is_running for child in self.children) and time.monotonic() < deadline:
            self._pass_on(0.1)
        for child in self.children:
            if child.is_running:
                self.say(f"{child.name} did not stop within {STOP_WITHIN_SECONDS:g} s and was ended.")
            child.signal_all(signal.SIGKILL)
            if child.process is not None:
                child.process.wait()
        self._pass_on(0)
