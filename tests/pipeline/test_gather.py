from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from monitor.model.capture import Fetched, FetchOutcome, Validators
from monitor.model.ids import RecordKey
from monitor.model.source import Reading, Route
from monitor.model.verdict import Verdict
from monitor.model.watch import WatchState
from monitor.pipeline.gather import MAX_PAGES, Gatherer
from monitor.pipeline.gathered import Gathered
from tests.fakes import NOW, CountingExtractor, ScriptedFetcher, SettableClock, blocked, failed, not_modified, page
from tests.pipeline.samples import ONE, OTHER, TWO, a_source, read_lines

NEW = WatchState(source_id=a_source().id)
PLAIN = "text/plain"
LATE = "https://www.cms.gov/late"


def gather(
    answers: Mapping[str, FetchOutcome | Sequence[FetchOutcome]],
    *routes: Route | str,
    state: WatchState = NEW,
    full_get_every: timedelta = timedelta(days=7),
    **source: Any,
) -> tuple[Gathered, ScriptedFetcher, CountingExtractor]:
    fetcher, reading = ScriptedFetcher(answers), CountingExtractor(read=read_lines)
    gatherer = Gatherer(fetcher=fetcher, now=SettableClock().now, full_get_every=full_get_every)
    return gatherer.gather(a_source(*routes, **source), state, reading), fetcher, reading


def good(url: str, *keys: str, following: str = "") -> FetchOutcome:
    return page(url, " ".join((*keys, *(("next:", following) if following else ()))).encode(), PLAIN)


def keys(gathered: Gathered) -> list[str]:
    assert gathered.snapshot is not None, gathered.ruling
    return [record.key for record in gathered.snapshot.records]


def test_the_first_healthy_route_is_taken_and_the_rest_are_left_alone() -> None:
    found, fetcher, _ = gather({ONE: good(ONE, "a"), TWO: good(TWO, "b")}, ONE, TWO)
    assert (keys(found), fetcher.asked) == (["a"], [ONE])


@pytest.mark.parametrize(
    "first", [page(ONE, b"", status=404), page(ONE, b"", status=500), page(ONE, b""), failed("reset")]
)
def test_a_route_that_fails_hands_on_to_the_next_in_order(first: FetchOutcome) -> None:
    found, fetcher, _ = gather({ONE: first, TWO: good(TWO, "b")}, ONE, TWO, OTHER)
    assert (keys(found), fetcher.asked) == (["b"], [ONE, TWO])
    assert [capture.official_url for capture in found.pages] == [TWO]


@pytest.mark.parametrize(
    "first", [blocked("robots"), blocked("retry-after"), page(ONE, b"no", status=403), failed("dns"), failed("timeout")]
)
def test_a_host_that_blocks_or_is_down_is_not_asked_again_on_its_other_routes(first: FetchOutcome) -> None:
    found, fetcher, _ = gather({ONE: first, TWO: good(TWO, "b"), OTHER: good(OTHER, "c")}, ONE, TWO, OTHER)
    assert (keys(found), fetcher.asked) == (["c"], [ONE, OTHER])


def test_when_every_route_fails_the_first_says_why() -> None:
    found, fetcher, _ = gather(
        {ONE: page(ONE, b"", status=500), TWO: failed("reset"), OTHER: failed("dns")}, ONE, TWO, OTHER
    )
    assert found.ruling is not None
    assert (found.ruling.verdict, found.ruling.code, len(fetcher.asked)) == (Verdict.FAILED, "server-error", 3)
    assert (found.snapshot, found.pages) == (None, ())


@pytest.mark.parametrize("code", ["truncated", "bad-encoding", "too-large"])
def test_half_a_copy_is_suspect_and_its_bytes_are_kept_whatever_the_next_route_says(code: str) -> None:
    found, _, _ = gather({ONE: failed(code, b"half"), OTHER: failed("dns")}, ONE, OTHER)
    assert found.ruling is not None
    assert (found.ruling.verdict, found.ruling.code, found.partial) == (Verdict.SUSPECT, code, b"half")


def test_a_source_without_an_address_fails_and_says_so() -> None:
    found, _, _ = gather({}, routes=())
    assert found.ruling is not None
    assert (found.ruling.verdict, found.ruling.code) == (Verdict.FAILED, "no-route")


