"""``fetch: browser`` through the whole program; skipped where no page can be rendered."""

import json
from pathlib import Path

import pytest

from monitor.net.chromium import browser_ailment
from tests.e2e.desk import Desk
from tests.loopback import Response

URL = "https://payer.invalid/app.html"
PROSE = (
    "{id: payer.app, kind: prose, url: '" + URL + "', every: 1d, name: DEMO app, authority: DEMO payer, noun: passage"
)
ENTRY = f"- {PROSE}, fetch: browser}}"
SHELL = b"<!DOCTYPE html><html><head><title>DEMO app</title></head><body><main></main><script src='/app.js'></script>"
HEARS = "- {id: hears, channel: file, path: told, tiers: [ACT, REVIEW, FYI]}"
AILMENT = browser_ailment(None)
rendered = pytest.mark.skipif(AILMENT is not None, reason=f"no page can be rendered here: {AILMENT}")


def serve(desk: Desk, *paragraphs: str) -> None:
    desk.serve(URL, Response(body=SHELL))
    script = f"document.querySelector('main').innerHTML = {json.dumps(''.join(f'<p>{p}</p>' for p in paragraphs))}"
    desk.serve("https://payer.invalid/app.js", Response(body=script.encode(), media_type="text/javascript"))


@rendered
@pytest.mark.slow
def test_a_page_that_scripts_make_is_watched_and_marked_wherever_it_is_told(desk: Desk) -> None:
    desk.configure(ENTRY, subscribers=[HEARS], deadline="20s")
    serve(desk, "The DEMO payer covers the service.", "Autonomous AI reading (CPT 92229) is not covered.")
    tested = desk.run("sources", "test", "payer.app").out
    assert "Autonomous AI reading" in tested
    assert "note    rendered by a browser (Chromium " in tested
    first = desk.run("check").out
    assert "baseline (rendered)" in first
    assert desk.check()["sources"][0]["code"] == "same-bytes"
    serve(desk, "The DEMO payer covers the service.", "Autonomous AI reading (CPT 92229) is covered.")
    assert desk.check()["sources"][0]["code"] == "changed"
    (kept,) = desk.changes()
    assert (kept.change.rendered_by or "").startswith("Chromium ")
    assert "Rendered by a browser (Chromium " in desk.run("show", kept.change.id).out
    assert "Rendered by a browser (Chromium " in " ".join(desk.run("digest", "--preview").out.split())
    (event,) = [json.loads(path.read_bytes())["data"] for path in (desk.folder / "told").glob("*.json")]
    assert event["rendered_by"] == kept.change.rendered_by
    assert desk.run("verify").code == 0
    with desk.store() as store:
        facts = store.database.rows("SELECT facts FROM audit WHERE event = 'check'")
        assert all("Chromium" in row[0] for row in facts)
    assert "(20" not in first
    assert "payer.invalid" in desk.run("hosts").out
    assert {request.headers["user-agent"].split("/")[0] for request in desk.server.requests} == {"cmaa-monitor"}


@rendered
@pytest.mark.slow
def test_a_page_whose_scripts_do_not_come_is_suspect_and_moves_nothing(desk: Desk) -> None:
    desk.configure(ENTRY.replace("fetch", "contract: {sentinels: [covers the service]}, fetch"), deadline="20s")
    serve(desk, "The DEMO payer covers the service.", "More DEMO words.")
    desk.check()
    desk.serve("https://payer.invalid/app.js", Response(status=503, body=b"busy"))
    (row,) = desk.check()["sources"]
    assert not row["verified"]
    assert desk.changes() == ()


def test_what_is_missing_is_said_at_the_start_with_the_line_and_by_doctor(desk: Desk, tmp_path: Path) -> None:
    desk.configure(f"- {PROSE}}}", ENTRY.replace("payer.app", "payer.other"), chromium=str(tmp_path / "nowhere"))
    line = next(n for n, text in enumerate(desk.settings.read_text().splitlines(), 1) if "payer.other" in text)
    ran = desk.run("check")
    assert ran.code == 2
    assert f"sources.yaml:{line}:" in ran.err
    assert "sources[1].fetch: asks for a browser, and " in ran.err
    assert not desk.server.requests
    doctor = desk.run("doctor", "--offline")
    assert doctor.code != 0
    assert "MEND   browser" in doctor.out
    assert "remove fetch: browser from the entry" in " ".join(doctor.out.split())
    assert desk.run("sources", "list").code == 0, "what was kept can still be read"


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (ENTRY.replace("browser}", "chrome}"), "'chrome' is unknown; possible here: browser, plain"),
        (ENTRY.replace("kind: prose", "kind: feed"), "a browser reads pages, not kind feed; remove it"),
    ],
)
def test_a_wrong_fetch_is_a_fault_of_the_settings(desk: Desk, entry: str, said: str) -> None:
    desk.configure(entry)
    ran = desk.run("check")
    assert (ran.code, said in ran.err) == (2, True), ran.err


def test_the_place_of_the_browser_is_a_whole_path(desk: Desk) -> None:
    desk.configure(f"- {PROSE}}}", chromium="chromium")
    ran = desk.run("check")
    assert (ran.code, "write the whole path" in ran.err) == (2, True)


def test_nothing_of_a_browser_is_said_where_none_is_asked_for(desk: Desk) -> None:
    desk.configure(f"- {PROSE}}}")
    assert "browser" not in {line.split()[1] for line in desk.run("doctor", "--offline").out.splitlines()[1:]}
