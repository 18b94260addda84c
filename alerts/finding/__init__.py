"""Who reads what a rule needs from the database and asks the arithmetic (alerts/detecting/): one finder to a kind."""

from alerts.finding import backlog, checks, counts, places, topics, visits
from alerts.finding.base import Find
from alerts.states import RuleKind

FINDERS: dict[RuleKind, Find] = {
    RuleKind.RATE: counts.categories,
    RuleKind.PLACE: places.places,
    RuleKind.TIER_VISITS: visits.tier_visits,
    RuleKind.CHECKS: checks.checks,
    RuleKind.RETURNS: counts.returns,
    RuleKind.TOPIC: topics.topics,
    RuleKind.BACKLOG: backlog.backlog,
}
STANDING = frozenset({RuleKind.TIER_VISITS, RuleKind.CHECKS, RuleKind.BACKLOG})
"""Kinds that hold or do not hold: a warning of theirs lapses as soon as the thing is over."""
UNTRIED = frozenset({RuleKind.TIER_VISITS})
"""Kinds that cannot be tried against the past: nobody keeps who was due when."""
