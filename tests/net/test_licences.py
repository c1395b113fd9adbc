"""A licence's token: asked for when it is needed, renewed when it dies, sent to its origin only and kept nowhere."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from msgspec.structs import asdict, replace

from monitor.model.capture import FetchBlocked, Fetched
from monitor.model.licence import Licence
from tests.loopback import LoopbackServer, Request, Response
from tests.net.rig import OFFICIAL, MemoryRobots, Rig, rig

DETAIL, REPORT, AGREE = "/v1/data/lcd/?lcdid=39840", "/v1/reports/lcds/", "/v1/licence/"
LICENCE = Licence(
    id="demo",
    name="DEMO licence",
    origin=OFFICIAL,
    token_url=OFFICIAL + AGREE,
    paths=("/v1/data/",),
    lifetime_s=3600.0,
    withheld=("long_description",),
    terms="DEMO terms.",
    opens="DEMO details",
)


class Office:
    """Gives a new token at each asking and answers only to the newest ``valid`` ones."""

    def __init__(self, server: LoopbackServer) -> None:
        self.given: list[str] = []
        self.shown: list[str | None] = []
        self.dead: set[str] = set()
        self.body = b'{"data": [{"title": "DEMO"}]}'
        server.set(AGREE, self.agree)
        server.set(DETAIL, self.detail)
        server.set(REPORT, self.detail)

    def agree(self, _: Request) -> Response:
        self.given.append(f"DEMO-token-{len(self.given)}")
        body = json.dumps({"meta": {}, "data": [{"Token": self.given[-1]}]}).encode()
        return Response(body=body, media_type="application/json")

    def detail(self, request: Request) -> Response:
        shown = request.headers.get("authorization")
        self.shown.append(shown)
        if shown is not None and shown.removeprefix("Bearer ") in self.dead:
            return Response(status=401, body=b'{"message": "expired"}', media_type="application/json")
        return Response(body=self.body, media_type="application/json")


@pytest.fixture
def office(server: LoopbackServer) -> Office:
    return Office(server)


@pytest.fixture
def licensed(server: LoopbackServer) -> Iterator[Rig]:
    with rig(server, licences=(LICENCE,)) as one:
        yield one


def test_without_acceptance_nothing_is_agreed_to_and_no_token_sent(server: LoopbackServer, office: Office) -> None:
    with rig(server) as one:
        one.capture(DETAIL)
    assert (office.given, office.shown) == ([], [None])


def test_a_token_is_fetched_once_and_sent_to_what_lies_behind_the_licence_only(office: Office, licensed: Rig) -> None:
    for path in (REPORT, DETAIL, DETAIL):
        licensed.capture(path)
    assert office.given == ["DEMO-token-0"]
    assert office.shown == [None, "Bearer DEMO-token-0", "Bearer DEMO-token-0"]


def test_it_is_renewed_before_its_hour_is_over(office: Office, licensed: Rig) -> None:
    licensed.capture(DETAIL)
    licensed.clock.at += timedelta(minutes=54)
    licensed.capture(DETAIL)
    licensed.clock.at += timedelta(minutes=2)
    licensed.capture(DETAIL)
    assert office.shown == ["Bearer DEMO-token-0", "Bearer DEMO-token-0", "Bearer DEMO-token-1"]


def test_a_token_that_died_early_is_renewed_once(office: Office, licensed: Rig) -> None:
    licensed.capture(DETAIL)
    licensed.clock.at += timedelta(minutes=10)
    office.dead = {"DEMO-token-0"}
    capture = licensed.capture(DETAIL)
    assert (capture.status, office.given) == (200, ["DEMO-token-0", "DEMO-token-1"])
    assert [hop.status for hop in capture.hops] == [401, 200, 200]  # all that was asked is counted


def test_a_refusal_that_stays_is_an_answer_and_no_endless_renewing(office: Office, licensed: Rig) -> None:
    office.dead = {f"DEMO-token-{n}" for n in range(10)}
    assert [licensed.capture(DETAIL).status for _ in range(3)] == [401, 401, 401]
    assert office.given == ["DEMO-token-0"]


def test_the_token_is_kept_nowhere(office: Office, licensed: Rig) -> None:
    capture = licensed.capture(DETAIL)
    assert office.given
    assert "DEMO-token" not in repr(asdict(capture))
    assert "DEMO-token" not in repr(vars(licensed.client._tokens))


@pytest.mark.parametrize("where", ["body", "header", "location"])
def test_an_answer_that_repeats_the_token_is_not_kept(
    where: str, office: Office, licensed: Rig, server: LoopbackServer
) -> None:
    answers = {
        "body": Response(body=b'{"data": "DEMO-token-0"}'),
        "header": Response(headers={"X-Seen": "Bearer DEMO-token-0"}),
        "location": Response(status=302, headers={"Location": "/elsewhere?license_token=DEMO-token-0"}),
    }
    server.set(DETAIL, answers[where])
    failed = licensed.failure(DETAIL)
    assert failed.code == "licence"
    assert "DEMO-token" not in repr(failed)


def test_a_redirect_to_another_host_does_not_take_the_token_along(office: Office, server: LoopbackServer) -> None:
    with LoopbackServer() as other:
        seen: list[str | None] = []

        def note(request: Request) -> Response:
            seen.append(request.headers.get("authorization"))
            return Response(body=b"{}")

        other.set("/there", note)
        origins = {"www.fda.gov": server.base, "www.cms.gov": other.base}
        server.set(DETAIL, Response(status=302, headers={"Location": "https://www.cms.gov/there"}))
        with rig(server, origins=origins, licences=(LICENCE,)) as one:
            assert one.capture(DETAIL).final_url == "https://www.cms.gov/there"
    assert (seen, office.given) == ([None], ["DEMO-token-0"])


def test_what_the_terms_forbid_to_keep_is_emptied_and_that_is_said(office: Office, licensed: Rig) -> None:
    office.body = (
        b'{"data": [{"hcpc_code_id": "75577", "long_description" : "DEMO \\"words\\", of the AMA", "range": null}]}'
    )
    capture = licensed.capture(DETAIL)
    assert json.loads(capture.body) == {"data": [{"hcpc_code_id": "75577", "long_description": "", "range": None}]}
    assert capture.header("x-cmaa-withheld") == "long_description"
    assert capture.sha256 == licensed.capture(DETAIL).sha256


def test_what_came_of_a_broken_answer_is_not_kept(office: Office, licensed: Rig, server: LoopbackServer) -> None:
    server.set(DETAIL, Response(body=b'{"long_description": "DEMO words of the AMA"}' * 9, cut_at=60))
    assert licensed.failure(DETAIL).partial == b""


@pytest.mark.parametrize(
    "answer",
    [
        Response(status=500),
        Response(body=b"<html>agree first</html>"),
        Response(body=b'{"data": []}'),
        Response(body=b'{"data": [{"Token": "a\\r\\nHost: evil.invalid"}]}'),
        Response(body=b'{"data": [{"Token": 17}]}'),
        Response(body=b"[" * 100_000),
        Response(reset=True),
    ],
)
def test_without_a_token_the_detail_is_not_asked_for(
    answer: Response, office: Office, licensed: Rig, server: LoopbackServer
) -> None:
    server.set(AGREE, answer)
    failed = licensed.failure(DETAIL)
    assert office.shown == []
    assert "licence" in failed.reason or "token" in failed.reason
    assert failed.partial == b""


def test_robots_txt_is_asked_for_the_licence_too(office: Office, server: LoopbackServer) -> None:
    server.set("/robots.txt", Response(body=f"User-agent: *\nDisallow: {AGREE}\n".encode(), media_type="text/plain"))
    with rig(server, robots=MemoryRobots(), licences=(LICENCE,)) as one:
        outcome = one.fetch(DETAIL, robots=True)
        assert isinstance(outcome, FetchBlocked)
        assert "demo licence" in outcome.reason
        assert isinstance(one.fetch(REPORT, robots=True), Fetched)
    assert (office.given, office.shown) == ([], [None])


def test_the_specification_s_spelling_of_the_token_is_read_as_well(
    office: Office, licensed: Rig, server: LoopbackServer
) -> None:
    server.set(AGREE, Response(body=b'{"data": {"token": "DEMO-token-9"}}'))
    licensed.capture(DETAIL)
    assert office.shown == ["Bearer DEMO-token-9"]


def test_a_licence_covers_its_own_paths_on_its_own_host_only() -> None:
    assert LICENCE.covers(OFFICIAL + DETAIL)
    assert not LICENCE.covers(OFFICIAL + REPORT)
    assert not LICENCE.covers("https://www.fda.gov.evil.invalid/v1/data/lcd")
    assert not replace(LICENCE, origin="https://x.invalid").covers(OFFICIAL + DETAIL)
