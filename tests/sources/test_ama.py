"""The AMA's pages: what rolls on them is no change, and what matters is."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model.assessment import Level
from monitor.model.errors import Unreadable
from monitor.model.snapshot import Passage, Snapshot
from monitor.model.source import Kind
from monitor.sources import SOURCES
from monitor.sources.ama_site import one_address, settled
from monitor.sources.following import children
from tests.sources.copies import RECORDED, read, source

AMA = [name for name in SOURCES if name.startswith("ama.")]
PROSE = [name for name in AMA if SOURCES[name].source.kind is Kind.PROSE and (RECORDED / name / "02.html").exists()]
LINKS = [name for name in AMA if SOURCES[name].source.kind is Kind.LINKS]


def text(*paragraphs: str) -> tuple[str, ...]:
    return tuple(passage.text for passage in settled(Passage(headings=(), text=one) for one in paragraphs))


@pytest.mark.parametrize(
    "rolls",
    [
        "UPDATED | 3 Min Read",
        "Updated | 5 Min Read",
        "Nov 20, 2026 | 4 Min Read",
        "2 minute read",
        "Updated Nov. 20, 2026",
        "Last updated: 11/20/2026",
        "Back to top",
        "Print this page",
        "Half the dues: a DEMO offer for new members.",
        "Join the AMA today, and read more than this DEMO.",
        "Renew your membership now.",
        "Become a member and save 20% on DEMO books.",
        "Registration for the May 2025 Panel meeting opens Feb. 3, 2025.",
        "The deadline to register is April 17, 2025.",
        "Rooms at the DEMO hotel are held until April 10, 2025.",
        "Nominations for the Panel are due Sept. 27, 2024.",
        "Nominees are told by June 1, 2024.",
        "Questions? Contact Zoe Demo at zoe.demo@panel.invalid.",
        "For help call the DEMO staff: (312) 555-0100.",
        "Contact us by e-mail: [email protected]",
    ],
)
def test_what_rolls_is_dropped_whole(rolls: str) -> None:
    assert text(rolls, "A code counts from 1 January.") in {
        ("A code counts from 1 January.",),
        ("Questions?", "A code counts from 1 January."),
    }


@pytest.mark.parametrize(
    "kept",
    [
        "March 11, 2025",
        "January 1",
        "Posted Oct. 29, 2021",
        "Effective July 1, 2027",
        "Applications for the May 2025 meeting are due Feb. 3, 2025; registration opens then too.",
        "Register for the portal to see the agenda.",
        "Comments on a tab close Jan. 15, 2027.",
        "Nominations do not change a code application.",
        "Members of the Panel decide.",
        "The Panel meets May 1-3, 2025 in New York.",
        "An early release saves time.",
        "A request must arrive within 14 days.",
    ],
)
def test_what_a_deadline_or_a_rule_hangs_on_is_kept(kept: str) -> None:
    assert text(kept) == (kept,)


def test_of_a_sentence_with_a_deadline_only_the_address_goes() -> None:
    said = "PLA applications are due March 11, 2025, by e-mail to zoe.demo@panel.invalid."
    assert text(said) == ("PLA applications are due March 11, 2025, by e-mail to (address).",)
    assert text(said.replace("zoe.demo", "max.demo")) == text(said), "whose address it is says nothing"


@given(st.lists(st.text(max_size=300), max_size=5))
def test_any_text_is_settled_and_stays_so(paragraphs: list[str]) -> None:
    once = text(*paragraphs)
    assert text(*once) == once


@pytest.mark.parametrize("name", PROSE)
def test_noise_on_a_page_of_prose_changes_nothing(name: str) -> None:
    body = (RECORDED / name / "02.html").read_text(encoding="utf-8")
    noisy = (
        body.replace("bigger discount: written for a test", "smaller one")
        .replace("5 Min Read", "9 Min Read")
        .replace("</article>", "<p>Nominations are due April 26, 2024.</p><p>Half the dues!</p></article>")
        .replace("Another story", "Another story still")
    )
    assert noisy != body
    assert _content(read(noisy.encode(), name)) == _content(read(body.encode(), name))


def _content(snapshot: Snapshot) -> object:
    return snapshot.passages, snapshot.records


@pytest.mark.parametrize(
    "written",
    [
        "https://www.ama-assn.org/about/demo",
        "http://www.ama-assn.org/about/demo",
        "http://ama-assn.org/about/demo/",
        "https://ama-assn.org:443/about/demo",
    ],
)
def test_one_page_has_one_address(written: str) -> None:
    assert one_address(written) == "https://www.ama-assn.org/about/demo"


@pytest.mark.parametrize("written", ["https://demo.invalid/a/", "http://[", "https://www.ama-assn.org.demo.invalid/a/"])
def test_addresses_of_other_sites_are_left_alone(written: str) -> None:
    assert one_address(written) == written


@pytest.mark.parametrize("name", LINKS)
def test_links_spelt_in_another_way_are_the_same_links(name: str) -> None:
    body = (RECORDED / name / "02.html").read_text(encoding="utf-8")
    other = body.replace('href="/', 'href="http://ama-assn.org/').replace(" Min Read", "0 Min Read")
    assert other != body
    again, first = read(other.encode(), name), read(body.encode(), name)
    assert _content(again) == _content(first)
    assert first.records


@pytest.mark.parametrize("name", ["ama.cmaa", "ama.cmaa-cpt", "ama.early-release", "ama.errata"])
def test_a_page_that_is_not_there_yet_is_no_broken_source(name: str) -> None:
    before = read((RECORDED / name / "01.html").read_bytes(), name)
    after = read((RECORDED / name / "02.html").read_bytes(), name)
    assert (before.size, after.size, source(name).contract.allow_empty) == (0, 1, True)
    bare = (
        b"<html><head><title>CPT | American Medical Association</title></head><body><main><p>x</p></main></body></html>"
    )
    with pytest.raises(Unreadable, match="without any link"):
        read(bare, name)


@pytest.mark.parametrize("name", ["ama.cmaa", "ama.cmaa-cpt"])
def test_the_cmaa_page_is_followed_under_the_highest_floor_once_it_is_there(name: str) -> None:
    found = read((RECORDED / name / "02.html").read_bytes(), name)
    (child,) = children(source(name), found.records)
    assert (source(name).floor, child.floor) == (Level.CRITICAL, Level.CRITICAL)
    assert child.routes[0].url == "https://www.ama-assn.org/practice-management/cpt/demo-cmaa"
    assert child.id == f"{name}/demo-cmaa"
    assert children(source(name), read((RECORDED / name / "01.html").read_bytes(), name).records) == ()


def test_behind_the_panels_home_page_each_meeting_has_its_dates_and_its_agendas() -> None:
    home = read((RECORDED / "ama.panel" / "02.html").read_bytes(), "ama.panel")
    behind = children(source("ama.panel"), home.records)
    names = [child.id.removeprefix("ama.panel/demo-cpt-editorial-panel-meeting-") for child in behind]
    months = ["february-2027", "september-2026", "may-2026"]
    assert names == [*months, *(f"{month}.text" for month in months)]
    assert {child.kind for child in behind} == {Kind.LINKS, Kind.PROSE}


@pytest.mark.parametrize("name", ["ama.category-iii-files", "ama.pla-files", "ama.maaa-files"])
def test_the_files_of_codes_are_watched_themselves_under_a_name_that_says_what_they_are(name: str) -> None:
    found = read((RECORDED / name / "02.html").read_bytes(), name)
    behind = children(source(name), found.records)
    assert [child.routes[0].url for child in behind] == [record.key for record in found.records]
    assert {child.kind for child in behind} == {Kind.PROSE}
    assert all(child.name.startswith("CPT codes: files of ") for child in behind)


def calendar(*bullets: str, heading: str = "2027") -> dict[str, dict[str, str]]:
    items = "".join(f"<li>{bullet}</li>" for bullet in bullets)
    page = (
        f"<html><title>calendar</title><main><h1>Panel and RUC calendar</h1><h2>{heading}</h2><ul>{items}</ul></main>"
    )
    return {str(one.key): dict(one.fields) for one in read(page.encode(), "ama.calendar").records}


@pytest.mark.parametrize(
    ("bullet", "first", "last", "place"),
    [
        ("May 9-11, 2024 (Chicago, Illinois)", "2024-05-09", "2024-05-11", "Chicago, Illinois"),
        ("Sept. 19\u201321, 2024 (Albuquerque, New Mexico)", "2024-09-19", "2024-09-21", "Albuquerque, New Mexico"),
        ("April 29 - May 1, 2027: DEMO City", "2027-04-29", "2027-05-01", "DEMO City"),
        ("December 30-January 2, 2028", "2027-12-30", "2028-01-02", ""),
        ("February 29, 2028", "2028-02-29", "2028-02-29", ""),
    ],
)
def test_a_meetings_days_are_read_however_they_are_written(bullet: str, first: str, last: str, place: str) -> None:
    ((key, fields),) = calendar(bullet).items()
    assert key == f"{first} meeting"
    assert (fields["first_day"], fields["last_day"], fields["place"]) == (first, last, place)
    assert date.fromisoformat(last) >= date.fromisoformat(first)


@pytest.mark.parametrize(
    ("bullet", "heading", "body"),
    [
        ("May 9-11, 2024", "2024", "meeting"),
        ("May 9-11, 2024", "Panel and RUC meetings", "meeting"),
        ("May 9-11, 2024", "Panel meetings", "CPT Editorial Panel"),
        ("RUC: May 9-11, 2024", "Panel meetings", "RUC"),
        ("CPT Editorial Panel, May 9-11, 2024", "2024", "CPT Editorial Panel"),
    ],
)
def test_whose_meeting_it_is_is_only_believed_where_it_is_said(bullet: str, heading: str, body: str) -> None:
    assert list(calendar(bullet, heading=heading)) == [f"2024-05-09 {body}"]


@pytest.mark.parametrize(
    "bullet",
    [
        "May 32, 2024",
        "Meeting 12, 2024",
        "May 11-9, 2024",
        "no date",
        "February 30-31, 2027",
        "Applications are due May 9, 2027",
        "The agenda is posted by May 9, 2027",
        "Registration opens May 9, 2027",
    ],
)
def test_a_calendar_without_a_date_that_can_be_is_refused(bullet: str) -> None:
    with pytest.raises(Unreadable, match="without any date"):
        calendar(bullet)
