"""Makers of hotline requests; all synthetic (DOMAIN.md §7.1)."""

import datetime as dt
import itertools
import uuid
from typing import Any

from django.utils import timezone

from accounts.models import User
from grids.models import Grid
from grids.roles import Role
from hotline import actions, identity
from hotline.actions.receiving import attach
from hotline.models import CategoryModel, Reply, Request, RequestPhoto, Snippet, Topic
from hotline.states import ENDED, ReplyState, RequestState
from tests.factories import Line, make_category, make_post, make_user
from tests.pictures import photo
from tests.registers import phone_number
from workorders.models import WorkOrder
from workorders.photos import clean_all

_count = itertools.count(1)


def make_request(line: Line, state: str = RequestState.RECEIVED, **fields: Any) -> Request:
    """Put a request's row there as it is, without history: for lists, sight and rates, not for acts."""
    number = next(_count)
    phone = fields.pop("requester_phone", phone_number())
    now = timezone.now()
    usual: dict[str, Any] = {
        "district": line.district,
        "street": line.street,
        "community": line.community,
        "grid": line.base,
        "number": f"Q{number:08d}",
        "source": "phone",
        "kind": "help",
        "state": state,
        "title": "路灯不亮",
        "text": "小区门口路灯不亮，请安排维修。",
        "requester_name": "测试人",
        "requester_phone": phone,
        "phone_hash": identity.hash_to_keep(phone),
        "received_at": now,
        "due_at": now + dt.timedelta(days=7),
    }
    if state in ENDED:
        usual["closed_at"] = now
    return Request.objects.create(**usual | fields)


def make_topic(line: Line, **fields: Any) -> Topic:
    now = timezone.now()
    usual = {"district": line.district, "title": "路灯不亮", "first_at": now, "last_at": now}
    return Topic.objects.create(**usual | fields)


def receive(line: Line, **fields: Any) -> Request:
    """Take in a request as the line's clerk does."""
    known = {"client_uuid", "photos", "received_at", "now", "actor"}
    given = {name: fields.pop(name) for name in known & fields.keys()}
    usual = {"source": "phone", "kind": "help", "text": "小区门口路灯不亮。", "requester_phone": phone_number()}
    asked = actions.Asked(**usual | fields)
    return actions.receive(line.district, asked, **{"actor": line.clerk, "client_uuid": uuid.uuid4()} | given)


def dispatched(line: Line, *, grid: Grid | None = None, **fields: Any) -> Request:
    """Take in a request and send it to the worker of the line's grid."""
    matter = receive(line, **fields)
    category = matter.category or make_category(needs_photo=False)
    return actions.dispatch(matter, actor=line.clerk, grid=grid or line.base, category=category)


def make_category_model(line: Line) -> CategoryModel:
    """Put a model's row there with figures and without anything that could suggest."""
    figures = {
        **dict.fromkeys(("top1", "top3", "answered", "top1_answered", "top3_answered"), 0.5),
        **{"rows": 9, "trained": 7, "held_out": 2, "floor": 0.3, "always_commonest": 0.1, "calibration_gap": None},
        "left_out": {},
        "labels": [],
    }
    return CategoryModel.objects.create(
        district=line.district, origin="file", rows=9, figures=figures, artefact=b"", size=0
    )


def answered(line: Line, **fields: Any) -> Request:
    """Put an answered request's row there as it is."""
    now = timezone.now()
    usual = {"state": RequestState.ANSWERED, "answered_at": now, "answer": "已维修。"}
    return make_request(line, **usual | fields)


def make_agent(line: Line) -> User:
    """Make somebody of the district's call-back desk."""
    user = make_user()
    make_post(user, Role.CALLBACK_AGENT, line.district)
    return user


def make_reply(line: Line, order: WorkOrder, state: str = ReplyState.DRAFT, **fields: Any) -> Reply:
    """Put a reply's row there as it is, with a request that hangs at its order; without history or messages."""
    make_request(line, RequestState.DISPATCHED, order=order)
    usual: dict[str, Any] = {"text": "SecretReply", "state": state, "review_node": line.base}
    if state != ReplyState.DRAFT:
        usual["reviewed_at"] = timezone.now()
    return Reply.objects.create(order=order, **usual | fields)


def make_request_photo(matter: Request) -> RequestPhoto:
    """Keep a picture with a request."""
    attach(matter, clean_all([photo()]))
    return matter.photos.get()


def make_snippet(line: Line, **fields: Any) -> Snippet:
    """Put a knowledge snippet there."""
    usual: dict[str, Any] = {
        "district": line.district,
        "title": "社保卡怎么补办",
        "text": "带身份证到街道便民服务中心办理，当场可取。",
        "keywords": "社保卡 补办",
        "verified_at": timezone.now(),
    }
    if "verified_by" not in fields:
        usual["verified_by"] = make_user()
    return Snippet.objects.create(**usual | fields)
