"""Requests of the hotline and what belongs to them."""

from hotline.models.calling import CallBack, CallTry, QueuedCall
from hotline.models.category_models import CategoryModel, Origin
from hotline.models.circulars import Circular
from hotline.models.exchange import ExchangeMark, ExchangePartner, ExchangeRow, ExchangeRun, ExchangeStatus
from hotline.models.key import Card, KeyCase
from hotline.models.replies import Reply
from hotline.models.requests import LONGEST_TEXT, Request, RequestEvent, RequestPhoto
from hotline.models.rules import CallRule, Measure
from hotline.models.snippets import Snippet
from hotline.models.topics import Topic

__all__ = [
    "LONGEST_TEXT",
    "CallBack",
    "CallRule",
    "CallTry",
    "Card",
    "CategoryModel",
    "Circular",
    "ExchangeMark",
    "ExchangePartner",
    "ExchangeRow",
    "ExchangeRun",
    "ExchangeStatus",
    "KeyCase",
    "Measure",
    "Origin",
    "QueuedCall",
    "Reply",
    "Request",
    "RequestEvent",
    "RequestPhoto",
    "Snippet",
    "Topic",
]
