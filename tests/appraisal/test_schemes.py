"""Schemes on their page: what two people change at once, and what is refused is said in words beside its field."""

from decimal import Decimal

import pytest
from django.urls import reverse

from appraisal import actions
from appraisal.models import Scheme
from tests.appraisal.conftest import make_scheme

D = Decimal


@pytest.fixture
def scheme(line) -> Scheme:
    return make_scheme(line)


def typed(scheme: Scheme, **changes: str) -> dict[str, str]:
    """Return what the page of a scheme sends when nothing but this is changed."""
    data = {"name": scheme.name, "objection_days": "5", "points_limit": "5", "rows-INITIAL_FORMS": "3"}
    rows = list(scheme.indicators.all())
    for n, row in enumerate(rows):
        for name in ("code", "weight", "formula", "target", "floor", "cap", "minimum"):
            data[f"rows-{n}-{name}"] = str(getattr(row, name))
    return data | {"rows-TOTAL_FORMS": str(len(rows))} | changes


def test_a_scheme_that_somebody_else_changed_meanwhile_is_not_overwritten(line, client, scheme):
    client.force_login(line.chief)
    address = reverse("appraisal:scheme-edit", args=[scheme.pk])
    page = client.get(address)
    seen = page.context["form"]["seen"].value()
    assert f'name="seen" value="{seen}"' in page.content.decode()
    facts = actions.SchemeFacts("worker", "Theirs", points_limit=D(5))
    rows = [actions.IndicatorFacts("manual", D(100), name="Drill", formula="as_it_is")]
    actions.change_scheme(scheme, actor=line.chief, facts=facts, indicators=rows)
    mine = typed(scheme, name="Mine", seen=seen)
    stale = client.post(address, mine)
    assert (stale.status_code, "已有他人修改" in stale.content.decode()) == (400, True)
    assert "Theirs" in stale.content.decode()
    assert "Drill <b>100 %</b>" in stale.content.decode()
    assert Scheme.objects.get().name == "Theirs"
    again = mine | {"seen": stale.context["form"]["seen"].value()}
    assert client.post(address, again).status_code == 302
    assert Scheme.objects.get().name == "Mine"
