"""What the desk does with the list: find the requests of a phone, take the list along, correct what was dispatched."""

import io

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditRecord
from hotline.models import Request
from hotline.states import RequestKind
from tests.factories import Line, make_ruled_line
from tests.hotlines import dispatched, make_request
from tests.registers import phone_number

pytestmark = pytest.mark.django_db


@pytest.fixture
def line() -> Line:
    return make_ruled_line()


def test_the_requests_of_a_phone_are_found_however_it_is_typed_and_no_address_says_it(
    client: Client, line: Line
) -> None:
    phone = phone_number()
    mine, other = make_request(line, requester_phone=phone), make_request(line)
    client.force_login(line.clerk)
    answer = client.post(reverse("hotline:by-phone"), {"phone": f"+86 {phone[:3]}-{phone[3:7]}-{phone[7:]}"})
    page = answer.content.decode()
    assert mine.number in page
    assert other.number not in page
    assert phone not in page
    record = AuditRecord.objects.get(action="hotline.find_by_phone")
    assert phone not in str(record.detail)


def test_the_list_is_taken_along_without_who_asked(client: Client, line: Line) -> None:
    make_request(line, kind="complaint", requester_name="某某某", requester_phone="12000000001")
    make_request(line, kind="enquiry")
    client.force_login(line.clerk)
    answer = client.post(f"{reverse('hotline:requests-workbook')}?kind=complaint")
    rows = [[cell for cell in row if cell] for row in _sheet(answer).iter_rows(values_only=True)]
    assert len(rows) == 6, "four lines of the head, the titles, one request"
    assert rows[5][0] == 1
    assert rows[1][0].endswith(str(RequestKind.COMPLAINT.label))
    assert not any("某某某" in str(cell) or "12000000001" in str(cell) for row in rows for cell in row)


def test_who_asks_is_corrected_after_dispatch_and_a_stale_form_keeps_its_words(client: Client, line: Line) -> None:
    matter = dispatched(line)
    client.force_login(line.clerk)
    url = reverse("hotline:correct", args=[matter.pk])
    assert url in client.get(matter.get_absolute_url()).content.decode()
    given = {"title": "路灯坏了", "requester_phone": phone_number(), "reply_way": "phone", "version": matter.version}
    client.post(url, given)
    assert Request.objects.get(pk=matter.pk).title == "路灯坏了"
    stale = client.post(url, given | {"title": "两盏路灯坏了"})
    assert "两盏路灯坏了" in stale.content.decode()
    assert Request.objects.get(pk=matter.pk).title == "路灯坏了"


def test_what_waits_at_the_desk_is_corrected_there(client: Client, line: Line) -> None:
    matter = make_request(line)
    client.force_login(line.clerk)
    answer = client.get(reverse("hotline:correct", args=[matter.pk]))
    assert answer.headers["Location"] == reverse("hotline:desk-request", args=[matter.pk])


def _sheet(answer: object) -> openpyxl.worksheet.worksheet.Worksheet:
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    return openpyxl.load_workbook(io.BytesIO(content)).active
