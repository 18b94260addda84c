"""`manage.py run`: everything comes up, mends itself, and goes without leaving a process behind."""

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from demo import accounts
from governance import embedded, keeper, supervisor
from tests.governance.processes import ROOT, Product, wait_until

pytestmark = [pytest.mark.live, pytest.mark.slow]
SUPERVISED = """
import functools, os, sys
from governance.supervisor import Child, Supervisor
say = functools.partial(print, flush=True)
child = Child("sleeper", ["sleep", "60"])
supervisor = Supervisor([child], dict(os.environ), say, lambda name, line: None)
sys.exit(supervisor.run(lambda: say(child.process.pid) or True))
"""


@pytest.fixture(scope="module")
def var_dir(module_dir: Path) -> Path:
    """One state directory for the file: the second start is quicker than the first."""
    return module_dir / "state"


@pytest.fixture
def product(var_dir: Path) -> Iterator[Product]:
    made = Product(var_dir)
    yield made
    made.end()


@pytest.fixture(scope="module")
def own_redis(module_dir: Path) -> Iterator[keeper.Redis]:
    """A Redis that the product did not start, so that a test may stop it."""
    run = module_dir / "redis"
    redis = keeper.Redis(module_dir, run)
    redis.own(run)
    redis.start()
    yield redis
    redis.stop()


@pytest.fixture(scope="module")
def running(var_dir: Path, module_dir: Path, own_redis: keeper.Redis) -> Iterator[Product]:
    """One that has come up, for the tests that leave it well; the last of them stops it."""
    made = Product(var_dir, REDIS_URL=f"unix://{module_dir}/redis/redis.sock?db=0")
    made.start("--no-demo").wait_for("Wangge is ready")
    wait_until(made.is_well)
    yield made
    made.end()


def test_an_empty_database_gets_the_demo_and_nothing_outlives_it_when_it_is_killed(product: Product) -> None:
    product.environment |= {"WANGGE_DEMO_PASSWORD": "Chosen-by-hand-1", "WANGGE_DEMO_SCALE": "0.001"}
    product.start().wait_for("Wangge is ready at http://localhost", seconds=180)
    for account in accounts.CAST:
        assert re.search(rf"│ {account.username} +│ {account.display_name} ", product.output)
    assert "Password of each: Chosen-by-hand-1" in product.output
    assert not (product.var_dir / "demo_password").exists()
    wait_until(product.is_well)
    assert "Traceback" not in product.output
    product.stop(signal.SIGKILL)
    product.assert_nothing_left(seconds=25)


def test_parts_that_are_killed_come_back(running: Product) -> None:
    for words in (("celery", "worker"), ("celery", "beat"), ("gunicorn",)):
        victim = running.find(*words)[0]
        descendants = victim.children(recursive=True)
        victim.kill()
        wait_until(lambda gone=descendants: not any(process.is_running() for process in gone), what=f"end of {words}")
        wait_until(
            lambda words=words, old=victim.pid: [p for p in running.find(*words) if p.pid != old],
            what=f"return of {words}",
        )
    running.wait_for("worker ended .*starting it again")
    wait_until(running.is_well)


def test_the_next_request_works_after_postgresql_came_back(running: Product) -> None:
    assert running.get("/accounts/sign-in/")[0] == 200
    server = keeper.Postgres(running.var_dir, embedded.run_dir(running.var_dir))
    postmaster = running.find("bin/postgres", "-D")[0]
    postmaster.kill()
    wait_until(lambda: not psutil.pid_exists(postmaster.pid) or postmaster.status() == psutil.STATUS_ZOMBIE)
    wait_until(server.is_ready)
    for _ in range(8):  # each of the web workers' threads held a connection of its own
        assert running.get("/accounts/sign-in/")[0] == 200
        assert running.health()["database"] == "ok"


def test_it_lives_through_a_minute_without_redis(running: Product, own_redis: keeper.Redis) -> None:
    own_redis.stop()
    status, _page = running.get("/accounts/sign-in/")
    assert status == 200
    health = running.health()
    assert health["status"] == "failing"
    assert health["database"] == "ok"
    assert health["redis"].startswith("not reachable")
    assert running.get("/healthz")[0] == 503
    own_redis.start()
    assert running.health()["redis"] == "ok"
    wait_until(running.is_well, seconds=60, what="recovery")
    assert own_redis.process
    own_redis.process.send_signal(signal.SIGSTOP)  # there, and silent
    assert running.health()["redis"] != "ok"
    assert running.get("/accounts/sign-in/")[0] == 200
    own_redis.process.send_signal(signal.SIGCONT)


def test_a_second_start_on_the_same_state_is_refused_and_stop_ends_the_first(running: Product) -> None:
    told = len(running.output)
    second = Product(running.var_dir)
    assert second.start("--no-demo").process.wait(30) == 1
    wait_until(lambda: second.output)
    assert "Wangge already runs on" in second.output
    subprocess.run([sys.executable, "manage.py", "stop"], cwd=ROOT, env=running.environment, check=True, timeout=40)
    assert running.process.wait(5) == 0
    running.assert_nothing_left()
    assert "Stopped." in running.output[told:]
    assert "Traceback" not in running.output[told:]


@pytest.mark.parametrize("number", supervisor.STOPS)
def test_each_signal_that_says_stop_ends_its_processes_and_leaves_with_success(number: signal.Signals) -> None:
    """By the part that hears the signals alone: a start of the whole for each would take a quarter of a minute."""
    process = subprocess.Popen([sys.executable, "-c", SUPERVISED], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    child = psutil.Process(int(process.stdout.readline()))
    process.send_signal(number)
    told, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert told == "Stopping ...\n"
    assert not child.is_running()


def test_a_taken_port_is_said_plainly(product: Product) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", product.port))
        taken.listen(1)
        assert product.start("--no-demo").process.wait(30) == 1
    wait_until(lambda: product.output)
    assert product.output.startswith(f"CommandError: Port {product.port} of 127.0.0.1 cannot be used")
    assert "Traceback" not in product.output


def test_a_bad_setting_is_named_without_a_traceback(product: Product) -> None:
    product.environment["PORT"] = "eighty"
    assert product.start().process.wait(30) == 1
    wait_until(lambda: product.output)
    assert product.output.strip() == "Settings: PORT must be a whole number; it is 'eighty'."
