"""Telling through Apprise, to a receiver on loopback: taken or not, and nothing more is ever claimed."""

import json
import logging
from collections.abc import Iterator

import pytest

from monitor.channels.apprise import AppriseChannel, is_address
from monitor.model.delivery import Delivery, DeliveryOutcome, Refused, Sent
from monitor.model.ids import DeliveryId
from tests.channels.test_email import NOW
from tests.loopback import LoopbackServer, Response

PAYLOAD = json.dumps({"title": "ACT: é", "body": "first line\nsecond line | dlv_1"}).encode()


def send(secret: str | None, payload: bytes = PAYLOAD, *, timeout_s: float = 20.0) -> DeliveryOutcome:
    delivery = Delivery(
        id=DeliveryId("dlv_1"), kind="change", subject_id="CH", channel="apprise", recipient_id="room", payload=payload
    )
    return AppriseChannel(timeout_s=timeout_s).send(delivery, "", secret, NOW)


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer() as server:
        yield server


@pytest.fixture
def address(server: LoopbackServer) -> str:
    return f"json://{server.base.removeprefix('http://')}/hook/s3cret"


def test_a_message_arrives_with_title_and_text_as_they_are(server: LoopbackServer, address: str) -> None:
    server.set("/hook/s3cret", Response(body=b"OK"))
    assert send(address) == Sent(code=0)
    (post,) = server.posts()
    told = json.loads(post.body)
    assert (told["title"], told["message"]) == ("ACT: é", "first line\nsecond line | dlv_1")


@pytest.mark.parametrize("status", [301, 400, 404, 410, 500])
def test_every_refusal_is_tried_again_as_nothing_more_is_known_of_it(
    server: LoopbackServer, address: str, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    server.set("/hook/s3cret", Response(status=status, headers={"Location": server.url("/elsewhere")}))
    server.set("/elsewhere", Response(body=b"OK"))
    with caplog.at_level(logging.INFO):
        outcome = send(address)
    assert isinstance(outcome, Refused)
    assert (outcome.permanent, outcome.gone, outcome.code) == (False, False, None)
    assert "/elsewhere" not in server.paths(), "no redirect is followed"
    assert "s3cret" not in outcome.reason + caplog.text


def test_an_address_that_calls_failures_successes_is_not_believed(server: LoopbackServer, address: str) -> None:
    server.set("/hook/s3cret", Response(status=500))
    assert isinstance(send(f"{address}?optional=yes"), Refused)


def test_a_service_that_hangs_is_not_waited_for_and_nobody_knows_what_became_of_it(
    server: LoopbackServer, address: str
) -> None:
    server.set("/hook/s3cret", Response(body=b"OK", delay_s=1.0))
    outcome = send(address, timeout_s=0.1)
    assert isinstance(outcome, Refused)
    assert "not known whether" in outcome.reason


@pytest.mark.parametrize(
    ("secret", "words"),
    [(None, "not in the environment"), ("nonsense s3cret", "no address that Apprise knows"), ("", "no address that")],
)
def test_what_is_no_address_sends_nothing_and_is_not_repeated(secret: str | None, words: str) -> None:
    outcome = send(secret)
    assert isinstance(outcome, Refused)
    assert words in outcome.reason
    assert "s3cret" not in outcome.reason
    assert not outcome.permanent


@pytest.mark.parametrize("payload", [b"[1]", b"{}", b"\xff"])
def test_a_payload_that_is_no_message_is_refused_for_good(payload: bytes) -> None:
    outcome = send("json://127.0.0.1", payload)
    assert isinstance(outcome, Refused)
    assert outcome.permanent


def test_an_address_is_known_without_sending(server: LoopbackServer, address: str) -> None:
    assert is_address(address)
    assert not is_address("nonsense")
    assert server.paths() == []
