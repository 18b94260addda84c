"""Whistles: who called which units together, who came, what they did."""

from coordination.models.whistles import Summons, Whistle, WhistleEvent

__all__ = ["Summons", "Whistle", "WhistleEvent"]
