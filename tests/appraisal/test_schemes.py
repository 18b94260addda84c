"""Schemes on their page: what two people change at once, and what is refused is said in words beside its field."""

from decimal import Decimal

import pytest
from django.urls import reverse

from appraisal import actions
from appraisal.errors import Refusal
from appraisal.models import Scheme
from tests.appraisal.conftest import make_rule, make_scheme

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


@pytest.mark.parametrize(
    ("weights", "whole"), [(("30", "20"), "50"), (("60.50", "59.50"), "120"), (("0.1", "0.1"), "0.2")]
)
def test_a_wrong_sum_of_weights_is_said_as_one_writes_it(line, weights, whole):
    rows = [
        actions.IndicatorFacts(code, D(weight)) for code, weight in zip(("on_time", "solved"), weights, strict=True)
    ]
    with pytest.raises(Refusal, match=f"sum to {whole};"):
        make_scheme(line, *rows)


@pytest.mark.parametrize(
    ("formula", "target", "floor", "words", "shown"),
    [
        ("between", "50", "50", "Floor and target are the same", "目标值与下限值相同"),
        ("ratio", "0", "0", "the target is above 0", "目标值须大于 0"),
    ],
)
def test_a_target_that_nothing_can_be_scored_by_is_said_beside_it(
    line, client, scheme, formula, target, floor, words, shown
):
    client.force_login(line.chief)
    changes = {"rows-0-formula": formula, "rows-0-target": target, "rows-0-floor": floor}
    page = client.post(reverse("appraisal:scheme-edit", args=[scheme.pk]), typed(scheme, **changes))
    assert page.status_code == 400
    assert list(page.context["rows"][0].errors) == ["target"]
    assert shown in page.content.decode()
    row = actions.IndicatorFacts("on_time", D(100), formula=formula, target=D(target), floor=D(floor))
    with pytest.raises(Refusal, match=words):
        make_scheme(line, row)


def test_the_limits_of_a_rule_are_refused_in_words(line):
    with pytest.raises(Refusal, match="The least points are more than the most"):
        make_rule(line, least=D(3), most=D(2))
