"""Where webhooks may go, and that a name, a redirect or a certificate leads nowhere else."""

import datetime as dt
import ipaddress
import socket
import ssl
import threading
import time
from http.server import ThreadingHTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.core.exceptions import ImproperlyConfigured, ValidationError

from gateway import addresses
from gateway.states import Failure
from gateway.transport import Link
from governance import env
from tests.gateway.doors import Door, Handler, Server, silent

PRIVATE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.1.2.3", "224.0.0.1",
    "255.255.255.255", "192.0.2.7", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "::ffff:10.0.0.1",
    "::ffff:169.254.169.254", "64:ff9b::a00:1", "2002:0a00:0001::1", "ff02::1",
]  # fmt: skip


@pytest.fixture
def no_private_networks(settings):
    settings.WEBHOOK_NETWORKS = []


@pytest.mark.parametrize("address", PRIVATE)
def test_addresses_that_are_not_public_are_refused(no_private_networks, address):
    assert not addresses.is_allowed(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "223.5.5.5", "2400:3200::1", "::ffff:8.8.8.8"])
def test_public_addresses_are_allowed(no_private_networks, address):
    assert addresses.is_allowed(address)


def test_a_network_that_the_installation_names_is_allowed_and_no_other(settings):
    settings.WEBHOOK_NETWORKS = [ipaddress.ip_network("10.20.0.0/16"), ipaddress.ip_network("fd00::/8")]
    assert addresses.is_allowed("10.20.3.4")
    assert addresses.is_allowed("::ffff:10.20.3.4")
    assert addresses.is_allowed("fd00::5")
    assert not addresses.is_allowed("10.21.0.1")


def test_a_network_that_is_none_stops_the_start_by_name(monkeypatch):
    monkeypatch.setenv("WEBHOOK_NETWORKS", "10.0.0.0/8, intranet")
    with pytest.raises(ImproperlyConfigured, match=r"WEBHOOK_NETWORKS.*'intranet'"):
        env.networks("WEBHOOK_NETWORKS")


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "ftp://example.com/",
        "https://user:word@example.com/",
        "https://10.0.0.1/",
        "https://[::1]/",
        "https://169.254.169.254/latest/",
        "https:///nothing",
        "https://example.com:99999/",
        "https://example.com:0/",
    ],
)
def test_an_address_that_could_never_do_is_refused_when_it_is_typed(settings, url):
    settings.WEBHOOK_ALLOW_HTTP, settings.WEBHOOK_NETWORKS = False, []
    with pytest.raises(ValidationError):
        addresses.check_url(url)


def test_an_ordinary_address_is_taken(settings):
    settings.WEBHOOK_ALLOW_HTTP, settings.WEBHOOK_NETWORKS = False, []
    addresses.check_url("https://hooks.example.com:8443/a/b?c=d")


def test_a_name_that_leads_inside_is_stopped_when_it_is_called(door, no_private_networks):
    answer = Link(door.url.replace("127.0.0.1", "localhost")).post(b"{}", {})
    assert answer.failure == Failure.BLOCKED
    assert door.taken == []


def test_one_inner_address_among_others_is_enough_to_stop_it(door, no_private_networks, monkeypatch):
    both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 443)) for ip in ("8.8.8.8", "127.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: both)
    assert Link("https://rebound.example/").post(b"{}", {}).failure == Failure.BLOCKED


def test_a_name_that_answers_otherwise_the_second_time_leads_nowhere_new(door, settings, monkeypatch):
    """DNS rebinding: the name is asked once, and the connection goes to the address that was checked."""
    settings.WEBHOOK_NETWORKS = [ipaddress.ip_network("127.0.0.1/32")]
    port, asked = door.server.server_port, []
    real = socket.getaddrinfo

    def rebinding(host, *args, **more):
        if host != "rebound.example":
            return real(host, *args, **more)
        asked.append(host)
        ip = "127.0.0.1" if len(asked) == 1 else "127.0.0.2"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port))]

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    link = Link(f"http://rebound.example:{port}/hook")
    assert link.post(b"{}", {}).status == 200
    assert asked == ["rebound.example"]
    assert door.taken[0][0]["Host"] == f"rebound.example:{port}"
    link.close()
    assert link.post(b"{}", {}).failure == Failure.BLOCKED
    assert len(door.taken) == 1


def test_a_redirect_is_not_followed(open_door):
    inner, outer = open_door(), open_door()
    outer.usual = (307, {"Location": inner.url})
    assert Link(outer.url).post(b"{}", {}).failure == Failure.REDIRECT
    assert inner.taken == []


def test_an_unknown_name_says_so():
    assert Link("https://no-such-host.invalid/").post(b"{}", {}).failure == Failure.NAME


def test_a_name_that_is_no_name_says_so():
    assert Link(f"https://{'长' * 80}.example/").post(b"{}", {}).failure == Failure.NAME


def test_the_time_counts_for_all_together(open_door):
    door = open_door()
    door.usual = silent
    began = time.monotonic()
    assert Link(door.url, seconds=0.4).post(b"{}", {}).failure == Failure.TIMEOUT
    assert time.monotonic() - began < 1


def test_one_connection_serves_many(door):
    link = Link(door.url)
    for _ in range(3):
        assert link.post(b"{}", {}).status == 200
    assert len({headers["Host"] for headers, _, _ in door.taken}) == 1
    assert link._open is not None
    link.close()


def test_a_long_answer_is_not_read_to_its_end(door):
    def endless(handler: Handler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n")
        while True:
            handler.wfile.write(b"x" * 65536)

    door.usual = endless
    answer = Link(door.url).post(b"{}", {})
    assert (answer.status, answer.failure) == (200, None)
    assert answer.seconds < 0.9


@pytest.mark.parametrize(
    ("text", "expected"), [("7", 7.0), ("", None), ("soon", None), ("-5", None), ("9" * 400, 999999999.0)]
)
def test_the_pause_that_is_asked_for_is_read(door, text, expected):
    door.usual = (503, {"Retry-After": text})
    assert Link(door.url).post(b"{}", {}).retry_after == expected


class Certified:
    """A door with TLS, under a certificate of our own making for `localhost`."""

    def __init__(self, directory) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
        now = dt.datetime.now(dt.UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(1)
            .not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        self.file = directory / "ca.pem"
        self.file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        both = directory / "both.pem"
        secret = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        both.write_bytes(secret + self.file.read_bytes())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(both)
        self.door = Door.__new__(Door)
        self.door.usual, self.door.replies, self.door.taken = 200, [], []
        self.door.lock = threading.Lock()
        self.server: ThreadingHTTPServer = Server(("127.0.0.1", 0), Handler)
        self.server.door = self.door
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        self.port = self.server.server_port


@pytest.fixture
def certified(tmp_path):
    made = Certified(tmp_path)
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def _this_machine_both_ways(settings):
    settings.WEBHOOK_NETWORKS = [ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128")]


@pytest.mark.usefixtures("_this_machine_both_ways")
def test_a_trusted_certificate_is_checked_against_the_name(certified, settings):
    settings.WEBHOOK_CA_FILE = str(certified.file)
    assert Link(f"https://localhost:{certified.port}/").post(b"{}", {}).status == 200
    other_name = Link(f"https://127.0.0.1:{certified.port}/").post(b"{}", {})
    assert other_name.failure == Failure.TLS


@pytest.mark.usefixtures("_this_machine_both_ways")
def test_an_untrusted_certificate_is_refused(certified):
    assert Link(f"https://localhost:{certified.port}/").post(b"{}", {}).failure == Failure.TLS
    assert certified.door.taken == []
