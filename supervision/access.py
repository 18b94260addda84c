"""Which permissions stand behind supervision."""

from grids.roles import Permission

SUPERVISES: Permission = Permission.SUPERVISE
"""Issues and judges supervision orders of its area."""
ANSWERS = Permission.ESCALATE
"""Answers a supervision order that is addressed to its node; a unit's people answer those to their unit."""
EDITS_RULES = Permission.MANAGE_RULES