def linked(text: str, href: str) -> Fetched:
    return page(ONE, f"<html><title>A page</title><p>Words.</p><a href='{href}'>{text}</a></html>".encode())


def test_a_link_is_followed_by_its_words_wherever_it_leads_now() -> None:
    route = Route(url=ONE, link_text="download a CSV")
    for href in ("/media/9?x", "https://www.cms.gov/media/9?x"):
        moved = "https://www.cms.gov/media/9?x"
        found, fetcher, _ = gather({ONE: linked("  Download   a csv file ", href), moved: good(moved, "a")}, route)
        assert (keys(found), fetcher.asked) == (["a"], [ONE, moved])
        assert [capture.official_url for capture in (*found.pages, *found.evidence)] == [moved, ONE]


def test_a_page_that_lost_its_link_is_suspect_and_the_next_route_is_tried() -> None:
    route = Route(url=ONE, link_text="Download a CSV")
    found, _, _ = gather({ONE: linked("Something else", "/x")}, route)
    assert found.ruling is not None
    assert (found.ruling.code, "Download a CSV" in found.ruling.reason) == ("link-missing", True)
    found, _, _ = gather({ONE: linked("Something else", "/x"), TWO: good(TWO, "b")}, route, TWO)
    assert keys(found) == ["b"]


def test_a_page_too_deep_to_search_for_its_link_is_suspect_and_the_next_route_is_tried() -> None:
    route = Route(url=ONE, link_text="Download a CSV")
    deep = page(ONE, b"<html><title>A page</title><body>" + b"<div>" * 5_000 + b"words")
    found, _, _ = gather({ONE: deep}, route)
    assert found.ruling is not None
    assert (found.ruling.verdict, found.ruling.code) == (Verdict.SUSPECT, "hostile-markup")
    found, _, _ = gather({ONE: deep, TWO: good(TWO, "b")}, route, TWO)
    assert keys(found) == ["b"]


def test_a_link_that_leads_to_no_web_address_is_not_followed() -> None:
    route = Route(url=ONE, link_text="Download")
    for href in ("javascript:alert(1)", "file:///etc/passwd", "mailto:x@example.org"):
        found, fetcher, _ = gather({ONE: linked("Download", href)}, route)
        assert (found.ruling is not None, fetcher.asked) == (True, [ONE])


def test_pages_are_read_to_the_end_and_an_item_that_slid_onto_the_next_is_kept_once() -> None:
    answers = {ONE: good(ONE, "a", "b", following=TWO), TWO: good(TWO, "b", "c", following=LATE), LATE: good(LATE, "d")}
    found, fetcher, _ = gather(answers)
    assert (keys(found), found.requests, len(found.pages)) == (["a", "b", "c", "d"], 4, 3)
    assert fetcher.asked == [ONE, TWO, LATE, ONE], "the first page proves that the list rested meanwhile"
    assert found.validators == Validators()


@pytest.mark.parametrize(
    "second", [failed("reset"), page(TWO, b"", status=502), page(TWO, b"no", status=403), blocked()]
)
def test_a_list_of_which_a_page_is_missing_is_no_list(second: FetchOutcome) -> None:
    found, _, _ = gather({ONE: good(ONE, "a", following=TWO), TWO: second})
    assert (found.snapshot, found.pages) == (None, ())
    assert found.ruling is not None
    assert not found.ruling.verdict.verified


def test_a_list_without_an_end_is_suspect() -> None:
    found, fetcher, _ = gather({ONE: good(ONE, "a", following=TWO), TWO: good(TWO, "b", following=ONE)})
    assert found.ruling is not None
    assert (found.ruling.code, fetcher.asked) == ("endless-paging", [ONE, TWO])
    many = {f"{ONE}?{n}": good(f"{ONE}?{n}", f"k{n}", following=f"{ONE}?{n + 1}") for n in range(MAX_PAGES + 5)}
    found, fetcher, _ = gather(many, f"{ONE}?0")
    assert found.ruling is not None
    assert (found.ruling.code, len(fetcher.asked)) == ("endless-paging", MAX_PAGES)


