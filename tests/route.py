"""What tests/test_access.py is told of one address."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

PUBLIC = "public"
SIGNED_IN = "signed in"
OBJECT_RULE = "its object decides"
"""Whoever sees the object may ask; what then is allowed, its own rule says (the table of moves, who sees a contact)."""


@dataclass(frozen=True)
class Route:
    methods: str = "GET"
    needs: str = SIGNED_IN
    """PUBLIC, SIGNED_IN, OBJECT_RULE, or the permission without which the answer is 403."""
    at: dict[str, Callable[[Any], Any]] = field(default_factory=dict)
    """What stands in the address, taken from the world of tests/test_access.py."""
    query: dict[str, Any] = field(default_factory=dict)
    is_hidden: bool = False
    """404 for people of another district."""
    answers: tuple[int, ...] = (200,)
    """What a GET answers to whoever may do everything in the district."""
