"""How long things are kept, and what removes them then: one list, filled by every app, run every night.

An app registers its rules in `AppConfig.ready()`. A rule is asked with the moment before which things are too old; it
does its work in batches, each its own transaction, and returns how many things it removed, or with `is_trial` how many
it would remove. Defaults are those of DOMAIN.md §4.4; the number of days is a setting.
"""

import datetime as dt
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError, connection, models, transaction
from django.utils.functional import Promise

from accounts import audit

logger = logging.getLogger(__name__)
BATCH = 1000
Remove = Callable[[dt.datetime, bool], int]


@dataclass(frozen=True)
class Rule:
    """`setting` names the number of days after which `remove` removes; 0 keeps for ever."""

    name: str
    words: Promise | str
    setting: str
    remove: Remove

    @property
    def days(self) -> int:
        return int(getattr(settings, self.setting))


@dataclass(frozen=True)
class Outcome:
    """What a rule did. `count` is None where it failed; the log has why, without content."""

    rule: Rule
    count: int | None


_rules: dict[str, Rule] = {}


def register(name: str, words: Promise | str, setting: str, remove: Remove) -> None:
    """Add a rule; the same name again replaces it."""
    _rules[name] = Rule(name, words, setting, remove)


def rules() -> list[Rule]:
    return [_rules[name] for name in sorted(_rules)]


def run(now: dt.datetime, *, is_trial: bool = False, only: str = "") -> Iterator[Outcome]:
    """Run the rules one after the other; one that fails does not stop the others. What was removed is audited."""
    for rule in rules():
        if rule.days == 0 or (only and rule.name != only):
            continue
        try:
            count = rule.remove(now - dt.timedelta(days=rule.days), is_trial)
        except (DatabaseError, OSError) as error:
            logger.error("The retention rule %s failed: %s", rule.name, type(error).__name__)
            yield Outcome(rule, None)
            continue
        if count and not is_trial:
            audit.record(None, "accounts.purge", None, {"rule": rule.name, "days": rule.days, "count": count})
        yield Outcome(rule, count)


def delete(rows: "models.QuerySet[models.Model]", is_trial: bool) -> int:
    """Delete rows and what hangs on them, batch by batch; returns how many rows of the set."""
    if is_trial:
        return rows.count()
    removed = 0
    while keys := list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            rows.model._base_manager.filter(pk__in=keys).delete()
        removed += len(keys)
    return removed


def is_alone() -> bool:
    """Take the lock under which one purge runs at a time; it goes with the connection or `leave`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext('wangge purge'))")
        return bool(cursor.fetchone()[0])


def leave() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(hashtext('wangge purge'))")
