"""How gunicorn serves the product, here and in production: `gunicorn -c python:governance.gunicorn governance.wsgi`."""

import gc
import os
import signal
from typing import Any

from governance import env, keeper

bind = env.text("WANGGE_BIND", "127.0.0.1:8000")
worker_class = "gthread"
workers = env.integer("WEB_WORKERS", 2, minimum=1)
threads = env.integer("WEB_THREADS", 4, minimum=1)
preload_app = True  # read the product once, before the workers part: they come up at once and share its memory
timeout = 60
graceful_timeout = 10
max_requests = 20_000  # a slow leak in any library ends here
max_requests_jitter = 2_000
control_socket_disable = True  # it would write into the home directory
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108 - heartbeats belong in memory
loglevel = "warning"


def when_ready(_server: Any) -> None:
    """Let no worker search for garbage among what was read before they parted: a search of all takes a fifth of a
    second, and writes to memory that they share."""
    gc.collect()
    gc.freeze()


def post_fork(_server: Any, _worker: Any) -> None:
    """Let no worker outlive a master that was killed."""
    keeper.die_with_parent(signal.SIGTERM, os.getppid())
