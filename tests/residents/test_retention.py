"""Half a year after somebody has gone, the register no longer says who they were."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from residents import history, own_requests, retention_rules
from residents.models import Event, FloatingFacts, FormerValues, OwnRequest, Resident, Step
from tests.factories import make_line
from tests.registers import make_care_membership, make_house, make_resident

pytestmark = pytest.mark.django_db


def gone(house, days, **fields):
    day = timezone.localdate() - dt.timedelta(days=days)
    return make_resident(house, **{"gone": "moved", "gone_on": day, "name": "王测试甲"} | fields)


def test_who_moved_away_half_a_year_ago_is_made_anonymous(capsys, monkeypatch):
    line = make_line("worker", "secretary")
    house = make_house(line.base)
    old, young, died = gone(house, 181), gone(house, 179), gone(house, 200, gone="died")
    here, waiting = make_resident(house), gone(house, 300)
    FloatingFacts.objects.create(resident=old, home_region="370899")
    event = history.note(old, Step.EDIT, actor=None, now=timezone.now(), before={"phone": old.phone})
    own = own_requests.register(
        waiting,
        actor=line.secretary,
        kind="see",
        channel="phone",
        words="想看看登记了什么",
        received_on=timezone.localdate(),
    )
    told = []
    monkeypatch.setattr(retention_rules, "_forgetters", [*retention_rules._forgetters, told.extend])
    make_care_membership(old)
    call_command("purge", dry_run=True, only="residents")
    assert Resident.objects.filter(anonymised_at=None).count() == 5
    call_command("purge", only="residents")
    assert "2 would go" in capsys.readouterr().out
    assert set(Resident.objects.exclude(anonymised_at=None)) == {old, died}
    assert sorted(told) == sorted([old.pk, died.pk])
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(r)::text FROM residents_resident r WHERE id = %s", [old.pk])
        row = cursor.fetchone()[0]
    for secret in (old.name, old.identity_last4, old.identity_hash.hex, old.phone_last4, "07-12"):
        assert secret not in row
    again = Resident.objects.get(pk=old.pk)
    assert (again.identity_number, again.phone, again.house, again.registered_house) == ("", "", None, None)
    assert (again.grid_id, again.sex, again.born_on, again.gone) == (old.grid_id, old.sex, dt.date(1985, 1, 1), "moved")
    assert not FloatingFacts.objects.exists()
    assert not old.care_groups.exists()
    assert not FormerValues.objects.exists()
    assert list(Event.objects.filter(resident=old).order_by("id").values_list("step", flat=True)) == [
        event.step,
        Step.ANONYMISE,
    ]
    for kept in (young, here, waiting):
        assert Resident.objects.get(pk=kept.pk).phone == kept.phone
    assert own_requests.visible_to(line.secretary).get() == own


def test_a_request_is_kept_for_three_years_after_its_answer():
    line = make_line("worker", "secretary")
    own = own_requests.register(
        make_resident(make_house(line.base)),
        actor=line.secretary,
        kind="see",
        channel="phone",
        words="想看看登记了什么",
        received_on=timezone.localdate(),
    )
    call_command("purge", only="own requests")
    own_requests.answer(own, actor=line.secretary, decision="granted", answer="已当面出示")
    call_command("purge", only="own requests")
    assert OwnRequest.objects.count() == 1
    OwnRequest.objects.update(answered_at=timezone.now() - dt.timedelta(days=3 * 365 + 1))
    call_command("purge", only="own requests")
    assert OwnRequest.objects.count() == 0
