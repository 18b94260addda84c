"""What a resident's own copy says of care, and to whom who writes it out."""

import pytest

from accounts.models import AuditRecord
from residents import held
from tests.registers import make_care_membership, make_contact_duty, make_grant, make_resident

pytestmark = pytest.mark.django_db


def copy(resident, reader=None):
    return dict(held.everything(resident, reader))


def test_the_copy_names_groups_contact_worker_and_tiers(care):
    make_care_membership(care.resident, "veteran")
    make_contact_duty(care.worker_post, care.house)
    make_grant(care.resident, "orange")
    parts = copy(care.resident, care.line.operator)
    assert "Veteran" in parts["Care groups"][0][1]
    assert parts["Contact worker"][0][1] == "Worker"
    assert "SecretFact" in parts["Service tiers"][0][1]
    assert AuditRecord.objects.filter(action="care.read_tier", actor=care.line.operator).exists()


def test_who_is_not_to_know_every_tier_refers_to_the_street_whether_there_is_one_or_not(care):
    make_grant(care.resident, "red")
    nothing = make_resident(care.house)
    shown = [
        copy(one, reader)["Service tiers"] for one in (care.resident, nothing) for reader in (care.line.secretary, None)
    ]
    assert shown == [[("Service tiers", "The street centre answers this part.")]] * 4
