"""The pages and the API of appraisal: whose results one sees, and that each number opens its list."""

import datetime as dt
import io
from decimal import Decimal

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import AuditRecord
from appraisal import actions
from appraisal.models import Line, PointPhoto, Scheme
from grids.roles import Role
from tests.api.conftest import api  # noqa: F401 - a fixture
from tests.appraisal.conftest import AFTER, make_rule, make_scheme, month, own_result
from tests.factories import make_grid, make_post, make_user
from tests.pictures import exif, photo

D = Decimal


@pytest.fixture
def _then():
    with time_machine.travel(AFTER + dt.timedelta(hours=1), tick=False):
        yield


@pytest.fixture
def elsewhere(line):
    """A worker of another community of the street, and its secretary."""
    community = make_grid(line.street, settlement="urban")
    base = make_grid(community)
    worker, secretary = make_user(display_name="Neighbour"), make_user()
    make_post(worker, Role.GRID_WORKER, base)
    make_post(secretary, Role.COMMUNITY_SECRETARY, community)
    return worker, secretary


@pytest.mark.usefixtures("_then")
def test_each_sees_their_own_and_the_area_theirs(line, client, elsewhere, october):
    neighbour, secretary = elsewhere
    actions.compute(october, actor=line.chief, now=AFTER)
    result = own_result(line, october)
    address = result.get_absolute_url()
    client.force_login(line.worker)
    assert client.get(address).status_code == 404, "not published yet"
    actions.publish(october, actor=line.chief, now=AFTER)
    page = client.get(address).content.decode()
    assert "81.07" in page
    assert "85.71" in page
    assert "Neighbour" not in page
    assert client.get(reverse("appraisal:mine")).content.decode().count(address) == 1
    assert client.get(reverse("appraisal:periods")).status_code == 403
    for person, status in ((neighbour, 404), (secretary, 404), (line.secretary, 200), (line.operator, 200)):
        client.force_login(person)
        assert client.get(address).status_code == status
    client.force_login(secretary)
    assert "Worker" not in client.get(f"{october.get_absolute_url()}?group=urban").content.decode()


@pytest.mark.usefixtures("_then")
def test_a_number_opens_the_list_that_it_counts(line, client, published):
    row = Line.objects.get(result__user=line.worker, indicator__code="on_time")
    client.force_login(line.worker)
    page = client.get(reverse("appraisal:evidence", args=[row.pk])).content.decode()
    assert page.count('class="order-link"') == 7
    page = client.get(reverse("appraisal:evidence", args=[row.pk]) + "?part=others").content.decode()
    assert page.count('class="order-link"') == 1


@pytest.mark.usefixtures("_then")
def test_the_list_asks_as_much_for_many_as_for_one(line, client, published, django_assert_max_num_queries):
    client.force_login(line.chief)
    with django_assert_max_num_queries(20):
        assert client.get(f"{published.get_absolute_url()}?group=urban").status_code == 200
    with django_assert_max_num_queries(20):
        assert client.get(own_result(line, published).get_absolute_url()).status_code == 200


@pytest.mark.usefixtures("_then")
def test_an_objection_goes_its_way_over_the_pages(line, client, published):
    row = Line.objects.get(result__user=line.worker, indicator__code="manual")
    client.force_login(line.worker)
    answer = client.post(reverse("appraisal:line-object", args=[row.pk]), {"reason": "facts", "words": "I was there"})
    address = answer["Location"]
    assert "由他人裁定" in client.get(address).content.decode()
    client.force_login(line.street_leader)
    assert "不成立</label>" in "".join(client.get(address).content.decode().split())
    client.force_login(line.operator)
    assert client.post(address, {"decision": "reject", "opinion": "x"}).status_code == 403
    client.force_login(line.street_leader)
    given = {"decision": "uphold", "opinion": "So it was", "remedy": "recount"}
    assert client.post(address, given).status_code == 400, "what is right has to be said"
    assert "denominator" not in client.get(address).context["form"].fields, "a mark has none"
    beyond = client.post(address, given | {"numerator": "9999"})
    assert (beyond.status_code, list(beyond.context["form"].errors)) == (400, ["numerator"])
    assert client.post(address, given | {"numerator": "95"}).status_code == 302
    assert own_result(line, published).total == D("83.32")


@pytest.mark.usefixtures("_then")
def test_a_denominator_beyond_all_cases_is_refused_on_the_page(line, client, published):
    row = Line.objects.get(result__user=line.worker, indicator__code="on_time")
    objection = actions.object_to(row, actor=line.worker, reason="facts", words="In time", now=AFTER)
    client.force_login(line.street_leader)
    given = {"decision": "uphold", "opinion": "x", "remedy": "recount", "numerator": "1", "denominator": "9" * 14}
    answer = client.post(objection.get_absolute_url(), given)
    assert (answer.status_code, list(answer.context["form"].errors)) == (400, ["denominator"])


