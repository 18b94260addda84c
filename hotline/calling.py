"""The words of calling back, of key supervision and of the rules that a district edits for both."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CallTrait(models.TextChoices):
    """What may be said of a request beside its own fields; a call-back rule may hold for it."""

    KEY = "key", _("Under key supervision")
    REOPENED = "reopened", pgettext_lazy("call-back rule", "Reopened")
    DISSATISFIED = "dissatisfied", _("Requester was dissatisfied before")


class DrawReason(models.TextChoices):
    """Why a request is called back, or is not."""

    RULE = "rule", _("Drawn by the share of its rule")
    NOT_DRAWN = "not_drawn", _("Not drawn by the share of its rule")
    NO_PHONE = "no_phone", _("No phone number")
    DECLINED = "declined", _("The requester wants no call")


class Outcome(models.TextChoices):
    """How a try to reach somebody ended; `rated` is the requester's own word, without a call."""

    REACHED = "reached", pgettext_lazy("call", "Reached")
    NO_ANSWER = "no_answer", pgettext_lazy("call", "No answer")
    BUSY = "busy", pgettext_lazy("call", "Busy")
    WRONG_NUMBER = "wrong_number", pgettext_lazy("call", "Wrong number")
    REFUSED = "refused", pgettext_lazy("call", "Refused to talk")
    RATED = "rated", pgettext_lazy("call", "Rated by the requester")


ANSWERED = frozenset({Outcome.REACHED, Outcome.RATED})
"""Outcomes that bring the requester's word; one for each answer that was given."""
FUTILE = frozenset({Outcome.WRONG_NUMBER, Outcome.REFUSED})
"""Outcomes after which another try is of no use."""


class Grade(models.IntegerChoices):
    """Satisfaction, from the worst to the best."""

    VERY_BAD = 1, _("Very dissatisfied")
    BAD = 2, _("Dissatisfied")
    FAIR = 3, _("Basically satisfied")
    GOOD = 4, _("Satisfied")
    VERY_GOOD = 5, _("Very satisfied")


LOW = 2
"""Up to this grade a reason is asked for."""


class LowReason(models.TextChoices):
    """Why somebody is dissatisfied."""

    NOT_SOLVED = "not_solved", pgettext_lazy("dissatisfied", "The matter is not solved")
    TOO_SLOW = "too_slow", pgettext_lazy("dissatisfied", "It took too long")
    ATTITUDE = "attitude", pgettext_lazy("dissatisfied", "Attitude of the staff")
    NO_CONTACT = "no_contact", pgettext_lazy("dissatisfied", "Nobody got in touch")
    ANSWER_UNCLEAR = "answer_unclear", pgettext_lazy("dissatisfied", "The answer is not clear")
    POLICY = "policy", pgettext_lazy("dissatisfied", "The rule itself")
    OTHER = "other", pgettext_lazy("dissatisfied", "Something else")


class MeasureKey(models.TextChoices):
    """The numbers of the hotline that a district sets."""

    CALL_TRIES = "call_tries", _("Tries before a requester counts as not reached")
    CALL_PAUSE = "call_pause", _("Pause between two tries")
    CLAIM = "claim", _("How long a call is kept for whoever opened it")
    CLOSE_AFTER = "close_after", _("Close what is answered and not called back after")
    WEIGHT_1 = "weight_1", _("Weight of “very dissatisfied” in the satisfaction rate")
    WEIGHT_2 = "weight_2", _("Weight of “dissatisfied” in the satisfaction rate")
    WEIGHT_3 = "weight_3", _("Weight of “basically satisfied” in the satisfaction rate")
    WEIGHT_4 = "weight_4", _("Weight of “satisfied” in the satisfaction rate")
    WEIGHT_5 = "weight_5", _("Weight of “very satisfied” in the satisfaction rate")
    KEY_SAME_ORDER = "key_same_order", _("Key supervision: second complaint about the same matter within")
    KEY_SAME_PHONE = "key_same_phone", _("Key supervision: second complaint by the same phone within")
    KEY_OVERDUE = "key_overdue", _("Key supervision: overdue for")
    YELLOW_CARD = "yellow_card", _("Yellow card: time left of a complaint")


class KeyReason(models.TextChoices):
    """Why a request stands under key supervision."""

    SAME_ORDER = "same_order", _("Second complaint about the same matter")
    SAME_PHONE = "same_phone", _("Second complaint by the same phone")
    OVERDUE = "overdue", pgettext_lazy("key supervision", "Overdue")
    LEADER = "leader", _("Leader's note")
    HAND = "hand", _("By decision of a supervisor")


BY_HAND = frozenset({KeyReason.LEADER, KeyReason.HAND})


class Colour(models.TextChoices):
    """A card: yellow with one working day left, red on the first overdue working day (DOMAIN.md §2.9)."""

    YELLOW = "yellow", _("Yellow card")
    RED = "red", _("Red card")
