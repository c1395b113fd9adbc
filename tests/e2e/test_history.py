"""What is told of a source over time: taken back, read anew, slid out of the window, spread over pages."""

import json

from msgspec.structs import replace

from monitor.model.difference import News
from monitor.model.snapshot import Page, Snapshot
from monitor.model.source import Source
from monitor.model.verdict import Verdict
from monitor.sources import extractor_for
from tests.e2e.desk import FDA, FDA_URL, Desk
from tests.e2e.making import a_feed, a_list, as_csv, renamed
from tests.e2e.test_ledger import poll_with
from tests.fakes import CountingExtractor
from tests.loopback import Request, Response

CSV = "text/csv; charset=utf-8"
FEED_URL = "https://www.cms.gov/newsroom/rss.xml"
FEED = f"- {{id: cms.newsroom, every: 1d, url: '{FEED_URL}'}}"
REGISTER_URL = "https://www.federalregister.gov/api/v1/documents.json"
REGISTER = f"- {{id: federal-register, every: 1d, url: '{REGISTER_URL}'}}"


def test_a_change_that_is_taken_back_is_told_as_reverted_and_names_the_first(desk: Desk) -> None:
    desk.configure(FDA)
    new = renamed(a_list(), "K900007", "DEMO renamed")
    desk.serve(FDA_URL, [Response(body=as_csv(rows), media_type=CSV) for rows in (a_list(), new, a_list())])
    desk.check()
    desk.check()
    assert desk.verdict() == ("SUSPECT", "older-copy"), "a cache that lags behind looks the same"
    assert desk.verdict()[0] == "CHANGED", "but a cache does not insist"
    first, back = desk.changes()
    assert (first.change.news, back.change.news, back.change.reverts) == (News.MODIFIED, News.REVERTED, first.change.id)
    assert "took back" in back.change.headline


def test_a_device_that_is_removed_and_listed_again_is_told_both_times(desk: Desk) -> None:
    desk.configure(FDA)
    fewer = [row for row in a_list() if row.number != "K900007"]
    desk.serve(FDA_URL, [Response(body=as_csv(rows), media_type=CSV) for rows in (a_list(), fewer, fewer, a_list())])
    for _ in range(5):
        desk.check()
    assert [kept.change.news for kept in desk.changes()] == [News.REMOVED, News.REVERTED]


def test_a_mended_extractor_tells_nobody_what_it_reads_otherwise(desk: Desk) -> None:
    desk.configure(FDA)
    desk.serve(FDA_URL, Response(body=as_csv(a_list()), media_type=CSV))
    desk.check()
    known = extractor_for(desk.house.config.sources[0])

    def read_louder(page: Page, source: Source) -> Snapshot:
        found = known.extract(page, source)
        louder = tuple(replace(r, fields={**r.fields, "device": r.fields["device"].upper()}) for r in found.records)
        return replace(found, records=louder, extractor_version=known.version + 1)

    mended = CountingExtractor(read=read_louder, version=known.version + 1)
    assert poll_with(desk, lambda _: mended).check.ruling.verdict is Verdict.SAME
    assert desk.state().extractor_version == known.version + 1
    desk.serve(FDA_URL, Response(body=as_csv(renamed(a_list(), "K900007", "DEMO renamed")), media_type=CSV))
    polled = poll_with(desk, lambda _: mended)
    ((change, _),) = polled.changes
    assert [(d.key, d.fields[0].new) for d in change.differences] == [("K900007", "DEMO RENAMED")]


def test_an_item_that_slid_out_of_a_window_was_not_removed(desk: Desk) -> None:
    desk.configure(FEED)
    windows = [("four", "three"), ("five", "four"), ("five", "four"), ("six", "five"), ("three", "six")]
    desk.serve(FEED_URL, [Response(body=a_feed(*one), media_type="application/rss+xml") for one in windows])
    for _ in windows:
        assert desk.run("check").code == 0
    assert [(kept.change.news, len(kept.change.differences)) for kept in desk.changes()] == [(News.ADDED, 1)] * 2
    assert [kept.change.differences[0].label for kept in desk.changes()] == ["five", "six"]


def _documents(*numbers: str) -> list[dict[str, object]]:
    return [
        {
            "document_number": number,
            "title": f"DEMO document {number}",
            "type": "Notice",
            "action": None,
            "agency_names": ["Food and Drug Administration"],
            "abstract": "DEMO",
            "publication_date": "2026-11-02",
            "effective_on": None,
            "comments_close_on": None,
            "dates": None,
            "docket_ids": [],
            "html_url": f"https://www.federalregister.gov/d/{number}",
        }
        for number in numbers
    ]


class Register:
    """The documents API: so many pages, of which one may fail."""

    def __init__(self, desk: Desk, pages: list[list[dict[str, object]]]) -> None:
        self.pages = pages
        self.failing: int | None = None
        desk.serve(REGISTER_URL, self.answer)

    def answer(self, request: Request) -> Response:
        number = int(request.path.partition("page=")[2] or 1)
        if number == self.failing:
            return Response(status=502, body=b"<title>502</title>")
        body: dict[str, object] = {"count": sum(map(len, self.pages)), "results": self.pages[number - 1]}
        if number < len(self.pages):
            body["next_page_url"] = f"{REGISTER_URL}?page={number + 1}"
        return Response(body=json.dumps(body).encode(), media_type="application/json")


def test_a_list_of_several_pages_is_read_whole(desk: Desk) -> None:
    desk.configure(REGISTER)
    numbers = [f"2026-{n:05d}" for n in range(30)]
    register = Register(desk, [_documents(*numbers[at : at + 10]) for at in (0, 10, 20)])
    (source,) = desk.check()["sources"]
    assert (source["code"], source["items"], source["requests"]) == ("baseline", 30, 4)
    register.pages[2] += _documents("2026-00099")
    desk.check()
    (added,) = desk.changes()
    assert [d.key for d in added.change.differences] == ["2026-00099"]


def test_a_page_that_fails_makes_the_list_unverified_and_not_smaller(desk: Desk) -> None:
    desk.configure(REGISTER)
    register = Register(desk, [_documents("2026-00001", "2026-00002"), _documents("2026-00003")])
    desk.check()
    before = desk.state("federal-register")
    register.failing = 2
    ran = desk.run("check", "--json")
    assert (ran.code, ran.body["sources"][0]["verdict"]) == (3, "FAILED")
    assert (desk.state("federal-register").snapshot_id, desk.changes()) == (before.snapshot_id, ())
    register.failing = None
    assert desk.verdict()[0] == "SAME"
    assert desk.changes() == ()
