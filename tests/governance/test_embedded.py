"""The embedded servers come up for whoever needs them, are shared, survive accidents, and go with the last user."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from governance import embedded, keeper
from tests.governance.processes import processes_of, wait_until

pytestmark = pytest.mark.live

USER = """
import sys, pathlib
sys.path.insert(0, {root!r})
from governance import embedded
embedded.ensure_running(pathlib.Path({var!r}), durable=False)
print("up", flush=True)
sys.stdin.read()
"""


class Users:
    """Processes that use the servers of one state directory."""

    def __init__(self, var_dir: Path) -> None:
        self.var_dir = var_dir
        self.all: list[subprocess.Popen[str]] = []

    def add(self) -> subprocess.Popen[str]:
        environment = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "REDIS_URL"}}
        code = USER.format(root=str(Path(embedded.__file__).parent.parent), var=str(self.var_dir))
        process = subprocess.Popen(
            [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )
        self.all.append(process)
        assert process.stdout
        assert process.stdout.readline() == "up\n"
        return process


@pytest.fixture
def users(own_dir: Path) -> Iterator[Users]:
    made = Users(own_dir / "state")
    yield made
    for process in made.all:
        process.kill()
        process.wait()
    wait_until(lambda: not processes_of(made.var_dir))


def test_the_last_user_takes_the_servers_along_even_when_killed(users: Users) -> None:
    first, second = users.add(), users.add()
    service = keeper.Postgres(users.var_dir, embedded.run_dir(users.var_dir))
    first.kill()
    time.sleep(1)
    assert service.is_ready()
    second.kill()
    wait_until(lambda: not processes_of(users.var_dir))


def test_a_killed_server_comes_back(users: Users) -> None:
    users.add()
    run = embedded.run_dir(users.var_dir)
    for service in (keeper.Postgres(users.var_dir, run), keeper.Redis(users.var_dir, run)):
        program = {"postgres": "postgres", "redis": "redis-server"}[service.name]
        (victim,) = (
            process
            for process in processes_of(users.var_dir)
            if process.name() == program and process.parent().name().startswith("python")
        )
        victim.kill()
        wait_until(lambda pid=victim.pid: not psutil.pid_exists(pid))
        wait_until(service.is_ready)


def test_servers_whose_keeper_was_killed_go_and_the_next_user_starts_new_ones(users: Users) -> None:
    users.add()
    for process in processes_of(users.var_dir):
        if "keeper.py" in " ".join(process.cmdline()):
            process.kill()
    wait_until(lambda: not processes_of(users.var_dir))
    users.add()
    assert keeper.Postgres(users.var_dir, embedded.run_dir(users.var_dir)).is_ready()


def test_a_stale_pid_file_of_another_process_is_no_hindrance(users: Users) -> None:
    first = users.add()
    first.kill()
    wait_until(lambda: not processes_of(users.var_dir))
    pid_file = users.var_dir / "postgres" / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{users.var_dir / 'postgres'}\n1700000000\n5432\n\n\n\nready\n")
    users.add()
    assert keeper.Postgres(users.var_dir, embedded.run_dir(users.var_dir)).is_ready()


def test_an_initdb_that_was_cut_short_is_done_again(users: Users) -> None:
    (users.var_dir / "postgres" / "base").mkdir(parents=True)
    (users.var_dir / "postgres" / "postgresql.conf").write_text("half")
    users.add()
    assert keeper.Postgres(users.var_dir, embedded.run_dir(users.var_dir)).is_ready()


def test_a_long_path_works(own_dir: Path) -> None:
    users = Users(own_dir / ("long-" * 20) / "state")
    assert not str(embedded.run_dir(users.var_dir)).startswith(str(own_dir))
    process = users.add()
    process.send_signal(signal.SIGTERM)
    wait_until(lambda: not processes_of(users.var_dir))


def test_a_server_that_cannot_start_says_why(own_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    (own_dir / "postgres").mkdir()
    (own_dir / "postgres" / "PG_VERSION").write_text("9\n")
    with pytest.raises(keeper.CannotStart, match="postgres does not start"):
        embedded.ensure_running(own_dir)
    assert not processes_of(own_dir)


def test_addresses_that_are_given_start_nothing(own_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://db.example/wangge")
    monkeypatch.setenv("REDIS_URL", "redis://redis.example/0")
    embedded.ensure_running(own_dir / "state")
    assert not (own_dir / "state").exists()
