"""Photos of incidents: what arrives from a phone, what is kept."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CleanPhoto:
    """A picture that was checked, turned upright, stripped of metadata and re-encoded, ready to store."""
