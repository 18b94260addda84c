"""Gateways on this machine, which only tests may call, and a purpose for messages."""

import ipaddress

import pytest

from messaging import actions, purposes
from messaging.models import Message
from messaging.ways import wecom
from tests.factories import Line, make_ruled_line
from tests.messaging.gateways import Gateway, SmsGateway, WeComDouble


@pytest.fixture(autouse=True)
def _this_machine_may_be_called(settings):
    settings.WEBHOOK_ALLOW_HTTP = True
    settings.WEBHOOK_NETWORKS = [ipaddress.ip_network("127.0.0.0/8")]
    settings.MESSAGE_TIMEOUT_S = 1
    purposes.register("tests.answer", "Answer")
    wecom._tokens.clear()


@pytest.fixture
def stand_up():
    """Stand up gateways that go when the test is over."""
    standing: list[Gateway] = []

    def up(gateway: Gateway) -> Gateway:
        standing.append(gateway)
        return gateway

    yield up
    for gateway in standing:
        gateway.close()


@pytest.fixture
def sms(stand_up, settings) -> SmsGateway:
    gateway = stand_up(SmsGateway())
    settings.SMS_URL = gateway.url
    return gateway


@pytest.fixture
def wecom_double(stand_up, settings) -> WeComDouble:
    double = stand_up(WeComDouble())
    settings.WECOM_API = f"{double.url}/cgi-bin"
    settings.WECOM_CORP_ID, settings.WECOM_SECRET, settings.WECOM_AGENT_ID = "corp", "secret", 7
    return double


@pytest.fixture
def line() -> Line:
    return make_ruled_line("worker", "admin")


def send(line: Line, way: str = "sms", address: str = "12000000001", **fields) -> Message:
    usual = {"body": "路灯已修好", "subject": "答复", "purpose": "tests.answer", "reference": 7, "actor": None}
    return actions.send(district=line.district, way=way, address=address, **usual | fields)
