"""A document that comes onto a list which is watched already: its first copy is judged, and told once."""

import json
from typing import Any

import pytest

from monitor.model.difference import Act, Change, News
from monitor.model.snapshot import Passage
from tests.e2e.desk import Desk
from tests.e2e.payer import ENTRY, FOLLOW_HTML, HOST, INDEX, PARAGRAPHS, Payer, index, policy
from tests.e2e.test_following import codes
from tests.e2e.test_following_pdf import FOLLOW_PDF, pdf
from tests.loopback import Response

SAYS = "Autonomous artificial intelligence interpretation (CPT 92229) is investigational and is not covered."
TEXT = (*PARAGRAPHS[:2], SAYS)
PLAIN = ("This DEMO policy is on dental crowns.", "A dentist places them, and files a claim for the visit.")
NEW = "/policies/demo-9.html"
CHILD = f"{INDEX}/demo-9"
LEAD = "- {id: lead, channel: file, path: lead, tiers: [ACT, REVIEW]}"
ALL = "- {id: all, channel: file, path: all, tiers: [ACT, REVIEW, FYI]}"


@pytest.fixture
def payer(desk: Desk) -> Payer:
    """Three policies, watched since yesterday."""
    desk.configure(f"{ENTRY} {FOLLOW_HTML}", subscribers=[LEAD, ALL])
    payer = Payer(desk.server)
    payer.pages = {path: policy(words, TEXT) for path, words in payer.links.items()}
    payer.put()
    desk.check()
    assert desk.changes() == (), "what was there at the baseline is not news, whatever it says"
    return payer


def publish(payer: Payer, path: str = NEW, text: tuple[str, ...] = TEXT, words: str = "DEMO policy 9") -> None:
    payer.links[path] = words
    payer.pages[path] = policy(words, text)
    payer.put()


def by_source(desk: Desk) -> dict[str, Change]:
    return {kept.change.source_id: kept.change for kept in desk.changes()}


def told(desk: Desk, folder: str) -> list[dict[str, Any]]:
    return [json.loads(one.read_bytes())["data"] for one in sorted((desk.folder / folder).glob("*.json"))]


def test_the_text_of_a_new_web_page_is_judged_and_quoted(desk: Desk, payer: Payer) -> None:
    publish(payer)
    body = desk.check()
    assert (codes(body)[INDEX], codes(body)[CHILD]) == ("changed", "new-document")
    change = by_source(desk)[CHILD]
    assert (change.news, [d.act for d in change.differences]) == (News.ADDED, [Act.ADDED])
    after = change.differences[0].after
    assert isinstance(after, Passage)
    assert after.text == SAYS
    assert change.headline == "DEMO payer published DEMO policy 9: 1 passage of 5 on the topic"
    shown = desk.run("show", change.id)
    assert shown.code == 0
    assert "is investigational and is not covered" in " ".join(shown.out.split())
    assert "also seen at payer.policies" in " ".join(shown.out.split())
    redline = desk.run("show", change.id, "--redline")
    assert (redline.code, SAYS in " ".join(redline.out.split())) == (0, True)
    assert desk.run("verify").code == 0


def test_it_is_one_event_with_the_link_and_told_once_to_who_heard_of_both(desk: Desk, payer: Payer) -> None:
    publish(payer)
    desk.check()
    changes = by_source(desk)
    link, document = changes[INDEX], changes[CHILD]
    one, other = (desk.run("show", change.id, "--json").body["cluster"] for change in (link, document))
    assert one["id"] == other["id"]
    assert other["ground"] == f"new entry {CHILD}"
    assert [data["change_id"] for data in told(desk, "lead")] == [document.id], "the link alone says nothing"
    digest = desk.run("digest", "--preview").out
    assert f"1. {document.headline}" in digest
    assert f"1. {link.headline} [" not in digest
    (row,) = (line for line in digest.splitlines() if line.startswith("  DEMO policies "))
    assert row.endswith("changed")
    assert not row.endswith("unchanged")
    assert digest.count(f"Also seen at {INDEX} ({link.id}") == 1


def test_the_text_of_a_new_pdf_is_judged(desk: Desk) -> None:
    desk.configure(f"{ENTRY} {FOLLOW_PDF}")
    payer = Payer(desk.server, count=0)

    def put(name: str, *text: str) -> None:
        payer.links[f"/policies/{name}.pdf"] = f"DEMO {name} policy"
        payer.put()
        response = Response(body=pdf(*text), media_type="application/pdf")
        payer.server.set(f"/payer.invalid/policies/{name}.pdf", response)

    put("imaging", *TEXT)
    desk.check()
    put("retina", "This is the DEMO policy on the retina.", *TEXT)
    assert codes(desk.check())[f"{INDEX}/retina"] == "new-document"
    change = by_source(desk)[f"{INDEX}/retina"]
    assert [d.label for d in change.differences] != []
    assert any(isinstance(d.after, Passage) and SAYS in d.after.text for d in change.differences)


