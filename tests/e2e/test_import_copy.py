"""``import-copy``: a copy saved by hand is evidence like a fetched one and marked wherever it is shown; and a source
that blocks us stays blocked for all that.
"""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from monitor.model.hand import HandSaved
from tests.e2e.desk import FDA, Desk, Ran
from tests.e2e.making import AEYE_2024, Device, a_list, as_csv, as_xlsx, without
from tests.loopback import Response
from tests.store.test_witness import tamper

URL = "https://www.ama-assn.org/about/cpt-editorial-panel/demo-page"
PAGE = f"- {{id: demo.page, kind: prose, name: DEMO page, authority: AMA, every: 1d, url: '{URL}', floor: high, contract: {{title: DEMO rules, sentinels: [tab]}}}}"  # noqa: E501
START = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
BLOCKED = Response(status=403, body=b"<html><head><title>403</title></head><body>no</body></html>")


def html(*paragraphs: str, above: str = "") -> bytes:
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    title = "<title>DEMO rules | American Medical Association</title>"
    return f"<!DOCTYPE html>\n{above}<html><head>{title}</head><body><main><h1>DEMO rules</h1>{body}</main></body></html>".encode()  # noqa: E501


OLD = ("A tab is asked for in writing.", "The DEMO window lasts 14 days.", "A third rule of the DEMO page.")
NEW = ("A tab is asked for in writing.", "The DEMO window lasts 21 days.", "A third rule of the DEMO page.")


@pytest.fixture
def blocked(desk: Desk) -> Desk:
    """A page checked once on Nov 20, then closed to robots; the clock stands at Nov 23, 15:00 UTC."""
    desk.begin_simulated_time(START)
    desk.configure(PAGE)
    desk.serve(URL, Response(body=html(*OLD)))
    assert desk.verdict() == ("CHANGED", "baseline")
    desk.serve(URL, BLOCKED)
    for days in (1, 2, 3):
        desk.set_time(START + timedelta(days=days))
        assert desk.verdict() == ("BLOCKED", "forbidden")
    return desk


def file(desk: Desk, body: bytes, name: str = "page.html") -> Path:
    path = desk.folder / name
    path.write_bytes(body)
    return path


def import_copy(desk: Desk, body: bytes, *words: str, at: str = "2026-11-23T09:30-05:00", by: str = "KL") -> Ran:
    path = str(file(desk, body))
    return desk.run("import-copy", path, "--source", "demo.page", "--taken-at", at, "--by", by, *words)


def test_a_saved_copy_is_compared_assessed_and_told_like_a_fetched_one(blocked: Desk) -> None:
    out = blocked.folder / "told"
    blocked.configure(PAGE, subscribers=[f"- {{id: desk, channel: file, path: '{out}', tiers: [ACT, REVIEW, FYI]}}"])
    before = blocked.rows()
    ran = import_copy(blocked, html(*NEW), "--json", "--note", "whole page")
    assert ran.code == 0
    (row,) = ran.body["sources"]
    assert (row["verdict"], row["trigger"], row["requests"], row["http_status"]) == ("CHANGED", "import", 0, None)
    taken = {"by": "KL", "taken_at": "2026-11-23T14:30:00Z", "url": None, "note": "whole page"}
    assert row["hand_saved"] == taken
    (told,) = ran.body["changes"]
    assert told["hand_saved"] == taken
    assert told["times"] == {"last_unchanged_at": "2026-11-20T15:00:00Z", "first_changed_at": "2026-11-23T14:30:00Z"}
    assert told["found_late"]
    after = blocked.rows()
    assert (after["checks"], after["changes"], after["outbox"]) == (before["checks"] + 1, before["changes"] + 1, 1)
    assert after["audit"] == before["audit"] + 4  # the check, the change, the telling made and sent
    (event,) = (json.loads(path.read_bytes()) for path in out.rglob("*.json"))
    assert event["data"]["hand_saved"] == taken
    assert blocked.run("verify").code == 0


