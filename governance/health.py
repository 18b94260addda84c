"""`/healthz`: does each part answer, and did worker and beat show themselves of late?

It answers within two seconds whatever is wrong: each part is asked in a thread of its own, and a thread that hangs
is not joined by a second one.
"""

import concurrent.futures
import contextlib
import functools
import threading
import time
from collections.abc import Callable
from typing import Any

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.backoff import NoBackoff
from redis.retry import Retry

GetResponse = Callable[[HttpRequest], HttpResponse]

ANSWER_WITHIN_SECONDS = 1.5
LATE_AFTER_SECONDS = 60
"""Three heartbeats (governance/celery.py) missed; also how long a fresh start may take before a missing one counts."""
REMEMBERED_SECONDS = 24 * 3600
OK = "ok"
STARTING = "starting"

_pool = concurrent.futures.ThreadPoolExecutor(max_workers=4, thread_name_prefix="health")
_asking: dict[str, "concurrent.futures.Future[Any]"] = {}
_lock = threading.Lock()


@functools.cache
def _redis() -> "redis.Redis":
    """Connect without patience: no waiting, one second attempt for a connection that went stale."""
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1, retry=Retry(NoBackoff(), 1)
    )


def record(name: str) -> None:
    """Note that this part, worker or beat, was alive now."""
    _redis().set(f"health:{name}", int(time.time()), ex=REMEMBERED_SECONDS)


def _ask_database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    finally:
        connection.close()
    return OK


def _ask_redis() -> tuple[int, dict[str, int | None]]:
    """Return the age of the server and of each heartbeat, in seconds."""
    worker, beat = _redis().mget("health:worker", "health:beat")
    uptime = int(_redis().info("server")["uptime_in_seconds"])
    now = int(time.time())
    return uptime, {"worker": now - int(worker) if worker else None, "beat": now - int(beat) if beat else None}


def _asked(name: str, question: Callable[[], Any]) -> "concurrent.futures.Future[Any]":
    with _lock:
        if name not in _asking or _asking[name].done():
            _asking[name] = _pool.submit(question)
        return _asking[name]


def _short(error: BaseException) -> str:
    """Say what is wrong without addresses: whoever may read this page need not know them."""
    if isinstance(error, concurrent.futures.TimeoutError):
        return f"no answer within {ANSWER_WITHIN_SECONDS:g} s"
    return f"not reachable ({type(error).__name__})"


def _heartbeat(age: int | None, uptime: int) -> str:
    if age is not None and age <= LATE_AFTER_SECONDS:
        return OK
    if uptime < LATE_AFTER_SECONDS:
        return STARTING
    return f"no heartbeat for {age} s" if age is not None else "no heartbeat"


def report() -> dict[str, str]:
    """Ask every part; each is `ok`, `starting`, or a few words about what is wrong."""
    deadline = time.monotonic() + ANSWER_WITHIN_SECONDS
    asked = {"database": _asked("database", _ask_database), "redis": _asked("redis", _ask_redis)}
    answers: dict[str, Any] = {}
    for name, future in asked.items():
        try:
            answers[name] = future.result(max(0.0, deadline - time.monotonic()))
        except Exception as error:
            answers[name] = _short(error)
    found = {"database": answers["database"]}
    if isinstance(answers["redis"], str):
        unknown = "not known while redis does not answer"
        return found | {"redis": answers["redis"], "worker": unknown, "beat": unknown}
    uptime, ages = answers["redis"]
    return found | {"redis": OK} | {name: _heartbeat(age, uptime) for name, age in ages.items()}


@login_not_required  # public: load balancers and monitors have no account, and it tells no addresses or versions
@never_cache
@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """Answer 200 with each part's state, or 503 when one that is needed fails."""
    parts = report()
    failing = [name for name, state in parts.items() if state not in {OK, STARTING}]
    return JsonResponse({"status": "failing" if failing else OK, **parts}, status=503 if failing else 200)


def before_everything_else(get_response: GetResponse) -> GetResponse:
    """Answer /healthz ahead of sessions, host names and the redirect to TLS: none of them may hide what is wrong."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return healthz(request) if request.path == "/healthz" else get_response(request)

    return middleware


def record_quietly(name: str) -> None:
    """Note a heartbeat where a missing Redis must not stop the caller."""
    with contextlib.suppress(redis.RedisError, OSError):
        record(name)
