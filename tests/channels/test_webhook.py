import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from monitor.channels.webhook import WebhookChannel
from monitor.model.delivery import Delivery, DeliveryOutcome, Refused, Sent
from monitor.model.ids import DeliveryId
from tests.channels import receiver
from tests.loopback import LoopbackServer, Response
from tests.net.rig import Rig, rig

NOW = datetime(2026, 11, 2, 6, 0, tzinfo=UTC)
BODY = json.dumps({"specversion": "1.0", "data": "Ünïcode"}, ensure_ascii=False).encode()
DELIVERY = Delivery(
    id=DeliveryId("dlv_abcdefghijklmnopqrstuvwxyz"[:30]),
    kind="change",
    subject_id="CH-2026-0001",
    channel="webhook",
    recipient_id="desk",
    payload=BODY,
)


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer() as server:
        yield server


@pytest.fixture
def loopback() -> Iterator[Rig]:
    with rig(allow_http_hosts=frozenset({"127.0.0.1"})) as made:
        yield made


def send(
    loopback: Rig,
    server: LoopbackServer,
    answer: Response,
    *,
    secret: str | None = receiver.SECRET,
    now: datetime = NOW,
) -> DeliveryOutcome:
    server.set("/hook", answer)
    return WebhookChannel(loopback.client).send(DELIVERY, server.url("/hook"), secret, now)


def test_the_receiver_can_verify_what_it_got_and_nobody_can_change_it(loopback: Rig, server: LoopbackServer) -> None:
    assert send(loopback, server, Response(status=204)) == Sent(code=204)
    (post,) = server.posts()
    assert post.body == BODY
    assert post.headers["content-type"] == "application/cloudevents+json"
    assert post.headers["webhook-id"] == DELIVERY.id
    now_s = NOW.timestamp()
    assert receiver.accepts(post.headers, post.body, secret=receiver.SECRET, now_s=now_s)
    assert not receiver.accepts(post.headers, post.body + b" ", secret=receiver.SECRET, now_s=now_s)
    assert not receiver.accepts(post.headers, post.body, secret="whsec_" + "A" * 32, now_s=now_s)
    assert not receiver.accepts(post.headers, post.body, secret=receiver.SECRET, now_s=now_s + 3600)
    assert not receiver.accepts(
        {**post.headers, "webhook-id": "dlv_other"}, post.body, secret=receiver.SECRET, now_s=now_s
    )
    unsigned = {name: value for name, value in post.headers.items() if name != "webhook-signature"}
    assert not receiver.accepts(unsigned, post.body, secret=receiver.SECRET, now_s=now_s)


def test_the_published_vector_is_signed_as_published(loopback: Rig, server: LoopbackServer) -> None:
    server.set("/hook", Response())
    vector = replace(DELIVERY, id=DeliveryId(receiver.VECTOR_ID), payload=receiver.VECTOR_BODY)
    at = datetime.fromtimestamp(receiver.VECTOR_AT, UTC)
    WebhookChannel(loopback.client).send(vector, server.url("/hook"), receiver.SECRET, at)
    (post,) = server.posts()
    assert post.headers["webhook-timestamp"] == str(receiver.VECTOR_AT)
    assert post.headers["webhook-signature"] == receiver.VECTOR_SIGNATURE
    rotating: Mapping[str, str] = {**post.headers, "webhook-signature": f"v1,{'A' * 43}= {receiver.VECTOR_SIGNATURE}"}
    assert receiver.accepts(rotating, post.body, secret=receiver.SECRET, now_s=receiver.VECTOR_AT)