def test_it_is_marked_in_every_output_and_the_source_stays_blocked(blocked: Desk) -> None:
    assert import_copy(blocked, html(*NEW), by="coding desk").code == 0
    blocked.set_time(START + timedelta(days=3, hours=2))
    seen = "last seen by hand on Mon Nov 23, 2026, 9:30 AM ET by coding desk"
    mark = "and-saved copy, taken Mon Nov 23, 2026, 9:30 AM ET by coding desk"
    status = blocked.run("status")
    assert f"Gap: demo.page: blocked; {seen}: " in status.out
    assert status.code == 3
    page = blocked.folder / "digest.html"
    digest = blocked.run("digest", "--preview", "--html", str(page))
    flat = " ".join(digest.out.split())
    assert seen in flat
    assert mark in flat
    assert "1 look by hand, not counted as checks" in flat
    assert (digest.code, "COVERAGE GAP" in digest.out, "BLOCKED" in digest.out) == (3, True, True)
    rendered = " ".join(page.read_text().split())
    assert seen in rendered
    assert mark in rendered
    (change,) = blocked.changes()
    assert "[hand-saved]" in blocked.run("changes").out
    assert mark in " ".join(blocked.run("show", change.change.id).out.split())
    assert blocked.run("changes", "--json").body["changes"][0]["hand_saved"]["by"] == "coding desk"
    (row,) = blocked.run("coverage", "--since", "7d", "--json").body["sources"]
    assert (row["result"], row["good"], row["failed"], row["hand_looks"]) == ("BLOCKED", 1, 3, 1)
    assert row["last_seen_by_hand"]["by"] == "coding desk"
    assert seen in blocked.run("coverage").out
    assert "(hand-saved)" in blocked.run("checks").out
    assert "coding desk" in blocked.run("checks", "--csv").out
    listed = blocked.run("sources", "list", "--json").body["sources"]
    assert listed[0]["last_seen_by_hand"]["by"] == "coding desk"
    assert seen in blocked.run("sources", "test", "demo.page").out
    again = blocked.run("check")
    assert capital(seen) in again.out
    assert "import-copy FILE --source demo.page" in again.out


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def test_a_look_by_hand_neither_ends_nor_lengthens_the_run_of_failures_and_fills_no_slot(blocked: Desk) -> None:
    before = blocked.state("demo.page")
    assert import_copy(blocked, html(*OLD)).code == 0
    after = blocked.state("demo.page")
    assert (after.failures_in_row, after.unverified_since) == (before.failures_in_row, before.unverified_since)
    assert after.last_good_at == before.last_good_at
    assert after.hand == HandSaved(by="KL", taken_at=datetime(2026, 11, 23, 14, 30, tzinfo=UTC))
    blocked.set_time(START + timedelta(days=4))
    assert len(blocked.check("--due")["sources"]) == 1, "the schedule goes on"


def test_the_next_change_begins_where_the_page_was_last_seen_by_hand(blocked: Desk) -> None:
    import_copy(blocked, html(*OLD))
    blocked.set_time(START + timedelta(days=4))
    blocked.serve(URL, Response(body=html(*NEW)))
    (told,) = blocked.check()["changes"]
    assert told["times"]["last_unchanged_at"] == "2026-11-23T14:30:00Z"
    assert told["hand_saved"] is None


