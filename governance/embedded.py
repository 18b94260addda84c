"""PostgreSQL and Redis from their wheels, under the state directory, where no address is given."""

import base64
import contextlib
import fcntl
import hashlib
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from governance import env, keeper


def _kept(path: Path, make: Callable[[], str]) -> str:
    """Return what this file keeps, making it on first use; whoever comes first wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        return path.read_text().strip()
    with contextlib.suppress(FileExistsError):
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(make())
        try:
            os.link(draft, path)
        finally:
            draft.unlink()
    return path.read_text().strip()


def kept_secret(path: Path) -> str:
    """Return a random secret that outlives restarts."""
    return _kept(path, lambda: secrets.token_urlsafe(48))


def kept_field_key(path: Path) -> str:
    """Return a key ring of one key for encrypted columns (accounts/crypto.py)."""
    return _kept(path, lambda: "local:" + base64.b64encode(secrets.token_bytes(32)).decode())


def kept_password(path: Path) -> str:
    """Return a password that a person can type and that outlives restarts, for demo accounts."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return _kept(path, lambda: "Wg-" + "".join(secrets.choice(letters) for _ in range(12)))


def run_dir(var_dir: Path) -> Path:
    """Directory of the sockets: under the state directory unless that path is too long for a socket."""
    directory = var_dir.resolve() / "run"
    if len(str(directory)) <= 80:
        return directory
    digest = hashlib.sha256(str(directory).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"wangge-{digest}"


def database_url(var_dir: Path) -> str:
    return f"postgresql://postgres@/wangge?host={run_dir(var_dir)}"


def redis_url(var_dir: Path) -> str:
    return f"unix://{run_dir(var_dir)}/redis.sock?db=0"


def broker_url(redis_url: str) -> str:
    """Say a Redis address in Celery's words."""
    if redis_url.startswith("unix://"):
        path, _, query = redis_url.removeprefix("unix://").partition("?")
        return f"redis+socket://{path}?virtual_host={dict(p.split('=') for p in query.split('&') if p).get('db', '0')}"
    return redis_url


_held: dict[tuple[str, Path], int] = {}
"""The locks by which this process counts as a user of a server, by service and directory."""
_keepers: dict[tuple[str, Path], "subprocess.Popen[bytes]"] = {}
"""The keepers that this process started; they outlive it where others still use the servers."""


def needed() -> list[str]:
    """Name the servers whose address the environment does not give."""
    addresses = {"postgres": "DATABASE_URL", "redis": "REDIS_URL"}
    return [name for name, variable in addresses.items() if not env.text(variable)]


def ensure_running(var_dir: Path, *, durable: bool = True) -> None:
    """Start the servers that are needed and not yet up, and count as their user until this process ends.

    `durable=False` (tests) lets PostgreSQL lose its data with the machine's power for speed's sake.
    Raises `keeper.CannotStart` with the server's own words.
    """
    names = needed()
    if not names:
        return
    run = run_dir(var_dir)
    var_dir.mkdir(parents=True, exist_ok=True)
    run.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.geteuid() not in (0, run.stat().st_uid):
        message = f"{run} belongs to another user; set WANGGE_VAR to a directory of your own."
        raise keeper.CannotStart(message)
    for name in names:
        if (name, run) not in _held:
            _held[name, run] = _join(name, var_dir.resolve(), run, durable=durable)


def _join(name: str, var_dir: Path, run: Path, *, durable: bool) -> int:
    with keeper.locked(keeper.lock_path(run, name, "start"), fcntl.LOCK_EX):
        users = os.open(keeper.lock_path(run, name, "users"), os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(users, fcntl.LOCK_SH)
        try:
            service = keeper.SERVICES[name](var_dir, run)
            deadline = time.monotonic() + keeper.START_WITHIN_SECONDS
            while keeper.is_locked(keeper.lock_path(run, name, "keeper")):
                if service.is_ready():
                    return users
                if time.monotonic() > deadline:  # its keeper may start it again, or be about to go: not for so long
                    message = f"{name} does not answer; see {service.log_path}."
                    raise keeper.CannotStart(message)
                time.sleep(0.05)
            _start_keeper(name, var_dir, run, durable=durable)
        except BaseException:
            os.close(users)
            raise
    return users


def _start_keeper(name: str, var_dir: Path, run: Path, *, durable: bool) -> None:
    words = [sys.executable, "-I", keeper.__file__, name, str(var_dir), str(run), "durable" if durable else "fast"]
    process = subprocess.Popen(  # noqa: S603 - our own program
        words,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        cwd="/",
    )
    assert process.stdout is not None  # noqa: S101 - stdout=PIPE
    with process.stdout as answer:
        said = answer.readline().decode(errors="replace")
        if said != "ready\n":
            raise keeper.CannotStart((said + answer.read().decode(errors="replace")).strip())
    _keepers[name, run] = process


def user_locks() -> list[int]:
    """Return descriptors that a child may inherit, so that the servers outlive us as long as the child lives."""
    return list(_held.values())


def leave(*, within_seconds: float = 30) -> None:
    """Stop counting as a user, and wait for the servers to end where we were the last."""
    mine = list(_held)
    for key in mine:
        os.close(_held.pop(key))
    deadline = time.monotonic() + within_seconds
    for name, run in mine:
        users, alive = (keeper.lock_path(run, name, part) for part in ("users", "keeper"))
        while not keeper.has_users(users) and keeper.is_locked(alive) and time.monotonic() < deadline:
            time.sleep(0.02)
        process = _keepers.pop((name, run), None)
        if process is not None and not keeper.is_locked(alive):
            process.wait(5)
        elif process is not None:
            process.returncode = 0  # it stays for others: no warning about a child left running
