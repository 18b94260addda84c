"""The cache in Redis, which pages can do without: while Redis is away everything is a miss."""

import logging
import time
from collections.abc import Callable
from typing import Any, TypeVar

import redis
from django.core.cache.backends.redis import RedisCache

logger = logging.getLogger(__name__)
T = TypeVar("T")

LEFT_ALONE_SECONDS = 5.0
"""After a failure Redis is not asked for this long: a page that asks ten times waits for one time-out, not ten."""

_ask_again_at = 0.0


def _or(call: Callable[[], T], instead: T) -> T:
    global _ask_again_at
    if time.monotonic() < _ask_again_at:
        return instead
    try:
        return call()
    except (redis.RedisError, OSError) as error:
        _ask_again_at = time.monotonic() + LEFT_ALONE_SECONDS
        logger.warning("The cache is left alone for %g s: %s", LEFT_ALONE_SECONDS, error)
        return instead


class ForgivingRedisCache(RedisCache):
    """Never raises for a missing server. Nothing whose loss matters belongs here; counters start at nought again."""

    def add(self, *args: Any, **kwargs: Any) -> bool:
        return bool(_or(lambda: super(ForgivingRedisCache, self).add(*args, **kwargs), False))

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return _or(lambda: super(ForgivingRedisCache, self).get(key, default, version), default)

    def set(self, *args: Any, **kwargs: Any) -> None:
        _or(lambda: super(ForgivingRedisCache, self).set(*args, **kwargs), None)

    def touch(self, *args: Any, **kwargs: Any) -> bool:
        return bool(_or(lambda: super(ForgivingRedisCache, self).touch(*args, **kwargs), False))

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        return bool(_or(lambda: super(ForgivingRedisCache, self).delete(*args, **kwargs), False))

    def get_many(self, *args: Any, **kwargs: Any) -> dict[Any, Any]:
        return _or(lambda: super(ForgivingRedisCache, self).get_many(*args, **kwargs), {})

    def set_many(self, data: Any, *args: Any, **kwargs: Any) -> list[Any]:
        return _or(lambda: super(ForgivingRedisCache, self).set_many(data, *args, **kwargs), list(data))

    def delete_many(self, *args: Any, **kwargs: Any) -> None:
        _or(lambda: super(ForgivingRedisCache, self).delete_many(*args, **kwargs), None)

    def has_key(self, *args: Any, **kwargs: Any) -> bool:
        return bool(_or(lambda: super(ForgivingRedisCache, self).has_key(*args, **kwargs), False))

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        return _or(lambda: super(ForgivingRedisCache, self).incr(key, delta, version), delta)

    def clear(self) -> None:
        _or(super().clear, None)
