"""Slack and Teams: a post to an address that is a secret and stays one."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from monitor.channels.chat import ChatChannel
from monitor.channels.chat_answers import contradiction_of_slack, contradiction_of_teams
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


def channel(loopback: Rig, name: str = "Slack") -> ChatChannel:
    return ChatChannel(loopback.client, name, contradiction_of_slack if name == "Slack" else contradiction_of_teams)


def send(loopback: Rig, server: LoopbackServer, answer: Response, name: str = "Slack") -> DeliveryOutcome:
    server.set(PATH, answer)
    return channel(loopback, name).send(DELIVERY, "", server.url(PATH), NOW)


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


@pytest.mark.parametrize(
    ("name", "body", "permanent", "gone"),
    [
        ("Slack", b"invalid_payload", True, False),
        ("Slack", b"no_service", True, True),
        ("Slack", b'{"ok":false,"error":"channel_is_archived"}', True, True),
        ("Slack", b"rollup_error", False, False),
        ("Slack", b'{"ok":false}', False, False),
        ("Slack", b"<!DOCTYPE html><html><body>Please sign in", False, False),
        ("Teams", b"<html><body>Please sign in", False, False),
        (
            "Teams",
            b"Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 413 with",
            True,
            False,
        ),
        (
            "Teams",
            b"Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429 with",
            False,
            False,
        ),
        ("Teams", b"... returned HTTP error 410 with ContextId", True, True),
        ("Teams", b'{"error":{"code":"WorkflowTriggerIsNotEnabled"}}', False, False),
        ("Teams", b"Bad payload received: error", False, False),
    ],
)
def test_a_good_status_is_not_believed_when_the_answer_says_otherwise(
    loopback: Rig, server: LoopbackServer, name: str, body: bytes, *, permanent: bool, gone: bool
) -> None:
    outcome = send(loopback, server, Response(body=body), name)
    assert isinstance(outcome, Refused), outcome
    assert (outcome.code, outcome.permanent, outcome.gone) == (200, permanent, gone)
    assert outcome.reason.startswith(f"{name} answered 200, but said ")


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("Slack", b""),
        ("Slack", b"ok\n"),
        ("Slack", b'{"success":true}'),
        ("Teams", b"1"),
        ("Teams", b'{"status":"posted","errors":0}'),
        ("Teams", b"Posted to the channel."),
    ],
)
def test_a_good_status_is_believed_with_every_answer_that_does_not_deny_it(
    loopback: Rig, server: LoopbackServer, name: str, body: bytes
) -> None:
    assert send(loopback, server, Response(body=body), name) == Sent(code=200)


@pytest.mark.parametrize("name", ["Slack", "Teams"])
def test_of_a_strangers_answer_nothing_is_repeated(loopback: Rig, server: LoopbackServer, name: str) -> None:
    outcome = send(loopback, server, Response(body=b"<html>error: no s3cr3t, no s1gned\r\n"), name)
    assert isinstance(outcome, Refused)
    assert not {"s3cr3t", "s1gned"} & set(outcome.reason.replace(",", " ").split())
    assert outcome.reason.isprintable()


def test_the_secret_address_is_never_part_of_a_reason(loopback: Rig) -> None:
    addresses = [
        f"http://127.0.0.1:1{PATH}",
        f"http://10.9.8.7{PATH}",
        f"ftp://hooks.invalid{PATH}",
        "not an address s3cr3t",
    ]
    for address in addresses:
        outcome = channel(loopback).send(DELIVERY, "", address, NOW)
        assert isinstance(outcome, Refused)
        assert "s3cr3t" not in outcome.reason
        assert "s1gned" not in outcome.reason


def test_a_missing_address_is_no_permanent_failure(loopback: Rig) -> None:
    outcome = channel(loopback).send(DELIVERY, "", None, NOW)
    assert isinstance(outcome, Refused)
    assert not outcome.permanent
