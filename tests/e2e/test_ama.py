"""The AMA's pages as the whole service sees them: an expected absence, a page that appears, two versions by date."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.e2e.desk import Desk
from tests.formats.printed import Style, grid
from tests.loopback import Response

RECORDED = Path(__file__).resolve().parents[1] / "recorded"
HOME = "https://www.ama-assn.org/about/cpt-editorial-panel"
ENTRY = "https://www.ama-assn.org/practice-management/cpt"
APPENDIX = f"{ENTRY}/cpt-appendix-s-taxonomy-artificial-intelligence-medical-services-procedures"
START = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


def copy(name: str, number: int) -> Response:
    return Response(body=(RECORDED / name / f"{number:02d}.html").read_bytes())


PDF = "application/pdf"
OLD = "https://www.ama-assn.org/system/files/cpt-appendix-s.pdf"


@pytest.fixture
def ama(desk: Desk) -> Desk:
    desk.begin_simulated_time(START)
    return desk


def test_a_page_expected_but_not_there_is_neither_broken_nor_blocked(ama: Desk) -> None:
    ama.configure("- {id: ama.cmaa, every: 1d}")
    ama.serve(HOME, copy("ama.cmaa", 1))
    ran = ama.run("check")
    assert (ran.code, "baseline: empty, as expected" in ran.out) == (0, True)
    ama.set_time(START + timedelta(days=1))
    ama.serve(HOME, Response(body=copy("ama.cmaa", 1).body + b"<!-- other bytes -->"))
    assert ama.verdict() == ("SAME", "empty-as-expected")
    ama.set_time(START + timedelta(days=1, hours=1))
    assert "empty, as expected" in ama.run("check").out, "the same bytes say the same"
    (row,) = ama.run("status", "--json").body["sources"]
    assert (row["result"], row["verified"]) == ("empty, as expected", True)
    digest = ama.run("digest", "--preview")
    assert (digest.code, "Empty, as expected (read whole" in digest.out) == (0, True)


@pytest.mark.parametrize("body", [b"", b"<html><head><title>CPT</title></head><main><p>Sorry</p></main></html>"])
def test_a_page_around_the_missing_link_that_is_not_itself_is_no_evidence_of_absence(ama: Desk, body: bytes) -> None:
    ama.configure("- {id: ama.cmaa, every: 1d}")
    ama.serve(HOME, Response(body=body))
    ran = ama.run("check", "--json")
    assert (ran.code, ran.body["sources"][0]["verdict"]) == (3, "SUSPECT")
    assert ama.run("status", "--json").body["sources"][0]["result"] in {"UNVERIFIED", "EMPTY"}


@pytest.mark.parametrize(("name", "url"), [("ama.cmaa", HOME), ("ama.cmaa-cpt", ENTRY)])
def test_the_first_link_to_a_cmaa_page_is_a_critical_change_to_act_on(ama: Desk, name: str, url: str) -> None:
    ama.configure(f"- {{id: {name}, every: 1d}}")
    ama.serve(url, copy(name, 1))
    assert ama.verdict() == ("CHANGED", "baseline")
    ama.set_time(START + timedelta(days=1))
    ama.serve(url, copy(name, 2))
    (told,) = (change for change in ama.check()["changes"] if change["source"] == name)
    assert (told["level"], told["tier"], told["news"]) == ("critical", "ACT", "added")


def test_a_hand_saved_home_page_shows_the_link_while_the_site_lets_no_robot_in(ama: Desk) -> None:
    ama.configure("- {id: ama.cmaa, every: 1d}")
    ama.serve(HOME, Response(status=403))
    saved = ama.folder / "panel.html"
    words = ("import-copy", str(saved), "--source", "ama.cmaa", "--by", "KL", "--json", "--taken-at")
    saved.write_bytes(copy("ama.cmaa", 1).body)
    assert ama.run(*words, "2026-11-20T14:00Z").body["sources"][0]["code"] == "baseline"
    saved.write_bytes(copy("ama.cmaa", 2).body)
    (told,) = ama.run(*words, "2026-11-20T14:30Z").body["changes"]
    assert (told["level"], told["hand_saved"]["by"]) == ("critical", "KL")


def test_which_version_of_appendix_s_is_in_force_changes_with_the_date_and_not_with_a_release(ama: Desk) -> None:
    ama.configure("- {id: ama.appendix-s, every: 1d}", "- {id: ama.appendix-s-2022, every: 1d}")
    old = (RECORDED / "ama.appendix-s-2022" / "01.pdf").read_bytes()
    ama.serve(APPENDIX, copy("ama.appendix-s", 1))
    ama.serve(OLD, Response(body=old, media_type=PDF))
    assert [one["code"] for one in ama.check()["sources"]] == ["baseline", "baseline"]
    ama.set_time(START + timedelta(days=1))
    ama.serve(APPENDIX, copy("ama.appendix-s", 2))
    ama.check()
    change = ama.changes()[-1].change.id
    later, now = "effective later (from Jan 1, 2027)", "in force today (until Dec 31, 2026)"
    assert f"CPT Appendix S: {later}" in ama.run("show", change).out
    page, pdf = "CPT Appendix S (taxonomy of AI in medical services)", "CPT Appendix S, version of 2022 (PDF)"
    both = f"CPT Appendix S, {later}: {page}; {now}: {pdf}."
    assert both in ama.run("status").out
    digest = " ".join(ama.run("digest", "--preview").out.split())
    assert f"CPT Appendix S: {later}" in digest
    assert both in digest
    ama.set_time(datetime(2027, 1, 1, 4, 59, tzinfo=UTC))
    assert ama.run("show", change, "--json").body["version"]["standing"] == "effective later", "not yet in New York"
    ama.set_time(datetime(2027, 1, 1, 5, 0, tzinfo=UTC))
    assert ama.run("show", change, "--json").body["version"]["standing"] == "in force today"
    over = f"in force today (since Jan 1, 2027): {page}; no longer in force (until Dec 31, 2026): {pdf}."
    assert over in ama.run("status").out


def test_a_new_file_under_the_old_name_is_a_change_of_the_old_version(ama: Desk) -> None:
    ama.configure("- {id: ama.appendix-s-2022, every: 1d}")
    first, second = ((RECORDED / "ama.appendix-s-2022" / f"0{n}.pdf").read_bytes() for n in (1, 2))
    ama.serve(OLD, Response(body=first, media_type=PDF))
    ama.check()
    ama.set_time(START + timedelta(days=1))
    ama.serve(OLD, Response(body=second, media_type=PDF))
    (told,) = ama.check()["changes"]
    assert (told["news"], told["items"]) == ("modified", 1)
    saved = ama.folder / "appendix.pdf"
    saved.write_bytes(second)
    words = ("import-copy", str(saved), "--source", "ama.appendix-s-2022", "--by", "KL", "--json", "--taken-at")
    (row,) = ama.run(*words, "2026-11-21T15:00Z").body["sources"]
    assert (row["verdict"], row["code"]) == ("SAME", "same-bytes")


MEETING = f"{HOME}/demo-cpt-editorial-panel-meeting-september-2026"
AGENDA = "https://www.ama-assn.org/system/files/DEMO-general-agenda-september-2026.pdf"
SUMMARY = "https://www.ama-assn.org/system/files/DEMO-summary-panel-actions-feb-2026.pdf"


def meeting(*links: str) -> Response:
    files = "".join(f'<li><a href="{link}">General agenda, September 2026 (PDF)</a></li>' for link in links)
    page = f"""<html><head><title>September 2026 | AMA</title></head><main><h1>September 2026 Panel meeting</h1>
        <h2>Key dates</h2><p>Applications are due June 10, 2026.</p><p>Registration opens July 1, 2026.</p>
        <h2>Agenda</h2><ul>{files}<li><a href="{HOME}">The Panel</a></li></ul></main></html>"""
    return Response(body=page.encode())


def tabs(*rows: tuple[str, str]) -> Response:
    head = ("Tab", "Title", "Request")
    cells = [[tab, title, "Add a DEMO code"] for tab, title in rows]
    words = ("CPT Editorial Panel agenda, September 2026",)
    return Response(body=grid(cells, Style(header=head, widths=(60, 300, 300), preamble=words)), media_type=PDF)


def test_from_the_panels_home_page_the_way_leads_to_each_tab_of_an_agenda(ama: Desk) -> None:
    ama.configure("- {id: ama.panel, every: 1d}")
    home = copy("ama.panel", 1).body.replace(b"demo-cpt-editorial-panel-meeting-may-2026", b"demo")
    ama.serve(HOME, Response(body=home))
    ama.serve(MEETING, meeting())
    found = {one["id"].rpartition("/")[2]: one["code"] for one in ama.check()["sources"]}
    name = MEETING.rpartition("/")[2]
    assert found == {"ama.panel": "baseline", name: "baseline", f"{name}.text": "baseline"}
    ama.set_time(START + timedelta(days=1))
    ama.serve(MEETING, meeting(AGENDA))
    ama.serve(AGENDA, tabs(("93", "DEMO imaging"), ("94", "DEMO laboratory form")))
    report = ama.check()
    assert report["sources"][2]["id"] == f"ama.panel/{name}/demo-general-agenda-september-2026"
    assert (report["sources"][2]["code"], report["sources"][2]["items"]) == ("baseline", 2)
    ama.set_time(START + timedelta(days=2))
    ama.serve(AGENDA, tabs(("93", "DEMO imaging"), ("94", "DEMO laboratory form"), ("95", "DEMO software alone")))
    (told,) = ama.check()["changes"]
    assert (told["source"], told["news"]) == (report["sources"][2]["id"], "added")
    assert [one.key for one in ama.changes()[-1].change.differences] == ["September 2026 Tab 95"]


def test_from_the_index_of_summaries_the_way_leads_to_each_decision(ama: Desk) -> None:
    ama.configure("- {id: ama.panel-actions, every: 1d}")
    ama.serve(f"{HOME}/summary-panel-actions", copy("ama.panel-actions", 1))
    preamble = ("CPT Editorial Panel Summary of Panel Actions, February 2026",)
    rows = [["68", "DEMO Appendix S", "Reword the classes", "Postponed"], ["69", "DEMO", "Add 646X1X", "Accepted"]]
    ama.serve(SUMMARY, Response(body=grid(rows, Style(preamble=preamble)), media_type=PDF))
    ama.check()
    ama.set_time(START + timedelta(days=1))
    rows[0][3] = "Accepted as modified"
    ama.serve(SUMMARY, Response(body=grid(rows, Style(preamble=preamble)), media_type=PDF))
    (told,) = ama.check()["changes"]
    (difference,) = ama.changes()[-1].change.differences
    assert difference.key == "February 2026 Tab 68"
    assert {edit.name: edit.new for edit in difference.fields}["outcome"] == "accepted as modified"
    assert told["source"] == "ama.panel-actions/demo-summary-panel-actions-feb-2026"


def test_one_saved_page_serves_every_source_that_reads_it(ama: Desk) -> None:
    ama.configure("- {id: ama.panel, every: 1d}", "- {id: ama.cmaa, every: 1d}")
    saved = ama.folder / "panel.html"
    saved.write_bytes(copy("ama.panel", 1).body)
    words = ("import-copy", str(saved), "--source", "ama.panel", "--source", "ama.cmaa", "--by", "KL", "--json")
    first = ama.run(*words, "--taken-at", "2026-11-20T14:00Z")
    assert [(one["id"], one["code"]) for one in first.body["sources"]] == [
        ("ama.panel", "baseline"),
        ("ama.cmaa", "baseline"),
    ]
    before = ama.rows()
    ran = ama.run(*words, "--taken-at", "2026-11-20T13:59Z")
    assert (ran.code, ama.rows()) == (2, before), "all of them or none"


def test_the_cmaa_page_is_watched_as_prose_once_its_link_is_there_by_fetch_or_by_hand(ama: Desk) -> None:
    page = f"{ENTRY}/demo-cmaa"
    ama.configure("- {id: ama.cmaa-cpt, every: 1d}")
    ama.serve(ENTRY, copy("ama.cmaa-cpt", 1))
    ama.check()
    ama.set_time(START + timedelta(days=1))
    ama.serve(ENTRY, copy("ama.cmaa-cpt", 2))
    text = "<html><head><title>CMAA | AMA</title></head><main><h1>DEMO CMAA</h1><p>{}</p><p>More.</p></main></html>"
    ama.serve(page, Response(body=text.format("No codes yet.").encode()))
    found = ama.check()
    assert [(one["id"], one["code"]) for one in found["sources"]] == [
        ("ama.cmaa-cpt", "changed"),
        ("ama.cmaa-cpt/demo-cmaa", "baseline"),
    ]
    ama.set_time(START + timedelta(days=2))
    ama.serve(page, Response(status=403))
    assert {one["verdict"] for one in ama.check()["sources"]} == {"SAME", "BLOCKED"}
    saved = ama.folder / "cmaa.html"
    saved.write_bytes(text.format("Codes end in a letter.").encode())
    words = ("import-copy", str(saved), "--source", "ama.cmaa-cpt/demo-cmaa", "--by", "KL", "--json", "--taken-at")
    (told,) = ama.run(*words, "2026-11-22T14:30Z").body["changes"]
    assert (told["level"], told["hand_saved"]["by"]) == ("critical", "KL")
