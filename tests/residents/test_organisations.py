"""Organisations: entered in a house or a grid, checked yearly where they are key sites, closed and taken up again."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from residents import actions, credit_codes, safety
from residents.errors import NotPossible, Stale
from residents.models import Organisation
from tests.factories import make_grid, make_line
from tests.registers import make_house, make_organisation

pytestmark = pytest.mark.django_db


def credit_code(number: int = 1) -> str:
    """Return a credit code of the region that no place has, with its check characters right."""
    first8 = f"MA{number:06d}"
    first17 = f"92370899{first8}{credit_codes.organisation_check(first8)}"
    return first17 + credit_codes.check_character(first17)


@pytest.fixture
def line():
    return make_line("worker", "secretary")


@pytest.fixture
def client(line) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(line.worker)
    return client


def add(line, **details):
    details = {"name": "某某商店", "kind": "trader"} | details
    return actions.add_organisation(actor=line.worker, details=details, grid=line.base)


def test_an_open_organisation_has_its_credit_code_once_in_the_district(line):
    made = add(line, credit_code=credit_code().lower())
    assert made.credit_code == credit_code()
    with pytest.raises(NotPossible, match="credit code") as refused:
        add(line, credit_code=credit_code())
    assert refused.value.field == "credit_code"
    actions.close_organisation(made, actor=line.worker)
    add(line, credit_code=credit_code())
    with pytest.raises(NotPossible, match="credit code"):
        actions.reopen_organisation(made, actor=line.worker)


def test_everything_that_is_wrong_is_said_at_once(line):
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    with pytest.raises(ValidationError) as refused:
        add(line, name="=cmd|calc", kind="shop", credit_code="123", safety_phone="1", gas_checked_on=tomorrow, lng=500)
    assert set(refused.value.message_dict) == {"name", "kind", "credit_code", "safety_phone", "gas_checked_on", "lng"}


def test_it_stands_in_a_house_or_in_a_grid_of_ones_own(line):
    house = make_house(line.base)
    shop = actions.add_organisation(actor=line.worker, details={"name": "店", "kind": "trader"}, house=house)
    assert shop.path_ids == house.path_ids
    with pytest.raises(PermissionDenied):
        actions.edit_organisation(shop, actor=line.worker, details={}, grid=make_grid(line.community))
    with pytest.raises(NotPossible, match="base, dedicated or micro"):
        actions.edit_organisation(shop, actor=line.secretary, details={}, grid=line.community)
    moved = actions.edit_organisation(shop, actor=line.secretary, details={}, grid=make_grid(line.community))
    assert moved.house_id is None
    assert set(moved.events.latest("id").fields) == {"house", "grid_id"}


def test_a_check_is_recorded_and_never_one_before_the_last(line):
    site = add(line, is_key_site=True)
    today = timezone.localdate()
    actions.record_check(site, actor=line.worker, kind="fire", version=1)
    with pytest.raises(NotPossible, match="later check"):
        actions.record_check(site, actor=line.worker, kind="fire", day=today - dt.timedelta(days=1))
    with pytest.raises(Stale):
        actions.record_check(site, actor=line.worker, kind="gas", version=1)


def test_a_key_site_is_overdue_a_year_after_its_last_check(line):
    today = timezone.localdate()
    days = {"fire_checked_on": today, "electricity_checked_on": today - dt.timedelta(days=350)}
    late = today - dt.timedelta(days=366)
    site = make_organisation(line.base, is_key_site=True, gas_checked_on=late, **days)
    make_organisation(line.base, gas_checked_on=late)
    in_order = make_organisation(line.base, is_key_site=True, gas_checked_on=today, **days)
    assert [check.tone for check in safety.checks_of(site, today)] == ["green", "yellow", "red"]
    assert list(Organisation.objects.filter(safety.overdue(today))) == [site]
    assert not any(check.is_overdue for check in safety.checks_of(in_order, today))


def test_the_page_masks_contacts_and_the_form_keeps_what_is_left_empty(client, line):
    site = add(line, is_key_site=True, safety_name="王测试", safety_phone="12000000001", credit_code=credit_code(7))
    for name in ("organisation", "organisation-edit"):
        told = client.get(reverse(f"residents:{name}", args=[site.pk])).content.decode()
        for private in ("王测试", "12000000001", site.credit_code):
            assert private not in told
    given = {"name": "某某商店", "kind": "trader", "grid": line.base.code, "version": 1, "trade": "百货"}
    answer = client.post(reverse("residents:organisation-edit", args=[site.pk]), given)
    assert answer.status_code == 302
    site.refresh_from_db()
    assert (site.trade, site.safety_phone, site.safety_name) == ("百货", "12000000001", "王测试")


def test_a_form_that_somebody_overtook_says_what_stands_there_now_but_nothing_masked(client, line):
    site = add(line, safety_name="王测试", safety_phone="12000000001")
    address = reverse("residents:organisation-edit", args=[site.pk])
    mine = {"name": "某某商店", "kind": "trader", "grid": line.base.code, "trade": "百货", "version": 1}
    assert client.post(address, mine | {"trade": "五金", "safety_name": "李测试"}).status_code == 302
    refused = client.post(address, mine)
    assert refused.status_code == 409
    assert "现为：五金" in refused.text
    for private in ("李测试", "王测试", "12000000001"):
        assert private not in refused.text
    again = {name: field.value() for name in mine for field in [refused.context["form"][name]]}
    assert client.post(address, again).status_code == 302
    site.refresh_from_db()
    assert (site.trade, site.safety_name) == ("百货", "李测试")


def test_the_list_shows_key_sites_and_those_with_an_overdue_check(client, line):
    today = timezone.localdate()
    days = dict.fromkeys(("fire_checked_on", "electricity_checked_on", "gas_checked_on"), today)
    shop, late = make_organisation(line.base), make_organisation(line.base, is_key_site=True)
    good = make_organisation(line.base, is_key_site=True, **days)
    shut = make_organisation(line.base, closed_on=today)

    def shown(**query):
        return {row.pk for row in client.get(reverse("residents:organisations"), query).context["page"].rows}

    assert shown() == {shop.pk, late.pk, good.pk}
    assert shown(shown="key") == {late.pk, good.pk}
    assert shown(shown="overdue") == {late.pk}
    assert shown(shown="closed") == {shut.pk}


def test_it_is_entered_checked_closed_and_reopened_by_the_pages(client, line):
    given = {"name": "某某商店", "kind": "trader", "grid": line.base.code}
    answer = client.post(reverse("residents:organisation-add"), given)
    shop = Organisation.objects.get()
    assert answer.headers["Location"] == shop.get_absolute_url()
    day = str(timezone.localdate())

    def act(name, **sent):
        sent["version"] = Organisation.objects.get().version
        return client.post(reverse(f"residents:organisation-{name}", args=[shop.pk]), sent).status_code

    assert act("check", kind="gas", day=day) == 302
    assert act("check", kind="water", day=day) == 400
    assert act("close", day=day) == 302
    assert act("close", day=day) == 409
    assert act("reopen") == 302
    shop.refresh_from_db()
    assert (shop.gas_checked_on, shop.closed_on) == (timezone.localdate(), None)