def test_a_repeat_has_the_same_id_and_body_and_the_time_of_its_own_attempt(
    loopback: Rig, server: LoopbackServer
) -> None:
    for hours in (0, 3):
        send(loopback, server, Response(status=500), now=NOW + timedelta(hours=hours))
    first, second = server.posts()
    assert (first.headers["webhook-id"], first.body) == (second.headers["webhook-id"], second.body)
    stamps = [int(post.headers["webhook-timestamp"]) for post in (first, second)]
    assert stamps[1] - stamps[0] == 3 * 3600


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_2xx_is_sent(loopback: Rig, server: LoopbackServer, status: int) -> None:
    assert send(loopback, server, Response(status=status)) == Sent(code=status)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_a_failure_and_never_followed(loopback: Rig, server: LoopbackServer, status: int) -> None:
    outcome = send(loopback, server, Response(status=status, headers={"Location": server.url("/elsewhere")}))
    assert isinstance(outcome, Refused)
    assert (outcome.code, outcome.permanent) == (status, False)
    assert server.paths() == ["/hook"]


@pytest.mark.parametrize(
    ("status", "permanent"),
    [
        (400, True),
        (401, True),
        (403, True),
        (404, True),
        (410, True),
        (408, False),
        (425, False),
        (429, False),
        (500, False),
        (503, False),
    ],
)
def test_what_will_not_heal_by_itself_is_permanent(
    loopback: Rig, server: LoopbackServer, status: int, permanent: bool
) -> None:
    outcome = send(loopback, server, Response(status=status))
    assert isinstance(outcome, Refused)
    assert (outcome.code, outcome.permanent, outcome.retry_after_s) == (status, permanent, None)
    assert str(status) in outcome.reason


def test_retry_after_is_handed_on(loopback: Rig, server: LoopbackServer) -> None:
    outcome = send(loopback, server, Response(status=429, headers={"Retry-After": "120"}))
    assert isinstance(outcome, Refused)
    assert (outcome.permanent, outcome.retry_after_s) == (False, 120.0)


def test_a_receiver_that_hangs_up_is_tried_again(loopback: Rig, server: LoopbackServer) -> None:
    outcome = send(loopback, server, Response(raw=b"", reset=True))
    assert isinstance(outcome, Refused)
    assert (outcome.code, outcome.permanent) == (None, False)


def test_a_receiver_that_is_too_slow_is_tried_again(server: LoopbackServer) -> None:
    from monitor.net.client import HttpClient
    from monitor.net.post import PostOutcome

    class Impatient(HttpClient):
        def post(self, url: str, body: bytes, headers: Mapping[str, str], *, timeout_s: float) -> PostOutcome:
            assert timeout_s <= 30
            return super().post(url, body, headers, timeout_s=0.1)

    server.set("/hook", Response(delay_s=0.5))
    with rig(allow_http_hosts=frozenset({"127.0.0.1"})) as made:
        client = made.client
        impatient = Impatient(
            client._policy,
            origins={},
            robots=made.robots,
            now=made.clock.now,
            sleep=made.clock.sleep,
            monotonic=made.clock.monotonic,
        )
        outcome = WebhookChannel(impatient).send(DELIVERY, server.url("/hook"), receiver.SECRET, NOW)
        impatient.close()
    assert isinstance(outcome, Refused)
    assert (outcome.code, outcome.permanent) == (None, False)


def test_without_a_secret_the_event_carries_no_signature(loopback: Rig, server: LoopbackServer) -> None:
    assert isinstance(send(loopback, server, Response(), secret=None), Sent)
    assert not any("signature" in name for name in server.posts()[0].headers)


@pytest.mark.parametrize(
    "secret", ["", "whsec_", "hunter2", "whsec_not base64!", "whsec_a", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLjSw"]
)
def test_a_secret_of_another_form_sends_nothing_and_is_not_repeated(
    loopback: Rig, server: LoopbackServer, secret: str
) -> None:
    outcome = send(loopback, server, Response(), secret=secret)
    assert isinstance(outcome, Refused)
    assert "whsec_ followed by base64" in outcome.reason
    assert not secret or len(secret) < 7 or secret not in outcome.reason
    assert server.posts() == []
