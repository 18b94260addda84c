"""Rows of the world of tests/test_access.py that hold what no page may name to those who may not see them."""

import datetime as dt

from django.utils import timezone

from accounts.models import User
from bulletins.actions import composing, subscribing, writing
from care import actions as care
from care.models import HandOver
from facilities.models import FacilityImport
from gateway.models import Delivery, Receiver
from grids.models import Post
from hotline.exchange import partners
from hotline.models import ExchangeStatus
from insights.measures import Measure
from insights.models import Tally
from messaging import actions as messaging
from messaging import purposes
from messaging.models import Message
from surveys import actions as surveys
from surveys.models import Sampled
from tests.facilities.rows import make_facility
from tests.factories import Line
from tests.hotline.platform import bring
from tests.hotlines import make_request
from tests.registers import make_care_membership, make_grant, make_house, make_resident
from tests.surveys.rows import make_survey
from workorders.models import WorkOrder


def make_care(line: Line, actor: User) -> dict[str, object]:
    """Make a resident with a proposed tier and a care group, a switch, a plan of contact households, a hand-over."""
    house = make_house(line.base)
    resident = make_resident(house, name="SecretName")
    plan = care.draw_up(line.base, actor=actor)
    item = HandOver.objects.create(
        district=line.district,
        post=Post.objects.get(user=line.worker),
        node=line.base,
        ends_on=timezone.localdate(),
        made_at=timezone.now(),
    )
    return {
        "grant": make_grant(resident, "orange", state="proposed"),
        "care_group": make_care_membership(resident),
        "tier_switch": care.ask_to_turn_on(line.district, "orange", actor=actor, basis="SecretDocument"),
        "contact_plan": plan,
        "hand_over": item,
    }


def make_briefing(line: Line, actor: User) -> dict[str, object]:
    """Make the draft of a daily report with a word that only its readers may see, and a subscription."""
    today = timezone.localdate()
    Tally.objects.get_or_create(node=line.district, day=today, measure=Measure.FOUND, key="grid", defaults={"count": 1})
    draft = composing.compose(line.district, actor=actor, kind="daily", day=today)
    words = {"overview": "SecretWord"}
    bulletin = writing.edit(draft, actor=actor, title="SecretReport", texts=words, version=draft.version)
    User.objects.filter(pk=actor.pk).update(email="all@example.org")
    actor.email = "all@example.org"
    wanted = subscribing.subscribe(actor=actor, node=line.district, topic="bulletin", length="day")
    return {"bulletin": bulletin, "subscription": wanted}


def make_delivery(line: Line, order: WorkOrder) -> Delivery:
    """Make a receiver in the district that was told of the report; nobody answers at its address."""
    receiver = Receiver.objects.create(
        district=line.district, name="SecretCity", url="https://192.0.2.1/SecretHook", secret="x"
    )
    return Delivery.objects.create(receiver=receiver, event=order.events.earliest("id"), order=order)


def make_message(line: Line) -> Message:
    """Make a message to a resident that the gateway refused."""
    purposes.register("tests.answer", "Answer")
    message = messaging.send(
        district=line.district,
        way="sms",
        address="12000000001",
        body="SecretAnswer",
        purpose="tests.answer",
        actor=None,
    )
    Message.objects.filter(pk=message.pk).update(state="failed")
    return message


def make_exchange(line: Line) -> dict[str, object]:
    """Make an exchange with one refused row, something told, and a partner."""
    run = bring(line.district, [{"工单编号": "", "诉求标题": "SecretSubject"}], file_name="SecretFile.csv")
    told = make_request(line, platform_no="SecretNumber")
    status = ExchangeStatus.objects.create(
        district=line.district, matter=told, platform_no=told.platform_no, state="received", sealed="{}"
    )
    partner = partners.add(line.district, actor=None, name="SecretPlatform", now=timezone.now())
    return {"exchange": run, "exchange_status": status, "exchange_partner": partner}


def make_facilities(line: Line, actor: User) -> dict[str, object]:
    """Make a manhole cover, and a list of others that somebody looks at."""
    upload = FacilityImport.objects.create(
        district=line.district, actor=actor, file_name="SecretList.csv", content=b"", crs="wgs84"
    )
    return {"facility": make_facility(line.base, name="SecretCover"), "facility_import": upload}


def make_asked(line: Line) -> dict[str, object]:
    """Make a questionnaire with the one resident who was drawn, and one that is being drafted."""
    resident = make_resident(make_house(line.base), name="SecretAnswerer", born_on=dt.date(1970, 1, 1))
    survey = surveys.open_up(make_survey(line.community, title="SecretQuestions", size=100), actor=None)
    sampled = Sampled.objects.get(survey=survey, resident=resident)
    return {"survey": survey, "sampled": sampled, "survey_draft": make_survey(line.community, title="SecretDraft")}
