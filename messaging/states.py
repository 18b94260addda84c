"""The words of messages out: by which way, how one stands, why it did not leave."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Way(models.TextChoices):
    SMS = "sms", _("SMS")
    EMAIL = "email", _("E-mail")
    WECOM = "wecom", _("WeCom")


class MessageState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("message", "Waiting")
    FAILED = "failed", pgettext_lazy("message", "To be tried again")
    SENT = "sent", pgettext_lazy("message", "Sent")
    GIVEN_UP = "given_up", pgettext_lazy("message", "Given up")


OPEN = (MessageState.WAITING, MessageState.FAILED)


class Failure(models.TextChoices):
    """What went wrong, as a class: never an answer's text, which may quote the message or its addressee."""

    NOT_SET_UP = "not_set_up", _("This way is not set up")
    REFUSED = "refused", _("The gateway refused the message")
    ADDRESS = "address", _("The gateway does not know the addressee")
    ACCESS = "access", _("The gateway does not accept our credentials")
    STATUS = "status", _("It answered with an error")
    REDIRECT = "redirect", _("It pointed to another address, which is not followed")
    TIMEOUT = "timeout", _("It did not answer in time")
    CONNECTION = "connection", _("The connection was refused or broke off")
    NAME = "name", _("Its name is not known to the name service")
    TLS = "tls", _("Its certificate is not trusted")
    BLOCKED = "blocked", _("Its address lies in a network that is not allowed")
    BROKEN = "broken", _("Its answer could not be read")
    FAULT = "fault", _("A fault of this system")


ABOUT_THE_MESSAGE = frozenset({Failure.REFUSED, Failure.ADDRESS, Failure.STATUS, Failure.FAULT})
"""The gateway is there and did not take this one; all others say that the way as a whole is of no use now."""
FINAL = frozenset({Failure.ADDRESS})
"""Trying again changes nothing."""
