"""/healthz says of each part whether it answers, in time, whatever else is wrong."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import caches
from django.db import connections
from django.test import Client, override_settings

from governance import cache, health, keeper
from governance.tasks import heartbeat


@pytest.fixture
def own_redis(own_dir: Path) -> Iterator[keeper.Redis]:
    """A Redis that a test may stop, and settings that name it."""
    server = keeper.Redis(own_dir, server_dir := own_dir / "run")
    server.own(server_dir)
    server.start()
    health._redis.cache_clear()
    address = f"unix://{server_dir}/redis.sock?db=0"
    with override_settings(REDIS_URL=address):
        yield server
    server.stop()
    health._redis.cache_clear()


@pytest.mark.django_db(transaction=True)
def test_all_is_well_once_worker_and_beat_have_shown_themselves(client: Client, own_redis: keeper.Redis) -> None:
    heartbeat()
    health.record("beat")
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json() == {"status": "ok", "database": "ok", "redis": "ok", "worker": "ok", "beat": "ok"}
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db(transaction=True)
def test_a_fresh_start_is_given_a_minute(client: Client, own_redis: keeper.Redis) -> None:
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json()["worker"] == "starting"


@pytest.mark.parametrize(
    ("age", "uptime", "said"),
    [
        (10, 500, "ok"),
        (None, 5, "starting"),
        (None, 500, "no heartbeat"),
        (300, 500, "no heartbeat for 300 s"),
    ],
)
def test_a_heartbeat_counts_for_a_minute(age: int | None, uptime: int, said: str) -> None:
    assert health._heartbeat(age, uptime) == said


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_fell_silent_is_named(
    client: Client, own_redis: keeper.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "LATE_AFTER_SECONDS", -1)
    heartbeat()
    health.record("beat")
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json()["worker"].startswith("no heartbeat for")


@pytest.mark.django_db(transaction=True)
def test_a_missing_redis_is_named_and_the_database_still_answers(client: Client, own_redis: keeper.Redis) -> None:
    own_redis.stop()
    began_at = time.monotonic()
    response = client.get("/healthz")
    assert time.monotonic() - began_at < 2
    assert response.status_code == 503
    assert response.json() == {
        "status": "failing",
        "database": "ok",
        "redis": "not reachable (ConnectionError)",
        "worker": "not known while redis does not answer",
        "beat": "not known while redis does not answer",
    }


def test_a_missing_database_is_named_even_to_a_visitor_with_a_session(
    client: Client, own_redis: keeper.Redis, tmp_path: Path, django_db_blocker: pytest.FixtureRequest
) -> None:
    client.cookies["sessionid"] = "x" * 32
    shared = connections["default"].settings_dict  # one dictionary for the connections of all threads
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setitem(shared, "OPTIONS", {"host": str(tmp_path), "connect_timeout": 2})
        response = client.get("/healthz", headers={"host": "10.0.0.7"})
    assert response.status_code == 503
    assert response.json()["database"] == "not reachable (OperationalError)"
    assert response.json()["redis"] == "ok"


def test_the_cache_is_a_miss_while_redis_is_away(own_redis: keeper.Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_ask_again_at", 0.0)
    store = cache.ForgivingRedisCache(
        f"unix://{own_redis.run_dir}/redis.sock?db=0", {"OPTIONS": dict(caches.settings["default"]["OPTIONS"])}
    )
    store.set("a", 1)
    assert store.get("a") == 1
    own_redis.stop()
    began_at = time.monotonic()
    assert store.get("a", "nothing") == "nothing"
    assert store.get_or_set("b", lambda: "made") == "made"
    assert store.add("c", 1) is False
    assert store.incr("c") == 1
    assert store.get_many(["a"]) == {}
    store.set("a", 2)
    assert time.monotonic() - began_at < 2
    own_redis.start()
    monkeypatch.setattr(cache, "_ask_again_at", 0.0)
    store.set("a", 3)
    assert store.get("a") == 3