@pytest.mark.usefixtures("_then")
def test_the_api_reads_objects_and_decides(line, published, api):  # noqa: F811
    worker, leader = api(line.worker), api(line.street_leader)
    [result] = worker.get("/api/v1/appraisal/results/").json()["results"]
    assert (result["total"], len(result["lines"])) == ("81.07", 3)
    row = result["lines"][0]["id"]
    made = worker.post(f"/api/v1/appraisal/lines/{row}/object/", {"reason": "facts", "words": "In time"})
    assert made.status_code == 201
    decide = f"/api/v1/appraisal/objections/{made.json()['id']}/decide/"
    assert worker.post(decide, {"is_upheld": True, "opinion": "x"}).status_code == 403
    right = {"is_upheld": True, "opinion": "So it is", "remedy": "recount", "numerator": "7", "denominator": 7}
    assert leader.post(decide, right | {"denominator": 99999999999999}).status_code == 400
    assert leader.post(decide, right).json()["state"] == "upheld"
    assert leader.post(decide, right).status_code == 409
    assert worker.get(f"/api/v1/appraisal/results/{result['id']}/").json()["total"] == "87.50"
    assert api(line.handler).get(f"/api/v1/appraisal/results/{result['id']}/").status_code == 404


def test_a_scheme_is_made_and_changed_on_its_page(line, client):
    client.force_login(line.chief)
    rows = {"rows-TOTAL_FORMS": "2", "rows-INITIAL_FORMS": "0"}
    rows |= {"rows-0-code": "on_time", "rows-0-weight": "60", "rows-0-formula": "between", "rows-0-target": "95"}
    rows |= {"rows-1-code": "manual", "rows-1-weight": "30", "rows-1-formula": "as_it_is"}
    given = rows | {"name": "月度", "judged": "worker", "length": "month", "objection_days": "5", "points_limit": "10"}
    given["valid_from"] = "2026-10-15"
    refused = client.post(reverse("appraisal:scheme-add"), given)
    assert refused.status_code == 400
    assert "90" in refused.content.decode()
    assert client.post(reverse("appraisal:scheme-add"), given | {"rows-1-weight": "40"}).status_code == 302
    scheme = Scheme.objects.get()
    assert (scheme.valid_from, scheme.indicators.count()) == (dt.date(2026, 10, 1), 2)
    assert client.get(reverse("appraisal:scheme-edit", args=[scheme.pk])).status_code == 200


def test_points_are_given_on_the_page_by_name(line, client):
    period = month(make_scheme(line), line.chief)
    rule = make_rule(line, needs_evidence=False)
    client.force_login(line.operator)
    given = {"who": line.worker.username, "rule": rule.pk, "points": "2", "happened_on": "2026-10-09", "words": "Leak"}
    assert client.post(reverse("appraisal:points-give", args=[period.pk]), given).status_code == 302
    assert period.entries.get().points == 2
    assert client.post(reverse("appraisal:points-give", args=[period.pk]), given | {"points": "9"}).status_code == 400


def test_a_photo_is_evidence_and_only_who_sees_the_points_sees_it(line, client, elsewhere):
    period = month(make_scheme(line), line.chief)
    url, rule = reverse("appraisal:points-give", args=[period.pk]), make_rule(line)
    client.force_login(line.operator)
    given = {"who": line.worker.username, "rule": rule.pk, "points": "2", "happened_on": "2026-10-09", "words": "Leak"}
    assert client.get(url).status_code == 200
    refused = client.post(url, given)
    assert (refused.status_code, list(refused.context["form"].errors)) == (400, ["order"])
    assert client.post(url, given | {"photos": photo(exif=exif(lng=116.5, lat=35.4))}).status_code == 302
    kept = PointPhoto.objects.get(entry=period.entries.get())
    assert b"Exif" not in kept.image.read()
    with pytest.raises(DatabaseError), transaction.atomic():
        PointPhoto.objects.all().delete()
    small = reverse("appraisal:photo-thumb", args=[kept.pk])
    client.force_login(line.worker)
    assert small in client.get(reverse("appraisal:mine")).content.decode()
    assert client.get(reverse("appraisal:photo", args=[kept.pk]))["Content-Type"] == "image/jpeg"
    for stranger in (line.handler, *elsewhere):
        client.force_login(stranger)
        assert client.get(small).status_code == 404


def test_the_payroll_is_taken_along_by_the_street_and_written_down(line, client):
    actions.keep_record(line.worker, actor=line.operator, given={"hired_on": dt.date(2020, 3, 1)})
    client.force_login(line.operator)
    address = reverse("appraisal:payroll-workbook") + "?month=2026-11"
    answer = client.post(address)
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    assert [cell.value for cell in sheet[3]][5:10] == [6, 480, 0, 0, 480]
    assert AuditRecord.objects.get(action="appraisal.export_payroll").detail["people"] == 1
    client.force_login(line.secretary)
    assert client.post(address).status_code == 403
