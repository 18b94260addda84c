"""PostgreSQL and Redis from their wheels, under the state directory, where no address is given."""

import base64
import contextlib
import hashlib
import os
import secrets
import tempfile
from collections.abc import Callable
from pathlib import Path


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
