"""The kinds of facilities as administrators keep them."""

import pytest
from django.urls import reverse

from accounts.models import AuditRecord
from facilities import kinds
from facilities.models import FacilityKind
from tests.factories import make_ruled_line

pytestmark = pytest.mark.django_db


def test_kinds_are_kept_by_who_keeps_the_rules_and_offered_at_once(client):
    line = make_ruled_line("secretary", "admin")
    client.force_login(line.admin)
    given = {"code": "0117", "name": "充电桩", "name_en": "Charging post", "related": "e0405", "is_active": "on"}
    for wrong in (
        {"code": "0617"},
        {"code": "0100"},
        {"code": "0101"},
        {"related": "gas"},
        {"related": "E0405 X9999"},
        {"name": " "},
    ):
        assert client.post(reverse("facilities:kind-add"), given | wrong).status_code == 400, wrong
    assert client.post(reverse("facilities:kind-add"), given).status_code == 302
    kind = FacilityKind.objects.get(code="0117")
    assert (kind.name, kind.related, kind.is_camera, kinds.in_use()["0117"]) == ("充电桩", "E0405", False, kind)
    changed = {"name": "电动车充电桩", "related": ""}
    assert client.post(reverse("facilities:kind-edit", args=["0117"]), changed).status_code == 302
    assert "0117" not in kinds.in_use()
    page = client.get(reverse("facilities:kinds")).content.decode()
    assert "电动车充电桩" in page
    assert "GB/T 30428 family" not in page
    assert AuditRecord.objects.filter(action__endswith="_kind").count() == 2


def test_a_kind_names_no_category_that_there_is_not(client):
    line = make_ruled_line("admin")
    client.force_login(line.admin)
    kinds.load_kinds()
    address = reverse("facilities:kind-edit", args=["0101"])
    page = client.post(address, {"name": "上水井盖", "related": "X9999 E0401 H0201", "is_active": "on"})
    assert (page.status_code, "没有代码为 X9999 的分类" in page.content.decode()) == (400, True)
    FacilityKind.objects.filter(code="0101").update(related="E9999")  # what was there before stays possible
    given = {"name": "自来水井盖", "related": "E9999 E0401", "is_active": "on"}
    assert client.post(address, given).status_code == 302


def test_a_kind_that_somebody_else_changed_meanwhile_is_not_overwritten(client):
    line = make_ruled_line("admin")
    client.force_login(line.admin)
    kinds.load_kinds()
    address = reverse("facilities:kind-edit", args=["0101"])
    seen = client.get(address).context["form"]["seen"].value()
    FacilityKind.objects.filter(code="0101").update(name="<theirs>", is_active=False)
    sent = {"name": "mine", "is_active": "on", "seen": seen}
    page = client.post(address, sent)
    words = page.content.decode()
    assert (page.status_code, "已有他人修改" in words, 'value="mine"' in words) == (400, True, True)
    assert ("&lt;theirs&gt;" in words, "<theirs>" in words) == (True, False)  # what stands there is said, escaped
    assert FacilityKind.objects.get(code="0101").name == "<theirs>"
    again = sent | {"seen": page.context["form"]["seen"].value()}
    assert client.post(address, again).status_code == 302  # knowing it, it may be written
    assert FacilityKind.objects.get(code="0101").name == "mine"
