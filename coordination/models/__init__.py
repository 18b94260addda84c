"""Whistles and joint reviews: who called which units together, who came, what was said and decided."""

from coordination.models.reviews import JointReview, ReviewEntry, ReviewUnit
from coordination.models.whistles import Summons, Whistle, WhistleEvent

__all__ = ["JointReview", "ReviewEntry", "ReviewUnit", "Summons", "Whistle", "WhistleEvent"]