def test_a_text_that_is_not_on_the_topic_begins_quietly_and_the_ledger_says_that_it_was_judged(
    desk: Desk, payer: Payer
) -> None:
    publish(payer, text=PLAIN)
    (row,) = (one for one in desk.check()["sources"] if one["id"] == CHILD)
    assert row["code"] == "baseline"
    assert "nothing in it on the topic" in row["reason"]
    assert set(by_source(desk)) == {INDEX}


def test_a_new_document_that_cannot_be_read_is_said_so_until_it_is_read_and_then_judged(
    desk: Desk, payer: Payer
) -> None:
    publish(payer)
    refusals = [
        Response(status=404, body=b"<title>Not found</title>gone"),
        Response(status=403, body=b"<title>Access Denied</title>Reference #1"),
        Response(body=b"%PDF-1.7 nothing", media_type="application/pdf"),
    ]
    for refusal in refusals:
        payer.server.set(f"/payer.invalid{NEW}", refusal)
        (row,) = (one for one in desk.check()["sources"] if one["id"] == CHILD)
        assert not row["verified"]
        said = "New document, named in CH-2026-0001, could not be read yet"
        assert said in row["reason"]
        for words in (["status"], ["digest", "--preview"], ["coverage"]):
            assert said.casefold() in " ".join(desk.run(*words).out.split()).casefold(), words
    payer.put()
    assert codes(desk.check())[CHILD] == "new-document"
    assert by_source(desk)[CHILD].found_late
    assert "could not be read yet" not in desk.run("status").out
    payer.edit(NEW, "is investigational", "is unproven")
    assert codes(desk.check())[CHILD] == "changed"


def test_the_same_bytes_at_another_address_are_no_new_document(desk: Desk, payer: Payer) -> None:
    payer.links[NEW] = "DEMO policy 1"
    payer.pages[NEW] = payer.pages["/policies/demo-1.html"]
    payer.put()
    assert codes(desk.check())[CHILD] == "baseline"
    assert set(by_source(desk)) == {INDEX}


def test_of_several_new_documents_those_that_matter_are_told_each_by_itself(desk: Desk, payer: Payer) -> None:
    for n in range(10, 15):
        publish(payer, f"/policies/demo-{n}.html", TEXT if n % 2 else PLAIN, f"DEMO policy {n}")
    body = codes(desk.check())
    assert [body[f"{INDEX}/demo-{n}"] for n in range(10, 15)] == ["baseline", "new-document"] * 2 + ["baseline"]
    assert len(desk.changes()) == 3


def test_a_long_new_document_is_told_by_its_gravest_passages_with_their_number(desk: Desk, payer: Payer) -> None:
    publish(payer, text=tuple(f"Section {n}: {SAYS}" for n in range(300)))
    desk.check()
    change = by_source(desk)[CHILD]
    assert len(change.differences) == 20
    assert "300 passages of 302 on the topic" in change.headline


def test_everything_behind_a_new_list_is_new(desk: Desk) -> None:
    nested = FOLLOW_HTML.replace("kind: prose, noun: passage", "kind: links, noun: file").removesuffix("}}") + (
        ", follow: {kind: prose, noun: passage, where: {url: '[.]htm$'}}}}"
    )
    desk.configure(f"{ENTRY} {nested.replace(', drop: [.promo]', '')}")
    server = desk.server

    def meetings(*names: str) -> None:
        server.set("/payer.invalid/policies.html", Response(body=index({f"/policies/{n}.html": n for n in names})))
        for name in names:
            page = index({f"/files/{name}-agenda.htm": f"DEMO agenda of {name}"}, title=f"DEMO {name}")
            server.set(f"/payer.invalid/policies/{name}.html", Response(body=page))
            server.set(f"/payer.invalid/files/{name}-agenda.htm", Response(body=policy(name, TEXT)))

    meetings("february")
    assert set(codes(desk.check()).values()) == {"baseline"}
    meetings("february", "may")
    found = codes(desk.check())
    assert found[f"{INDEX}/may"] == "baseline"
    assert found[f"{INDEX}/may/may-agenda"] == "new-document"
    assert f"{HOST}/files/may-agenda.htm" in desk.run("show", by_source(desk)[f"{INDEX}/may/may-agenda"].id).out


def test_documents_that_are_followed_later_are_a_baseline(desk: Desk) -> None:
    alone = f"{ENTRY.rstrip(',')}}}"
    desk.configure(alone)
    payer = Payer(desk.server)
    desk.check()
    publish(payer)
    desk.check()
    desk.configure(f"{ENTRY} {FOLLOW_HTML}")
    assert codes(desk.check())[CHILD] == "baseline"
    assert set(by_source(desk)) == {INDEX}
