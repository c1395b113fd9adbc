"""An index page and the documents behind it, each watched as a source of its own."""

from datetime import timedelta
from itertools import pairwise
from statistics import median
from typing import Any

import pytest
from msgspec.structs import replace

from monitor.app import House
from monitor.model.difference import Act, News
from monitor.model.snapshot import Passage
from monitor.model.verdict import Trigger
from tests.e2e.desk import EVER, Desk
from tests.e2e.payer import ENTRY, FOLLOW_HTML, INDEX, PARAGRAPHS, Payer, policy
from tests.fakes import NOW
from tests.loopback import Response

ONE = "/policies/demo-1.html"
CHILD = f"{INDEX}/demo-1"


@pytest.fixture
def payer(desk: Desk) -> Payer:
    desk.configure(f"{ENTRY} {FOLLOW_HTML}")
    return Payer(desk.server)


def codes(body: dict[str, Any]) -> dict[str, str]:
    """The code of each source's check."""
    return {one["id"]: one["code"] for one in body["sources"]}


def test_the_documents_of_a_new_list_get_their_baseline_in_the_same_run_and_nobody_is_told(
    desk: Desk, payer: Payer
) -> None:
    first = desk.check()
    assert list(codes(first)) == [INDEX, f"{INDEX}/demo-0", CHILD, f"{INDEX}/demo-2"]
    assert set(codes(first).values()) == {"baseline"}
    assert (first["changes"], first["exit_code"], first["left_out"]) == ([], 0, [])
    again = desk.check()
    assert set(codes(again).values()) == {"same-bytes"}
    assert len(again["sources"]) == 4


def test_a_document_edited_in_place_is_one_change_with_the_right_passage(desk: Desk, payer: Payer) -> None:
    desk.check()
    payer.edit(ONE, "is experimental and is not covered", "is covered for diabetic retinopathy")
    body = desk.check()
    assert codes(body)[CHILD] == "changed"
    assert [code for name, code in codes(body).items() if name != CHILD] == ["same-bytes"] * 3
    (kept,) = desk.changes()
    (difference,) = kept.change.differences
    assert (kept.change.source_id, kept.change.news, difference.act) == (CHILD, News.MODIFIED, Act.MODIFIED)
    assert isinstance(difference.after, Passage)
    assert difference.after.headings[-1] == "Policy"
    assert difference.fields[0].old == PARAGRAPHS[2]
    assert difference.fields[0].new == "Autonomous reading without a physician is covered for diabetic retinopathy."
    shown = desk.run("show", kept.change.id).out
    assert "https://payer.invalid/policies/demo-1.html" in shown
    assert "DEMO payer" in shown


def test_noise_that_the_section_drops_is_no_news(desk: Desk, payer: Payer) -> None:
    desk.check()
    payer.edit(ONE, "Join our plan today", "Only this week")
    assert codes(desk.check())[CHILD] == "same-content"
    assert desk.changes() == ()


def test_a_new_link_is_told_by_the_list_and_its_document_is_read_in_the_same_run(desk: Desk, payer: Payer) -> None:
    desk.begin_simulated_time(NOW)
    desk.check("--due")
    payer.links["/policies/demo-9.html"] = "DEMO policy 9"
    payer.pages["/policies/demo-9.html"] = policy(
        "9", ["This DEMO policy is on dental crowns, which a dentist places."]
    )
    payer.put()
    desk.set_time(NOW + timedelta(days=1))
    body = desk.check("--due")
    assert codes(body)[f"{INDEX}/demo-9"] == "baseline"
    (kept,) = desk.changes()
    assert (kept.change.source_id, kept.change.news) == (INDEX, News.ADDED)
    assert desk.check("--due")["sources"] == []


def test_only_what_the_list_tells_of_is_asked_out_of_turn(desk: Desk, payer: Payer) -> None:
    desk.configure(f"{ENTRY.replace('every: 1d', 'every: 1h')} {FOLLOW_HTML.replace('noun', 'every: 7d, noun')}")
    desk.begin_simulated_time(NOW)
    desk.check("--due")
    payer.links[ONE] = "DEMO policy 1 (revised)"
    payer.put()
    desk.set_time(NOW + timedelta(hours=1))
    body = desk.check("--due")
    assert codes(body) == {INDEX: "changed", CHILD: "same-bytes"}