WEEKLY = "https://www.cms.gov/new?from={week_start:%Y%m%d}&to={week_end:%Y%m%d}"
SEEN = replace(NEW, last_good_at=NOW - timedelta(days=7))
WEEKS = (("20261116", "20261123"), ("20261109", "20261116"), ("20261102", "20261109"))
NEWEST, MIDDLE, OLDEST = (f"https://www.cms.gov/new?from={first}&to={after}" for first, after in WEEKS)


def test_a_weekly_list_is_asked_for_each_week_since_the_last_good_look_and_joined() -> None:
    answers = {
        NEWEST: good(NEWEST, "d"),
        MIDDLE: good(MIDDLE, "b", following=TWO),
        TWO: good(TWO, "c"),
        OLDEST: good(OLDEST, "a"),
    }
    found, fetcher, _ = gather(answers, WEEKLY, state=SEEN)
    assert (keys(found), fetcher.asked) == (["d", "b", "c", "a"], [NEWEST, MIDDLE, TWO, MIDDLE, OLDEST])
    assert (len(found.pages), found.requests, found.validators) == (4, 5, Validators())


def test_a_weekly_list_of_which_a_week_is_missing_is_no_list() -> None:
    found, _, _ = gather({NEWEST: good(NEWEST, "b"), MIDDLE: failed("reset")}, WEEKLY, state=SEEN)
    assert found.ruling is not None
    assert (found.snapshot, found.ruling.code) == (None, "reset")


def test_the_day_in_an_address_is_that_of_the_check() -> None:
    _, fetcher, _ = gather({}, "https://www.cms.gov/a?from={today-400d:%Y-%m-%d}")
    assert fetcher.asked == ["https://www.cms.gov/a?from=2025-10-19"]


HELD = WatchState(
    source_id=a_source().id,
    snapshot_id=1,
    body_sha256=page(ONE, b"a b").capture.sha256,
    validators=Validators(etag='"1"', url=ONE),
    last_full_get_at=NOW - timedelta(days=1),
)


def test_bytes_that_we_hold_are_not_read_again_and_all_that_came_is_kept() -> None:
    route, link = Route(url=LATE, link_text="Download"), linked("Download", TWO)
    found, _, reading = gather({LATE: link, TWO: page(TWO, b"a b", PLAIN)}, route, state=HELD)
    assert found.ruling is not None
    assert (found.ruling.verdict, found.ruling.code, reading.calls) == (Verdict.SAME, "same-bytes", 0)
    assert [c.official_url for c in found.pages] == [TWO]
    assert [c.body for c in found.evidence] == [link.capture.body]


def test_an_error_page_with_the_bytes_that_we_hold_is_still_an_error() -> None:
    found, _, _ = gather({ONE: page(ONE, b"a b", PLAIN, status=500)}, state=HELD)
    assert found.ruling is not None
    assert found.ruling.verdict is Verdict.FAILED


def test_a_list_of_several_pages_whose_first_page_is_unchanged_is_read_all_the_same() -> None:
    reading = Reading(next_page="next")
    first = page(ONE, b"a b next: " + TWO.encode(), PLAIN)
    state = WatchState(source_id=HELD.source_id, snapshot_id=1, body_sha256=first.capture.sha256)
    found, _, _ = gather({ONE: first, TWO: good(TWO, "c")}, state=state, reading=reading)
    assert keys(found) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("state", "sent"),
    [
        (HELD, True),
        (NEW, False),
        (replace(HELD, absences={RecordKey("a"): NOW}), False),
        (replace(HELD, validators=Validators(etag='"1"', url=TWO)), False),
        (replace(HELD, last_full_get_at=NOW - timedelta(days=8)), False),
        (replace(HELD, last_full_get_at=None), False),
    ],
)
def test_validators_are_sent_only_to_the_address_of_the_copy_we_hold_and_while_nothing_waits(
    state: WatchState, sent: bool
) -> None:
    found, fetcher, _ = gather({ONE: not_modified(ONE)}, state=state)
    assert fetcher.sent == [state.validators if sent else None]
    assert found.ruling is not None
    assert found.http_status == 304


def test_not_modified_counts_its_request_and_brings_no_page() -> None:
    found, _, reading = gather({ONE: not_modified(ONE)}, state=HELD)
    assert found.ruling is not None
    assert (found.ruling.verdict, found.pages, found.evidence) == (Verdict.NOT_MODIFIED, (), ())
    assert (found.requests, reading.calls) == (1, 0)
