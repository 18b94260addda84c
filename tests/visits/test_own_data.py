"""The visits that name a person stand in the copy of what is held of them."""

import pytest

from residents import held
from tests.factories import make_line
from tests.registers import make_house, make_resident
from tests.visiting import make_visit

pytestmark = pytest.mark.django_db


def test_the_copy_holds_the_visits_that_name_the_person():
    line = make_line("worker")
    resident = make_resident(make_house(line.base))
    other = make_resident(make_house(line.base))
    make_visit(resident, line.worker, note="SecretNote")
    shown = dict(held.everything(resident))
    assert any("SecretNote" in value for lines in shown.values() for _day, value in lines)
    assert "SecretNote" not in str(held.everything(other))