def test_a_missing_document_is_its_own_problem_and_removes_nothing(desk: Desk, payer: Payer) -> None:
    desk.check()
    payer.withdraw(ONE)
    for _ in range(3):
        body = desk.check()
        assert codes(body)[CHILD] == "gone"
        assert codes(body)[INDEX] == codes(body)[f"{INDEX}/demo-0"] == "same-bytes"
        assert body["exit_code"] == 3
    assert desk.changes() == ()
    state = desk.state(CHILD)
    assert (state.failures_in_row, state.snapshot_id is not None) == (3, True)
    assert f"Gap: {CHILD}" in desk.run("status").out
    payer.put()
    assert codes(desk.check())[CHILD] == "same-bytes"


def test_a_document_that_is_missing_from_the_start_stops_nobody_else(desk: Desk, payer: Payer) -> None:
    payer.withdraw(ONE)
    assert codes(desk.check()) == {
        INDEX: "baseline",
        f"{INDEX}/demo-0": "baseline",
        CHILD: "gone",
        f"{INDEX}/demo-2": "baseline",
    }


def test_a_list_that_fails_leaves_its_documents_watched(desk: Desk, payer: Payer) -> None:
    desk.check()
    payer.server.set("/payer.invalid/policies.html", Response(status=503, body=b"busy"))
    payer.pages[ONE] = policy("1", (*PARAGRAPHS, "A new rule for the DEMO service."))
    payer.server.set(f"/payer.invalid{ONE}", Response(body=payer.pages[ONE]))
    body = desk.check()
    assert len(body["sources"]) == 4
    assert codes(body)[CHILD] == "changed"


def test_a_document_that_left_the_list_is_no_longer_expected_and_its_evidence_stays(desk: Desk, payer: Payer) -> None:
    desk.check()
    payer.edit(ONE, "is experimental", "is unproven")
    desk.check()
    del payer.links[ONE]
    payer.put()
    assert codes(desk.check())[CHILD] == "same-bytes"  # the removal is not confirmed yet
    confirmed = desk.check()
    assert CHILD not in codes(confirmed)
    assert [one["news"] for one in confirmed["changes"]] == ["removed"]
    assert CHILD not in [one["id"] for one in desk.run("coverage", "--since", EVER, "--json").body["sources"]]
    assert CHILD not in desk.run("sources", "list").out
    kept = [one["source"] for one in desk.run("checks", "--since", EVER, "--json", "--source", CHILD).body["checks"]]
    assert kept == [CHILD] * 3
    (change,) = desk.run("changes", "--since", EVER, "--source", CHILD, "--json").body["changes"]
    assert "DEMO payer" in desk.run("show", change["id"]).out


def test_every_command_knows_the_documents(desk: Desk, payer: Payer) -> None:
    desk.check()
    listed = desk.run("sources", "list")
    lines = [line.split()[:2] for line in listed.out.splitlines()[1:]]
    assert lines[:2] == [[INDEX, "DEMO"], ["└", f"{INDEX}/demo-0"]]
    bodies = {one["id"]: one for one in desk.run("sources", "list", "--json").body["sources"]}
    assert (bodies[CHILD]["parent"], bodies[INDEX]["parent"]) == (INDEX, None)
    for words in (["status"], ["coverage"], ["digest", "--preview"], ["checks"]):
        assert CHILD in desk.run(*words).out or "DEMO policy 1" in desk.run(*words).out, words
    assert "4 of 4 sources verified" in desk.run("status").out
    assert "3 are watched behind lists" in desk.run("doctor", "--offline").out


def test_one_document_or_a_whole_family_can_be_named(desk: Desk, payer: Payer) -> None:
    desk.check()
    assert list(codes(desk.check("--source", CHILD))) == [CHILD]
    assert len(desk.check("--source", INDEX)["sources"]) == 4
    payer.edit(ONE, "is experimental", "is unproven")
    desk.check()
    for name in (CHILD, INDEX):
        assert len(desk.run("changes", "--source", name, "--json").body["changes"]) == 1
    assert len(desk.run("coverage", "--source", INDEX, "--json").body["sources"]) == 4
    assert len(desk.run("coverage", "--source", CHILD, "--json").body["sources"]) == 1
    unknown = desk.run("check", "--source", f"{INDEX}/demo-77")
    assert (unknown.code, f"It has: {INDEX}. 3 documents behind these" in unknown.err) == (2, True)


