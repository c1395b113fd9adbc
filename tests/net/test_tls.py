"""Certificates are verified, always; what the handshake proved is part of the evidence."""

import hashlib
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.model.capture import Fetched, FetchFailed
from tests.loopback import LoopbackServer, Response
from tests.net.rig import rig

trustme = pytest.importorskip("trustme")


@pytest.fixture(scope="module")
def authority() -> object:
    return trustme.CA()


@pytest.fixture
def ca_file(authority: "trustme.CA", tmp_path: Path) -> str:  # type: ignore[name-defined]
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)


def _context(certificate: object) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)  # type: ignore[attr-defined]
    return context


@pytest.fixture
def secure(authority: "trustme.CA") -> Iterator[LoopbackServer]:  # type: ignore[name-defined]
    with LoopbackServer(context=_context(authority.issue_cert("localhost"))) as server:
        server.set("/", Response(body=b"proven", gzip=True))
        yield server


def test_a_capture_keeps_what_the_handshake_proved(secure: LoopbackServer, ca_file: str) -> None:
    with rig(secure, ca_file=ca_file) as it:
        first, second = it.capture("/"), it.capture("/")
    pem = ssl.get_server_certificate(("127.0.0.1", secure.port))
    expected = hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest()
    assert first.body == b"proven"
    assert first.tls_version == "TLSv1.3"
    assert first.certificate_sha256 == expected
    assert second.certificate_sha256 == expected
    assert first.hops[0].peer == "127.0.0.1"


def test_a_certificate_of_an_unknown_authority_is_refused(secure: LoopbackServer) -> None:
    with rig(secure) as it:
        assert it.failure("/").code == "tls"
        assert it.clock.slept == []
    assert secure.requests == ()


def test_a_certificate_for_another_host_is_refused(authority: "trustme.CA", ca_file: str) -> None:  # type: ignore[name-defined]
    with (
        LoopbackServer(context=_context(authority.issue_cert("www.cms.gov"))) as server,
        rig(server, ca_file=ca_file) as it,
    ):
        assert it.failure("/").code == "tls"
        assert server.requests == ()


def test_an_expired_certificate_is_refused(authority: "trustme.CA", ca_file: str) -> None:  # type: ignore[name-defined]
    expired = authority.issue_cert("localhost", not_after=datetime(2020, 1, 1, tzinfo=UTC))
    with LoopbackServer(context=_context(expired)) as server, rig(server, ca_file=ca_file) as it:
        failure = it.failure("/")
    assert failure.code == "tls"
    assert "expired" in failure.reason


def test_a_server_that_speaks_no_tls_is_refused(server: LoopbackServer) -> None:
    origins = {"www.fda.gov": f"https://127.0.0.1:{server.port}"}
    with rig(origins=origins, deadline_s=1.0, connect_timeout_s=0.5) as it:
        assert it.failure("/").code in {"tls", "reset", "timeout"}


def test_a_handshake_that_never_ends_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        origins = {"www.fda.gov": f"https://127.0.0.1:{mute.getsockname()[1]}"}
        with rig(origins=origins, connect_timeout_s=0.3) as it:
            assert it.failure("/").code == "timeout"


def test_an_inner_peer_is_refused_before_the_handshake(secure: LoopbackServer, ca_file: str) -> None:
    before = secure.connections
    with rig(secure, ca_file=ca_file, allow_nets=()) as it:
        assert it.failure("/").code == "forbidden-address"
    assert secure.connections == before


@pytest.mark.parametrize(("gzip", "proven"), [(True, True), (False, False)])
def test_a_length_is_unproven_over_tls_too(secure: LoopbackServer, ca_file: str, gzip: bool, proven: bool) -> None:
    secure.set("/", Response(body=b"x" * 100_000, gzip=gzip, length=-1))
    with rig(secure, ca_file=ca_file) as it:
        outcome = it.fetch("/")
    assert isinstance(outcome, Fetched | FetchFailed)
    if isinstance(outcome, Fetched):
        assert (outcome.capture.header("x-cmaa-unproven-length") is None) == proven
