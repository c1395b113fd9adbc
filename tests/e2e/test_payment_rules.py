"""A payment rule in full, from the proposed to the final one: which passages on software moved, and how."""

import json
from datetime import UTC, datetime, timedelta
from time import perf_counter

import pytest

from monitor.model.difference import Act
from monitor.model.snapshot import Passage
from tests.e2e.desk import Desk
from tests.e2e.test_federal_register import published
from tests.loopback import Response

LIST_URL = "https://www.federalregister.gov/api/v1/documents.json"
LIST = f"- {{id: federal-register, every: 1d, url: '{LIST_URL}'}}"
TITLE = "Medicare Program: DEMO Hospital Outpatient Prospective Payment for 2027"
START = datetime(2026, 7, 14, 12, tzinfo=UTC)
SAMS = "We {verb} to pay for software as a medical service (SaMS) with status indicator O1 from January 1, 2027."
KEPT = "Commenters asked how algorithmic analyses billed with CPT code 92229 would be paid under the OPPS."
FILLING = "The wage index of hospitals is updated as in earlier years and we refer readers to that discussion. "
PROPOSED = published("2026-13656", "2026-07-14", TITLE, docket_ids=["CMS-1850-P"])
FINAL = published("2026-23456", "2026-11-16", TITLE, type="Rule", action="Final rule.", docket_ids=["CMS-1850-FC"])


def rule(number: str, verb: str, *more: str, filling: int = 20) -> bytes:
    """The rule as the publisher sets it, with ``filling`` paragraphs that speak of nothing watched."""
    parts = [f"    {FILLING * 6}{n}." for n in range(filling)]
    parts[filling // 2 : filling // 2] = [
        "\nH. DEMO Payment for New Services\n\n",
        *(f"    {text}" for text in (SAMS.format(verb=verb), *more)),
        "\n\nI. DEMO Other\n\n",
    ]
    head = f"[Federal Register Volume 91]\n[FR Doc No: {number}]\n\nX. DEMO Provisions\n\n"
    foot = f"\n[FR Doc. {number} Filed 7-2-26; 4:15 pm]\n"
    return f"<html><head><title>Federal Register</title></head><body><pre>\n{head}{chr(10).join(parts)}{foot}".encode()


def text_url(document: dict[str, object]) -> str:
    day = str(document["publication_date"]).replace("-", "/")
    return f"https://www.federalregister.gov/documents/full_text/text/{day}/{document['document_number']}.txt"


def show(desk: Desk, days: int, *listed: dict[str, object]) -> None:
    body = {"count": len(listed), "results": listed}
    desk.serve(LIST_URL, Response(body=json.dumps(body).encode(), media_type="application/json"))
    desk.set_time(START + timedelta(days=days))
    desk.check()


@pytest.fixture
def register(desk: Desk) -> Desk:
    desk.configure(LIST)
    desk.begin_simulated_time(START)
    for document, body in (
        (PROPOSED, rule("2026-13656", "propose", KEPT)),
        (FINAL, rule("2026-23456", "are adopting")),
    ):
        desk.serve(text_url(document), Response(body=body, media_type="text/html"))
    return desk


def test_the_final_rule_is_told_as_what_it_says_otherwise_than_the_proposed_one(register: Desk) -> None:
    show(register, 0, PROPOSED)
    assert register.changes() == ()
    show(register, 125, FINAL, PROPOSED)
    told = {str(kept.change.source_id): kept for kept in register.changes()}
    change = told["federal-register/2026-23456"].change
    assert change.headline == "Federal Register: 2026-23456 against 2026-13656: 1 passage reworded, 1 removed"
    acts = {difference.act: difference for difference in change.differences}
    assert acts.keys() == {Act.MODIFIED, Act.REMOVED}
    edit = acts[Act.MODIFIED]
    assert ("We propose to pay" in edit.fields[0].old, "We are adopting to pay" in edit.fields[0].new) == (True, True)
    assert isinstance(edit.after, Passage)
    assert edit.after.headings == ("X. DEMO Provisions", "H. DEMO Payment for New Services")
    shown = " ".join(register.run("show", change.id).out.split())
    assert "are adopting" in shown
    assert told["federal-register/2026-23456"].before_sha is not None


def test_both_rules_found_on_one_day_are_a_baseline(register: Desk) -> None:
    show(register, 0, FINAL, PROPOSED)
    assert register.changes() == ()


def test_only_the_passages_on_the_watched_matter_are_kept(register: Desk) -> None:
    show(register, 0, PROPOSED)
    with register.store() as store:
        snapshot = store.snapshot(register.state("federal-register/2026-13656").snapshot_id or 0)
    assert [passage.text for passage in snapshot.passages] == [SAMS.format(verb="propose"), KEPT]


def test_the_text_of_another_document_is_no_copy_of_this_one(register: Desk) -> None:
    register.serve(text_url(PROPOSED), Response(body=rule("2026-99999", "propose"), media_type="text/html"))
    show(register, 0, PROPOSED)
    assert register.state("federal-register/2026-13656").snapshot_id is None


def test_a_rule_of_six_million_characters_is_read_in_seconds(register: Desk) -> None:
    body = rule("2026-13656", "propose", KEPT, filling=9_500)
    assert len(body) > 5_700_000
    register.serve(text_url(PROPOSED), Response(body=body, media_type="text/html"))
    began = perf_counter()
    show(register, 0, PROPOSED)
    assert perf_counter() - began < 30  # 3 to 4 s on an idle machine
    assert register.state("federal-register/2026-13656").snapshot_id is not None


def test_two_rules_can_be_compared_at_any_time(register: Desk) -> None:
    show(register, 0, FINAL, PROPOSED)
    rules = ("federal-register/2026-13656", "federal-register/2026-23456")
    ran = register.run("compare", *rules)
    assert ran.code == 0
    assert "2026-23456 against 2026-13656: 1 passage reworded, 1 removed" in ran.out
    body = register.run("compare", *rules, "--json").body
    assert [len(body[act]) for act in ("added", "removed", "modified")] == [0, 1, 1]
    shown = register.run("compare", *rules, "--redline").out
    assert "adopting" in shown


def test_what_cannot_be_compared_is_said(register: Desk) -> None:
    show(register, 0, PROPOSED)
    known = "federal-register/2026-13656"
    assert "one and the same" in register.run("compare", known, known).err
    assert "has no source" in register.run("compare", known, "federal-register/2026-00000").err
    assert "cannot be read" in register.run("compare", "no-file", "no-file", "--source", known).err
