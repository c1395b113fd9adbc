"""Copies that must not be believed: the baseline stays, the reader is told of the gap, nothing is lost meanwhile."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from monitor.model.difference import News
from tests.e2e.desk import FDA, FDA_URL, Desk
from tests.e2e.making import AEYE_2024, HEADERS, a_list, a_report, as_csv
from tests.loopback import Response

CMS_DATA = Path(__file__).resolve().parents[2] / "../shared/data/cms"
LCDS_URL = "https://api.coverage.cms.gov/v1/reports/local-coverage-final-lcds/"
ARTICLES_URL = "https://api.coverage.cms.gov/v1/reports/local-coverage-articles/"
CSV = "text/csv; charset=utf-8"
GOOD = Response(body=as_csv(a_list()), media_type=CSV, etag='"one"')

# Our own words; a page of this shape is what FDA sends to readers it takes for robots.
APOLOGY = b"<!DOCTYPE html><html><head><title>FDA Apology</title></head><body><p>DEMO: no robots.</p></body></html>"
APOLOGY_PATH = "/apology_objects/abuse-detection-apology.html"


def _redirect_to_apology(status: int) -> Callable[[Desk], None]:
    def play(desk: Desk) -> None:
        desk.serve(FDA_URL, Response(status=302, headers={"Location": APOLOGY_PATH}))
        for path in (APOLOGY_PATH, "/www.fda.gov" + APOLOGY_PATH):
            desk.server.set(path, Response(status=status, body=APOLOGY))

    return play


def _answer(**said: object) -> Callable[[Desk], None]:
    return lambda desk: desk.serve(FDA_URL, replace(Response(), **said))


HALF = as_csv([*a_list(), *[AEYE_2024] * 200])

FAULTS: dict[str, tuple[Callable[[Desk], None], str, str]] = {
    "apology after a redirect, 404": (_redirect_to_apology(404), "BLOCKED", "apology"),
    "apology after a redirect, 200": (_redirect_to_apology(200), "BLOCKED", "apology"),
    "apology with 403": (_answer(body=APOLOGY, status=403), "BLOCKED", ""),
    "apology with 200": (_answer(body=APOLOGY), "BLOCKED", "apology"),
    "nothing but the header": (_answer(body=as_csv([]), media_type=CSV), "SUSPECT", "at least 300"),
    "an empty body": (_answer(body=b"", media_type=CSV), "SUSPECT", "empty"),
    "half a gzip body": (_answer(body=HALF, gzip=True, cut_at=600, media_type=CSV), "SUSPECT", "whole"),
    "half a gzip body of the length it says": (
        _answer(body=gzip.compress(HALF)[:600], headers={"Content-Encoding": "gzip"}, media_type=CSV),
        "SUSPECT",
        "whole",
    ),
    "a page where the list was due": (
        _answer(
            body=b"<!DOCTYPE html><html><head><title>DEMO news</title></head><body><p>Hello, all.</p></body></html>"
        ),
        "SUSPECT",
        "holds no table of devices",
    ),
    "a page that calls itself CSV": (
        _answer(
            body=b"<!DOCTYPE html><html><head><title>DEMO</title></head><body><p>Hello</p></body></html>",
            media_type=CSV,
        ),
        "SUSPECT",
        "",
    ),
    "a column is gone": (
        _answer(body=as_csv(a_list(), headers=[*HEADERS[:5], "Code"]), media_type=CSV),
        "SUSPECT",
        "column",
    ),
    "half the list": (_answer(body=as_csv(a_list(305)), media_type=CSV), "SUSPECT", "15 of 320 items are gone"),
    "a server error": (_answer(status=500, body=b"oops"), "FAILED", "HTTP 500"),
    "the page is gone": (_answer(status=404, body=b"<title>Not found</title>"), "FAILED", "no longer at its address"),
    "a reset connection": (_answer(body=HALF, reset=True, cut_at=10, media_type=CSV), "", ""),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_an_unbelievable_copy_leaves_the_baseline_alone_and_shows_as_a_gap(desk: Desk, fault: str) -> None:
    play, verdict, words = FAULTS[fault]
    desk.configure(FDA)
    desk.serve(FDA_URL, GOOD)
    desk.check()
    before = desk.state()

    play(desk)
    ran = desk.run("check", "--json")
    assert ran.code == 3
    (source,) = ran.body["sources"]
    assert source["verdict"] == verdict or not verdict
    assert source["verdict"] in {"SUSPECT", "BLOCKED", "FAILED"}
    assert words in source["reason"]
    assert len(source["reason"]) > 30
    assert source["reason"].endswith("."), source["reason"]
    assert "Traceback" not in source["reason"]

    after = desk.state()
    held = replace(before, failures_in_row=1, unverified_since=after.unverified_since, held=after.held)
    assert (after.held is not None) == (fault == "half the list")
    assert after == held, "baseline, validators and snapshot are as they were"
    assert desk.changes() == ()


@pytest.mark.parametrize("fault", ["apology after a redirect, 404", "half a gzip body", "a server error"])
def test_the_next_digest_shows_the_gap_above_all_else(desk: Desk, fault: str) -> None:
    desk.configure(FDA)
    desk.serve(FDA_URL, GOOD)
    desk.check()
    FAULTS[fault][0](desk)
    desk.check()
    digest = desk.run("digest", "--preview")
    subject, _, text = digest.out.partition("\n")
    assert (digest.code, "COVERAGE GAP" in subject, "COVERAGE GAP" in text) == (3, True, True)


def test_a_change_made_while_we_were_blind_is_told_as_found_late(desk: Desk) -> None:
    desk.configure(FDA)
    desk.serve(FDA_URL, GOOD)
    desk.check()
    last_good_at = desk.state().last_good_at
    _answer(body=APOLOGY, status=403)(desk)
    desk.check()
    desk.serve(FDA_URL, Response(body=as_csv([*a_list(), AEYE_2024]), media_type=CSV))
    assert desk.run("check").code == 0
    (late,) = desk.changes()
    assert (late.change.news, late.change.found_late) == (News.ADDED, True)
    assert late.change.last_unchanged_at == last_good_at
    assert desk.run("digest", "--preview").code == 0
    shown = desk.run("show", late.change.id).out
    assert "late" in shown.casefold()


def test_an_unchanged_page_after_a_gap_is_no_change(desk: Desk) -> None:
    desk.configure(FDA)
    desk.serve(FDA_URL, [GOOD, Response(status=503), GOOD])
    assert [desk.verdict()[0] for _ in range(3)] == ["CHANGED", "FAILED", "NOT_MODIFIED"]
    assert desk.changes() == ()


def _harvest(name: str) -> bytes:
    if not (CMS_DATA / name).exists():
        pytest.skip(f"real harvests of CMS documents not found: {CMS_DATA / name}")
    return (CMS_DATA / name).read_bytes()


@pytest.mark.parametrize(("source_id", "url"), [("cms.lcds", LCDS_URL), ("cms.articles", ARTICLES_URL)])
def test_the_real_bad_harvest_of_500_rows_is_refused_after_the_good_one(desk: Desk, source_id: str, url: str) -> None:
    desk.configure(f"- {{id: {source_id}, every: 1d}}")
    desk.serve(url, Response(body=_harvest("2025-08-17_local_documents_3133.csv"), media_type="text/csv"))
    assert desk.verdict() == ("CHANGED", "baseline")
    before = desk.state(source_id)
    desk.serve(url, Response(body=_harvest("2025-08-16_bad_harvest_500.csv"), media_type="text/csv"))
    ran = desk.run("check")
    assert ran.code == 3
    assert f"Gap:  {source_id}: " in ran.out
    assert "lacks document_display_id" in ran.out
    after = desk.state(source_id)
    assert (after.snapshot_id, after.body_sha256, after.failures_in_row) == (before.snapshot_id, before.body_sha256, 1)


def test_a_report_with_an_empty_list_is_refused(desk: Desk) -> None:
    desk.configure("- {id: cms.lcds, every: 1d}")
    desk.serve(
        LCDS_URL, Response(body=a_report([f"L{39000 + n}" for n in range(600)], "LCD"), media_type="application/json")
    )
    assert desk.verdict() == ("CHANGED", "baseline")
    desk.serve(LCDS_URL, Response(body=a_report([], "LCD"), media_type="application/json"))
    ran = desk.run("check", "--json")
    assert (ran.code, ran.body["sources"][0]["code"]) == (3, "empty-list")
    assert "never empty" in ran.body["sources"][0]["reason"]
