"""Slack and Teams: a post to an address that is a secret and stays one."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from monitor.channels.chat import ChatChannel
from monitor.model.delivery import Delivery, DeliveryOutcome, Refused, Sent
from monitor.model.ids import DeliveryId
from tests.loopback import LoopbackServer, Response
from tests.net.rig import Rig, rig

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PATH = "/services/T000/B000/s3cr3t?sig=s1gned"
DELIVERY = Delivery(
    id=DeliveryId("dlv_1"),
    kind="change",
    subject_id="CH-2026-0001",
    channel="slack",
    recipient_id="room",
    payload=b'{"text":"x"}',
)


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer() as server:
        yield server


@pytest.fixture
def loopback() -> Iterator[Rig]:
    with rig(allow_http_hosts=frozenset({"127.0.0.1"})) as made:
        yield made


def send(loopback: Rig, server: LoopbackServer, answer: Response, name: str = "Slack") -> DeliveryOutcome:
    server.set(PATH, answer)
    return ChatChannel(loopback.client, name).send(DELIVERY, "", server.url(PATH), NOW)


def test_the_frozen_payload_is_posted_as_it_stands(loopback: Rig, server: LoopbackServer) -> None:
    assert send(loopback, server, Response(body=b"ok")) == Sent(code=200)
    assert send(loopback, server, Response(status=202), "Teams") == Sent(code=202)
    assert [post.body for post in server.posts()] == [DELIVERY.payload] * 2


@pytest.mark.parametrize(
    ("status", "permanent"),
    [(400, True), (403, True), (404, True), (410, True), (429, False), (500, False), (302, False)],
)
def test_the_answer_says_whether_to_try_again(
    loopback: Rig, server: LoopbackServer, status: int, permanent: bool
) -> None:
    outcome = send(loopback, server, Response(status=status, headers={"Retry-After": "30"}))
    assert isinstance(outcome, Refused)
    assert (outcome.code, outcome.permanent, outcome.retry_after_s) == (status, permanent, 30.0)


def test_the_secret_address_is_never_part_of_a_reason(loopback: Rig) -> None:
    addresses = [
        f"http://127.0.0.1:1{PATH}",
        f"http://10.9.8.7{PATH}",
        f"ftp://hooks.invalid{PATH}",
        "not an address s3cr3t",
    ]
    for address in addresses:
        outcome = ChatChannel(loopback.client, "Slack").send(DELIVERY, "", address, NOW)
        assert isinstance(outcome, Refused)
        assert "s3cr3t" not in outcome.reason
        assert "s1gned" not in outcome.reason


def test_a_missing_address_is_no_permanent_failure(loopback: Rig) -> None:
    outcome = ChatChannel(loopback.client, "Slack").send(DELIVERY, "", None, NOW)
    assert isinstance(outcome, Refused)
    assert not outcome.permanent