def test_a_document_can_be_tested_and_compared_like_any_source(desk: Desk, payer: Payer) -> None:
    before = desk.run("sources", "test", INDEX)
    assert f"follows {CHILD}: https://payer.invalid{ONE}" in before.out
    assert not desk.database.exists()
    desk.check()
    assert "would be accepted" in desk.run("sources", "test", CHILD).out
    old, new = desk.folder / "old.html", desk.folder / "new.html"
    old.write_bytes(payer.pages[ONE])
    new.write_bytes(payer.pages[ONE].replace(b"is experimental", b"is proven"))
    assert desk.run("compare", str(old), str(new), "--source", CHILD, "--json").body["verdict"] == "CHANGED"


def test_more_documents_than_the_limit_are_said_aloud(desk: Desk, payer: Payer) -> None:
    desk.configure(f"{ENTRY} {FOLLOW_HTML.replace('noun', 'limit: 2, noun')}")
    body = desk.check()
    assert list(codes(body)) == [INDEX, f"{INDEX}/demo-0", CHILD]
    assert body["left_out"][0]["source"] == INDEX
    said = "1 of 3 documents are not followed: the limit is 2."
    for words in (["check"], ["sources", "list"], ["sources", "test", INDEX], ["doctor", "--offline"]):
        assert said in desk.run(*words).out, words


def test_a_run_without_anything_to_follow_says_so(desk: Desk, payer: Payer) -> None:
    desk.configure(f"{ENTRY} {FOLLOW_HTML.replace('html', 'docx')}")
    assert "Nothing on the list fits where" in desk.run("check").out


def test_many_documents_of_one_host_are_asked_one_after_the_other_at_its_pace(desk: Desk) -> None:
    server = Payer(desk.server, count=300).server
    desk.configure(f"{ENTRY} {FOLLOW_HTML.replace('noun', 'limit: 300, noun')}")
    config = desk.house.config
    house = House(replace(config, fetch=replace(config.fetch, pace_s=0.01, workers=8)))
    with house.writer() as store, house.client(store, house.clock(store)) as client:
        done = house.poll(store, client, house.clock(store)).run(config.sources, Trigger.HAND)
    assert len(done) == 301
    assert all(one.check.ruling.code == "baseline" for one in done)
    asked = sorted(request.at for request in server.requests if not request.path.endswith("/robots.txt"))
    assert len(asked) == 301
    assert asked[-1] - asked[0] >= 300 * 0.01
    assert median(later - earlier for earlier, later in pairwise(asked)) >= 0.01


def test_many_documents_share_a_row_and_the_one_that_fails_has_its_own(desk: Desk) -> None:
    root = "https://payer.invalid"
    links = "".join(f"<p><a href='/p{n}.html'>DEMO policy {n}</a></p>" for n in range(40))
    desk.configure(
        f"- {{id: demo.payer, kind: links, name: DEMO payer, authority: DEMO, every: 1d, url: '{root}/',"
        " follow: [{kind: prose, where: {label: DEMO}}]}"
    )
    desk.serve(f"{root}/", Response(body=f"<html><title>DEMO</title><main>{links}</main></html>".encode()))
    for n in range(39):
        text = f"<h1>DEMO policy {n}</h1><p>DEMO words of policy {n}, enough of them for a paragraph.</p>"
        body = f"<html><head><title>DEMO</title></head><body><main>{text}</main></body></html>"
        desk.serve(f"{root}/p{n}.html", Response(body=body.encode()))
    desk.check()
    listed = desk.run("sources", "list").out
    assert "└ 40 documents behind demo.payer" in listed
    assert "never (1 of 40)" in listed
    assert desk.run("sources", "list", "--all").out.count("└ demo.payer/") == 40
    covered = desk.run("coverage").out
    row = next(line for line in covered.splitlines() if "└ 39 documents behind demo.payer" in line)
    assert "39/39" in row
    assert "demo.payer/p39" in covered
    (family,) = desk.run("coverage", "--json").body["families"]
    assert (family["parent"], family["documents"], family["verified"]) == ("demo.payer", 40, 39)
    assert family["results"] == {"UNVERIFIED": 1, "baseline": 39}
