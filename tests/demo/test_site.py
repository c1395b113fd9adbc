"""The server of the demo, asked by the guarded client."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from time import monotonic

import pytest

from monitor.config import shipped
from monitor.demo.edits import Break, Fault, Remove, SetRobots, Stamp
from monitor.demo.site import Server, Site, open_port
from monitor.demo.story import BrokenStory, read_story
from monitor.model.capture import FetchBlocked, Fetched, FetchFailed, FetchOutcome, NotModified, Validators
from monitor.model.ids import SourceId
from monitor.model.watch import Robots
from monitor.net.client import HttpClient
from monitor.net.policy import Policy

NOW = datetime(2026, 9, 21, 11, 3, tzinfo=UTC)
FDA, APPENDIX = SourceId("fda.ai-devices"), SourceId("ama.appendix-s")
URLS = {FDA: "https://www.fda.gov/media/178541/download?attachment", APPENDIX: "https://www.ama-assn.org/appendix-s"}


class NoRobots:
    """Remembers nothing, so that each client asks anew."""

    def load(self, origin: str) -> Robots | None:
        return None

    def save(self, robots: Robots) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with open_port() as server:
        server.site = Site(read_story(shipped("data/demo")), URLS, NOW)
        yield server


def site_of(server: Server) -> Site:
    assert server.site is not None
    return server.site


def get(server: Server, url: str, validators: Validators | None = None) -> FetchOutcome:
    loopback = (ip_network("127.0.0.0/8"),)
    client = HttpClient(
        Policy(
            user_agent="cmaa-monitor/0 (test)", pace_s=0, jitter_s=0, retries=0, allow_nets=loopback, only_nets=loopback
        ),
        origins={host: f"{server.base_url}/{host}" for host in ("www.fda.gov", "www.ama-assn.org")},
        robots=NoRobots(),
        now=lambda: NOW,
        sleep=lambda _: None,
        monotonic=monotonic,
    )
    try:
        return client.fetch(url, validators=validators, respect_robots=True)
    finally:
        client.close()


def fetched(outcome: FetchOutcome) -> Fetched:
    assert isinstance(outcome, Fetched), outcome
    return outcome


def test_a_copy_has_its_media_type_and_both_validators(server: Server) -> None:
    capture = fetched(get(server, URLS[FDA])).capture
    assert (capture.status, capture.media_type) == (200, "text/csv")
    assert capture.validators.etag
    assert capture.validators.last_modified == "Mon, 21 Sep 2026 11:03:00 GMT"


def test_an_unchanged_copy_is_answered_304_and_a_changed_one_is_not(server: Server) -> None:
    validators = fetched(get(server, URLS[APPENDIX])).capture.validators
    assert isinstance(get(server, URLS[APPENDIX], validators), NotModified)
    site_of(server).apply(Stamp(source_id=APPENDIX, text="UPDATED | 9 Min Read"), NOW + timedelta(days=1))
    assert b"9 Min Read" in fetched(get(server, URLS[APPENDIX], validators)).capture.body


def test_the_apology_is_a_redirect_to_a_page_that_is_not_there(server: Server) -> None:
    site_of(server).apply(Break(source_id=FDA, fault=Fault.APOLOGY), NOW)
    capture = fetched(get(server, URLS[FDA])).capture
    assert [hop.status for hop in capture.hops] == [302, 404]
    assert "apology_objects" in capture.final_url


def test_a_cut_copy_never_arrives(server: Server) -> None:
    site_of(server).apply(Break(source_id=FDA, fault=Fault.TRUNCATED), NOW)
    outcome = get(server, URLS[FDA])
    assert isinstance(outcome, FetchFailed)
    assert outcome.code == "truncated"


def test_robots_of_one_host_bind_that_host_only(server: Server) -> None:
    site_of(server).apply(SetRobots(host="www.fda.gov", text="User-agent: *\nDisallow: /media/\n"), NOW)
    assert isinstance(get(server, URLS[FDA]), FetchBlocked)
    assert isinstance(get(server, URLS[APPENDIX]), Fetched)


def test_an_unknown_page_is_not_there(server: Server) -> None:
    assert fetched(get(server, "https://www.fda.gov/elsewhere")).capture.status == 404


def test_an_edit_that_does_not_fit_is_a_broken_story(server: Server) -> None:
    with pytest.raises(BrokenStory, match="K999999"):
        site_of(server).apply(Remove(source_id=FDA, keys=("K999999",)), NOW)
