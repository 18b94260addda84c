"""From which sources a person's posts report; forms and API alike."""

from grids.roles import Role
from grids.standing import Standing
from workorders.states import Source

DESK = frozenset(
    {
        Role.INTAKE_CLERK,
        Role.CALLBACK_AGENT,
        Role.DISPATCHER,
        Role.DUTY_CHIEF,
        Role.STREET_OPERATOR,
        Role.STREET_LEADER,
        Role.COMMUNITY_SECRETARY,
        Role.SUPERVISOR,
    }
)
"""Roles that write down what others report."""
HOTLINE = frozenset({Role.INTAKE_CLERK, Role.CALLBACK_AGENT})
_TOLD = [Source.HOTLINE, Source.CITIZEN, Source.VIDEO, Source.LEADER, Source.DEPARTMENT]


def sources_for(standing: Standing) -> list[Source]:
    """List the sources that a person may name, the usual one first; who is on patrol names none but the patrol."""
    if standing.roles & HOTLINE:
        return _TOLD
    if standing.roles & DESK:
        return [Source.GRID, *_TOLD]
    if standing.unit_ids:
        return [Source.DEPARTMENT]
    return [Source.GRID]
