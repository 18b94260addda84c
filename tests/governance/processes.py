"""Start the product's own processes in a test, and see that none is left."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from governance import embedded

ROOT = Path(embedded.__file__).resolve().parent.parent


def wait_until(condition: Callable[[], object], seconds: float = 30, what: str = "it") -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not come about in {seconds} s"
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def processes_of(var_dir: Path) -> list[psutil.Process]:
    """Find every living process that works for this state directory, by its command line or its environment."""
    marks = (f"{var_dir}/", f"{embedded.run_dir(var_dir)}/")
    found = []
    for process in psutil.process_iter():
        try:
            words = " ".join(f"{word}/" for word in process.cmdline())
            own = process.environ().get("WANGGE_VAR") == str(var_dir)
            if process.status() != psutil.STATUS_ZOMBIE and (own or any(mark in words for mark in marks)):
                found.append(process)
        except psutil.Error:
            continue
    return found


class Product:
    """`manage.py run` on a state directory of its own."""

    def __init__(self, var_dir: Path, **environment: str) -> None:
        self.var_dir, self.port = var_dir, free_port()
        unset = {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "WANGGE_DEMO_PASSWORD"}
        self.environment = {key: value for key, value in os.environ.items() if key not in unset}
        self.environment |= {"WANGGE_VAR": str(var_dir), "PORT": str(self.port), "COLUMNS": "200", **environment}
        self.output = ""

    def start(self, *words: str) -> "Product":
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "run", *words],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        threading.Thread(target=self._read, daemon=True).start()
        return self

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.output += line

    def wait_for(self, words: str, seconds: float = 90) -> None:
        deadline = time.monotonic() + seconds
        while not re.search(words, self.output):
            assert self.process.poll() is None, f"it ended:\n{self.output}"
            assert time.monotonic() < deadline, f"{words!r} was not said in {seconds} s:\n{self.output}"
            time.sleep(0.05)

    def get(self, path: str, seconds: float = 10) -> tuple[int, str]:
        """Fetch a page; return status and body."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=seconds) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def health(self) -> dict[str, Any]:
        return dict(json.loads(self.get("/healthz", seconds=2.5)[1]))

    def is_well(self) -> bool:
        try:
            return set(self.health().values()) == {"ok"}
        except OSError:
            return False

    def find(self, *words: str) -> list[psutil.Process]:
        """Find the processes of ours whose command line has these words, the eldest first."""
        fitting = [p for p in processes_of(self.var_dir) if all(word in " ".join(p.cmdline()) for word in words)]
        return sorted(fitting, key=lambda process: process.create_time())

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(40)

    def assert_nothing_left(self, seconds: float = 0) -> None:
        deadline = time.monotonic() + seconds
        while left := processes_of(self.var_dir):
            assert time.monotonic() < deadline, [" ".join(process.cmdline()) for process in left]
            time.sleep(0.1)

    def end(self) -> None:
        """Tidy up after a test, however it went."""
        for process in processes_of(self.var_dir):
            process.kill()
