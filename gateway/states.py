"""The words of the gateway: how a delivery stands, why one failed, why a receiver is paused."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class DeliveryState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("delivery", "Waiting")
    FAILED = "failed", pgettext_lazy("delivery", "To be tried again")
    SENT = "sent", pgettext_lazy("delivery", "Delivered")
    DEAD = "dead", pgettext_lazy("delivery", "Given up")
    WITHHELD = "withheld", pgettext_lazy("delivery", "Withheld")
    """The order became confidential before its turn came."""


OPEN = (DeliveryState.WAITING, DeliveryState.FAILED)


class Failure(models.TextChoices):
    """What went wrong, as a class: never an answer's text, which may hold anything."""

    STATUS = "status", _("It answered with an error")
    REDIRECT = "redirect", _("It pointed to another address, which is not followed")
    GONE = "gone", _("It said that it is gone for good (410)")
    TIMEOUT = "timeout", _("It did not answer in time")
    CONNECTION = "connection", _("The connection was refused or broke off")
    NAME = "name", _("Its name is not known to the name service")
    TLS = "tls", _("Its certificate is not trusted")
    BLOCKED = "blocked", _("Its address lies in a network that is not allowed")
    BROKEN = "broken", _("Its answer could not be read")


ANSWERED = frozenset({Failure.STATUS, Failure.REDIRECT, Failure.GONE})
"""The receiver is there and refused this one; the others say that it cannot be reached at all."""


class PauseReason(models.TextChoices):
    BY_HAND = "by_hand", _("Paused by an administrator")
    GONE = "gone", _("Paused: it said that it is gone for good (410)")
    FAILING = "failing", _("Paused: it has not taken anything for three days")


class Health(models.TextChoices):
    NEW = "new", _("Nothing sent yet")
    WELL = "well", _("Well")
    SHAKY = "shaky", _("Last try failed")
    FAILING = "failing", _("Failing, tried at intervals")
    PAUSED = "paused", pgettext_lazy("receiver", "Paused")
