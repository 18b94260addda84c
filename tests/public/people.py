"""A resident at the public's pages, as a browser without scripts: asks for the form, works out what it asks, sends."""

import re
from typing import Any

from django.core.files.base import ContentFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.pictures import clean
from public import actions
from public.guard import challenge
from public.models import Held, HeldPhoto, LeadLink
from residents.models import Building
from tests.factories import Line
from tests.pictures import photo
from tests.registers import make_house, make_resident

PHONE = "12012345678"
_FIELD = re.compile(r'name="(client_uuid|token)" value="([^"]+)"')
_SUM = re.compile(r"data-sum>(\d+) \+ (\d+)<")


def solved(token: str, nonce: str, bits: int) -> str:
    """Return the number that the page's script finds."""
    number = 0
    while challenge.leading_zeros(f"{nonce}:{number}") < bits:
        number += 1
    return str(number)


def filled(client: Client, path: str = "/p/report/", *, is_by_sum: bool = False, **fields: Any) -> dict[str, Any]:
    """Open the form and return what a person would send."""
    told = client.get(path).content.decode()
    given: dict[str, Any] = dict(_FIELD.findall(told))
    first, second = map(int, _SUM.search(told).groups())
    bits, nonce = re.search(r'data-bits="(\d+)"', told), re.search(r'data-nonce="(\w+)"', told)
    proof = {"answer": str(first + second)} if is_by_sum else {"proof": solved("", nonce[1], int(bits[1]))}
    return given | proof | {"text": "小区门口的路灯不亮。", "phone": PHONE} | fields


def send(client: Client, data: dict[str, Any], path: str = "/p/report/", **extra: Any) -> HttpResponse:
    return client.post(path, data, **extra)


def make_link(building: Building, actor: User) -> LeadLink:
    """Give the building a lead who lives in it, and them a link."""
    building.head = make_resident(make_house(building.grid, building), name="密楼长")
    building.save(update_fields=["head"])
    return actions.give(building, actor=actor)[0]


def make_held(line: Line, **fields: Any) -> Held:
    usual = {"district": line.district, "number": "H1", "source": "web", "received_at": timezone.now()}
    return Held.objects.create(**usual | {"reasons": ["links"], "text": "测试", "requester_phone": PHONE} | fields)


def make_held_photo(held: Held) -> HeldPhoto:
    kept = clean(photo())
    names = {"image": ContentFile(kept.image, "a.jpg"), "thumbnail": ContentFile(kept.thumbnail, "b.jpg")}
    return HeldPhoto.objects.create(held=held, width=kept.width, height=kept.height, sha256=kept.sha256, **names)
