"""``compare --redline`` and ``show --redline``, from the outside."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.model.difference import News
from monitor.model.ids import SourceId
from monitor.sources import SOURCES
from tests.e2e.desk import FDA, Desk
from tests.e2e.making import a_list, as_csv, renamed
from tests.loopback import Response

SOURCE = "ama.appendix-s"


def a_page(*paragraphs: str) -> str:
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    head = "<html><head><title>DEMO CPT Appendix S</title></head><body><main><h1>DEMO Appendix S</h1>"
    noise = f"<p>{len(paragraphs)} min read</p><div class='promo'>DEMO join today</div>"
    return f"{head}{noise}<p>DEMO assistive, augmentative, autonomous.</p>{body}</main></body></html>"


@pytest.fixture
def copies(tmp_path: Path) -> tuple[str, str]:
    stay = [f"DEMO passage {n} stays where it is and as it is" for n in range(6)]
    moved = "DEMO contractors keep the interpretation in the record and send it on when asked for it"
    old, new = tmp_path / "old.html", tmp_path / "new.html"
    old.write_text(a_page(moved, *stay, "DEMO pays once a year"))
    new.write_text(a_page(*stay, moved, "DEMO pays twice a year"))
    return str(old), str(new)


def test_compare_shows_two_saved_copies_as_a_redline(desk: Desk, copies: tuple[str, str]) -> None:
    desk.configure(f"- id: {SOURCE}")
    said = desk.run("compare", *copies, "--source", SOURCE, "--redline").out
    assert "DEMO pays [-once-]{+twice+} a year" in said
    assert "<  (1) DEMO contractors" in said
    assert ">  (1) DEMO contractors" in said


def test_the_json_form_holds_both_clean_copies_and_the_pieces(desk: Desk, copies: tuple[str, str]) -> None:
    desk.configure(f"- id: {SOURCE}")
    body = json.loads(desk.run("compare", *copies, "--source", SOURCE, "--redline", "--format", "json").out)
    assert body["schema"] == "cmaa-monitor.redline.v1"
    assert body["counts"] == {"edited": 1, "added": 0, "removed": 0, "moved": 1}
    assert body["clean_before"][-1] == "DEMO pays once a year"
    assert body["clean_after"][-1] == "DEMO pays twice a year"
    assert sorted(body["clean_before"][:-1]) == sorted(body["clean_after"][:-1])


def test_a_clean_copy_can_be_had_alone(desk: Desk, copies: tuple[str, str]) -> None:
    desk.configure(f"- id: {SOURCE}")
    said = desk.run("compare", *copies, "--source", SOURCE, "--redline", "--view", "after").out
    assert said.strip().endswith("DEMO pays twice a year")
    assert "once" not in said


def test_options_that_mean_something_together_only_are_refused_alone(desk: Desk, copies: tuple[str, str]) -> None:
    desk.configure(f"- id: {SOURCE}")
    for words in (["--format", "html"], ["--view", "after"], ["--redline", "--json"]):
        assert desk.run("compare", *copies, "--source", SOURCE, *words).code == 2


def test_a_lists_redline_shows_the_fields_that_differ(desk: Desk, tmp_path: Path) -> None:
    desk.configure(FDA)
    old, new = tmp_path / "old.csv", tmp_path / "new.csv"
    old.write_bytes(as_csv(a_list()))
    new.write_bytes(as_csv(renamed(a_list(), "K900003", "demo unlike 3")))
    said = desk.run("compare", str(old), str(new), "--source", "fda.ai-devices", "--redline").out
    assert "[-" in said
    assert "unlike" in said


@pytest.fixture
def told(desk: Desk, copies: tuple[str, str]) -> str:
    """The id of the change that two polls of both copies found."""
    desk.configure(f"- id: {SOURCE}")
    begin = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    desk.begin_simulated_time(begin)
    desk.serve(
        SOURCES[SourceId(SOURCE)].source.routes[0].url, [Response(body=Path(one).read_bytes()) for one in copies]
    )
    for day in range(2):
        desk.set_time(begin + timedelta(days=day))
        desk.run("check")
    found: str = next(change.change.id for change in desk.changes() if change.change.news is News.MODIFIED)
    return found


def test_show_redlines_the_document_between_the_two_polls(desk: Desk, told: str) -> None:
    said = desk.run("show", told, "--redline").out
    assert said.startswith("*** DEMO")
    assert "[-once-]{+twice+}" in said
    body = json.loads(desk.run("show", told, "--redline", "--format", "json").out)
    assert body["demo"] is True
    assert body["clean_after"][-1] == "DEMO pays twice a year"


def test_show_writes_one_html_file(desk: Desk, told: str) -> None:
    page = desk.run("show", told, "--redline", "--format", "html", "--view", "before").out
    assert page.startswith("<!DOCTYPE html>")
    assert told in page
    assert 'id="before" checked' in page


def test_show_tells_what_was_cut_out_as_noise_and_by_which_rule(desk: Desk, told: str) -> None:
    said = " ".join(desk.run("show", told).out.split())
    assert "selector [class*=promo]: 1 part, 15 characters" in said
    assert "pattern reading-time: 1 part" in said
    strips = desk.run("show", told, "--json").body["strips"]
    assert {"rule": "[class*=promo]", "kind": "selector", "parts": 1, "chars": 15}.items() <= strips[0].items()


def test_a_dry_run_tells_what_every_rule_cuts(desk: Desk, copies: tuple[str, str]) -> None:
    desk.configure(f"- id: {SOURCE}")
    desk.serve(SOURCES[SourceId(SOURCE)].source.routes[0].url, Response(body=Path(copies[0]).read_bytes()))
    assert "  cut     selector [class*=promo]: 1 part" in desk.run("sources", "test", SOURCE).out


def test_a_rule_that_suddenly_cuts_the_news_is_told_as_a_gap(desk: Desk, copies: tuple[str, str]) -> None:
    desk.configure(f"- id: {SOURCE}")
    old = Path(copies[0]).read_text()
    hidden = old.replace("DEMO join today", "DEMO payment for autonomous software ends next year, says the Panel. " * 5)
    desk.serve(SOURCES[SourceId(SOURCE)].source.routes[0].url, [Response(body=b.encode()) for b in (old, hidden)])
    assert desk.verdict() == ("CHANGED", "baseline")
    assert desk.verdict() == ("SUSPECT", "strip-grew")
