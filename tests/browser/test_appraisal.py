"""The pages of appraisal at three sizes, with long names: nothing sticks out, and nothing bars anybody."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.models import User
from appraisal import actions
from appraisal.actions.points import RuleFacts
from appraisal.models import Assessment
from appraisal.pay import Element
from tests.browser.conftest import DESK, PHONE
from tests.browser.looks import LONG_NAME, barriers, too_wide
from tests.factories import Line, make_line, make_order, make_post, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
D = Decimal


@pytest.fixture
def line() -> Line:
    line = make_line("worker", "operator", "chief", "supervisor", "handler")
    line.dept.name = LONG_NAME
    line.dept.save(update_fields=["name"])
    User.objects.filter(pk=line.worker.pk).update(display_name="欧阳测试长姓名")
    line.people["head"] = make_user()
    make_post(line.head, "dept_leader", line.district, line.dept)
    return line


def judged_period(line: Line, judged: str, user: User | None = None) -> Assessment:
    """Make the past month's period, with a mark and points, counted and published."""
    first = (dt.date.today().replace(day=1) - dt.timedelta(days=1)).replace(day=1)  # noqa: DTZ011 - any day will do
    facts = actions.SchemeFacts(judged, "月度考核")
    row = actions.IndicatorFacts("manual", D(100), formula="as_it_is", minimum=0)
    scheme = actions.add_scheme(line.district, actor=line.chief, facts=facts, indicators=[row], valid_from=first)
    period = actions.open_period(scheme, actor=line.chief, day=first)
    who = {"user": user} if user is not None else {"unit": line.dept}
    mark = {"indicator": scheme.indicators.get(), "value": D(88), "words": "季度演练组织有序"}
    actions.give_mark(period, actor=line.chief, **mark, **who)
    rule = actions.set_rule(line.district, actor=line.chief, facts=RuleFacts(judged, "主动认领", D(1), D(3)))
    order = make_order(line, reported_at=period.period.begin, lead_unit=line.dept, reporter=line.worker)
    given = {"rule": rule, "points": D(2), "words": "认领疑难工单", "happened_on": first, "order": order}
    actions.give_points(period, actor=line.chief, **given, **who)
    actions.compute(period, actor=line.chief)
    return period


def pages_of(line: Line) -> list[str]:
    open_one, period = judged_period(line, "worker", line.worker), judged_period(line, "unit")
    actions.publish(period, actor=line.chief)
    result = period.results.get(unit=line.dept)
    objection = actions.object_to(result.lines.get(), actor=line.head, reason="facts", words="分值有误")
    row = actions.set_element(
        line.district,
        actor=line.chief,
        element=Element("performance", D(300), at_least=D(90)),
        valid_from=open_one.first,
    )
    marked = open_one.scheme.indicators.get()
    return [
        reverse("appraisal:periods"),
        period.get_absolute_url(),
        result.get_absolute_url(),
        objection.get_absolute_url(),
        reverse("appraisal:points", args=[open_one.pk]),
        reverse("appraisal:points-give", args=[open_one.pk]),
        reverse("appraisal:mark", args=[open_one.pk, marked.pk]),
        reverse("appraisal:schemes"),
        reverse("appraisal:scheme-edit", args=[period.scheme_id]),
        reverse("appraisal:rules"),
        reverse("appraisal:elements"),
        reverse("appraisal:band-end", args=[row.pk]),
        reverse("appraisal:payroll"),
        reverse("appraisal:record", args=[line.worker.pk]),
    ]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_nothing_sticks_out_at_any_size(open_for, line, language):
    User.objects.filter(pk=line.chief.pk).update(language=language)
    paths = pages_of(line)
    page = open_for(line.chief, PHONE)
    assert too_wide(page, paths) == []


def test_pages_bar_nobody_out(open_for, line):
    paths = pages_of(line)
    page = open_for(line.chief, DESK, color_scheme="light")
    assert barriers(page, paths) == {}