def test_a_copy_fetched_after_the_import_is_compared_with_it(blocked: Desk) -> None:
    import_copy(blocked, html(*NEW))
    blocked.set_time(START + timedelta(days=4))
    blocked.serve(URL, Response(body=html(*NEW, above="<!-- other bytes -->")))
    assert blocked.verdict() == ("SAME", "same-content")
    blocked.set_time(START + timedelta(days=5))
    blocked.serve(URL, Response(body=html(*OLD)))
    assert blocked.verdict() == ("SUSPECT", "older-copy"), "a copy that shows the past is looked at twice"
    (told,) = blocked.check()["changes"]
    evidence = blocked.run("show", told["id"], "--json").body["evidence"]
    assert evidence["before_hand_saved"] is None or evidence["before_hand_saved"]["by"] == "KL"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"<!DOCTYPE html><html><head><title>FDA Apology</title></head><body></body></html>", "apology"),
        (b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>x</body></html>", "challenge"),
        (html(*OLD).replace(b"DEMO rules", b"Another page"), "wrong-title"),
        (html("Nothing of what is always there.", "x", "y"), "sentinels-missing"),
        (b"", "empty"),
        (b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF", "damaged-pdf"),
        (b"\x00\x01\x02" * 500, "not-html"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\nx", "bad-mhtml"),
        (html(*OLD, above="<!-- saved from url=(0026)https://elsewhere.invalid/p -->\n"), "other-site"),
    ],
)  # fmt: skip
def test_a_wrong_file_changes_nothing_and_its_bytes_are_not_kept(blocked: Desk, body: bytes, code: str) -> None:
    before, state = blocked.rows(), blocked.state("demo.page")
    ran = import_copy(blocked, body, "--json")
    (row,) = ran.body["sources"]
    assert (ran.code, row["verdict"], row["code"]) == (3, "SUSPECT", code)
    assert blocked.state("demo.page") == state
    after = blocked.rows()
    assert (after["checks"], after["changes"]) == (before["checks"] + 1, before["changes"])
    with blocked.store() as store:
        assert store.queries.captures_of(row["ledger_entry"]) == ()
    assert blocked.run("verify").code == 0
    assert blocked.run("status", "--json").body["sources"][0]["last_seen_by_hand"] is None


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("2026-11-23T16:30Z", "KL"), "still to come"),
        (("2026-11-20T14:59Z", "KL"), "run the record backwards"),
        (("2026-11-23", "KL"), "is not a moment"),
        (("yesterday", "KL"), "is not a moment"),
        (("2026-11-01 01:30", "KL"), "not one moment"),
        (("2026-11-23T14:00Z", " "), "--by is empty"),
        (("2026-11-23T14:00Z", "K\x1b[31mL"), "control characters"),
        (("2026-11-23T14:00Z", "K\u202eL"), "control characters"),
        (("2026-11-23T14:00Z", "K" * 81), "longer than 80"),
    ],
)
def test_a_moment_or_a_name_that_cannot_be_is_refused_with_the_mend(
    blocked: Desk, words: tuple[str, str], said: str
) -> None:
    before = blocked.rows()
    ran = import_copy(blocked, html(*OLD), at=words[0], by=words[1])
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert blocked.rows() == before


def test_an_older_copy_than_the_last_one_seen_by_hand_is_refused(blocked: Desk) -> None:
    import_copy(blocked, html(*NEW))
    ran = import_copy(blocked, html(*OLD), at="2026-11-23T09:29-05:00")
    assert (ran.code, "run the record backwards" in ran.err) == (2, True)
    assert import_copy(blocked, html(*NEW)).code == 0, "the same copy once more is no harm"
    assert len(blocked.changes()) == 1


@pytest.mark.parametrize(
    "words", [("--url", "javascript:alert(1)"), ("--url", "demo"), ("--note", "a\nb"), ("--source", "demo.nothing")]
)
def test_an_address_or_note_that_cannot_be_kept_is_refused(blocked: Desk, words: tuple[str, str]) -> None:
    assert import_copy(blocked, html(*OLD), *words).code == 2


def test_where_a_browser_says_it_saved_the_page_from_is_kept(blocked: Desk) -> None:
    comment = f"<!-- saved from url=({len(URL):04d}){URL}#top -->\n"
    (row,) = import_copy(blocked, html(*NEW, above=comment), "--json").body["sources"]
    assert (row["verdict"], row["hand_saved"]["url"]) == ("CHANGED", URL)


def mhtml(page: bytes) -> bytes:
    whole = EmailMessage()
    whole["From"] = "<Saved by a browser>"
    whole["Snapshot-Content-Location"] = URL
    whole.make_related()
    part = EmailMessage()
    part.set_content(page.decode(), subtype="html", charset="utf-8", cte="quoted-printable")
    part["Content-Location"] = URL
    picture = EmailMessage()
    picture.set_content(b"\x89PNG" * 40, maintype="image", subtype="png")
    whole.attach(part)
    whole.attach(picture)
    return whole.as_bytes()


def test_a_page_saved_as_mhtml_is_the_same_page_and_the_whole_file_is_kept(blocked: Desk) -> None:
    saved = mhtml(html("A tab is asked for in writing.", "The DEMO window lasts 21 days: “now”.", OLD[2]))
    (row,) = import_copy(blocked, saved, "--json").body["sources"]
    assert (row["verdict"], row["hand_saved"]["url"]) == ("CHANGED", URL)
    with blocked.store() as store:
        page, whole = store.queries.captures_of(row["ledger_entry"])
    assert (whole.body, page.status, page.hops) == (saved, 0, ())
    assert "“now”" in str(blocked.changes()[0].change.differences)
    assert blocked.run("verify").code == 0


def test_a_baseline_may_be_saved_by_hand_where_no_fetch_ever_succeeded(desk: Desk) -> None:
    desk.begin_simulated_time(START)
    desk.configure(PAGE)
    desk.serve(URL, BLOCKED)
    assert desk.verdict() == ("BLOCKED", "forbidden")
    ran = import_copy(desk, html(*OLD), at="2026-11-20T14:00Z")
    assert (ran.code, "baseline (hand-saved)" in ran.out) == (0, True)
    desk.set_time(START + timedelta(hours=2))
    (row,) = desk.run("status", "--json").body["sources"]
    assert (row["result"], row["verified"], row["hand_looks"]) == ("BLOCKED", False, 1)
    (told,) = import_copy(desk, html(*NEW), "--json", at="2026-11-20T16:30Z").body["changes"]
    assert told["times"]["last_unchanged_at"] == "2026-11-20T14:00:00Z"


@pytest.mark.parametrize("form", [as_csv, as_xlsx])
def test_lists_in_files_are_filed_too_and_a_removal_waits_for_a_second_look(
    desk: Desk, form: Callable[[Sequence[Device]], bytes]
) -> None:
    desk.begin_simulated_time(START)
    desk.configure(FDA, confirm_removal_after="30m")
    words = ("--source", "fda.ai-devices", "--by", "KL", "--json", "--taken-at")
    first = file(desk, form(a_list()), "list.bin")
    (row,) = desk.run("import-copy", str(first), *words, "2026-11-20T12:00Z").body["sources"]
    assert (row["verdict"], row["items"]) == ("CHANGED", 320)
    fewer = file(desk, form([*without(a_list(), "K900007"), AEYE_2024]), "fewer.bin")
    body = desk.run("import-copy", str(fewer), *words, "2026-11-20T13:00Z").body
    assert [change["news"] for change in body["changes"]] == ["added"]
    body = desk.run("import-copy", str(fewer), *words, "2026-11-20T13:10Z").body
    assert body["changes"] == [], "ten minutes are too few"
    (gone,) = desk.run("import-copy", str(fewer), *words, "2026-11-20T13:45Z").body["changes"]
    assert (gone["news"], gone["times"]["first_changed_at"]) == ("removed", "2026-11-20T13:00:00Z")
    assert desk.run("verify").code == 0


def test_who_saved_a_copy_and_when_is_sealed_by_the_audit_chain(blocked: Desk) -> None:
    assert import_copy(blocked, html(*NEW)).code == 0
    sound = blocked.database.read_bytes()
    for statement in (
        "UPDATE hand_saved SET taken_by = 'MN'",
        "DELETE FROM hand_saved",
        "INSERT INTO hand_saved SELECT 1, taken_at, taken_by, taken_from, note FROM hand_saved",
    ):
        tamper(blocked.database, statement)
        ran = blocked.run("verify")
        assert (ran.code, "is not what the audit chain says" in ran.out) == (4, True), statement
        blocked.database.write_bytes(sound)
    assert blocked.run("verify").code == 0
