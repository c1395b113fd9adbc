"""A second way to a list that shows less of it: what it leaves open stays, what it tells anew is told."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from monitor.compare.differences import difference
from monitor.compare.partial import completed
from monitor.model.difference import Act
from monitor.model.ids import RecordKey
from monitor.model.snapshot import Record, Snapshot
from tests.compare.build import table

FIRM = ("title",)


def lcd(number: int, version: int, title: str = "A title", **fields: str) -> Record:
    shown = f"L{number}"
    return Record(key=RecordKey(f"{shown} v{version}"), label=title, fields={"title": title, **fields}, document=shown)


def whole(*records: Record) -> Snapshot:
    return table(*records, columns=("title", "note", "contractor"))


def part(*records: Record) -> Snapshot:
    return replace(table(*records, columns=FIRM), partial=True)


KNOWN = whole(
    lcd(1, 3, note="", contractor="CGS"),
    lcd(1, 6, note="Future", contractor="CGS"),
    lcd(2, 1, "Retired one", note="Retired", contractor="NGS"),
)


def news(fresh: Snapshot) -> list[tuple[Act, str, list[str]]]:
    after = completed(KNOWN, fresh)
    assert (after.partial, after.columns) == (False, KNOWN.columns)
    return [(d.act, d.key, [f.name for f in d.fields]) for d in difference(KNOWN, after)]


def test_what_is_missing_or_empty_in_the_lesser_way_is_no_news() -> None:
    assert news(part(lcd(1, 3, "A  Title", note="x", contractor=""))) == []
    assert completed(KNOWN, part(lcd(1, 3))).records == KNOWN.records


def test_a_new_title_is_told_whichever_way_it_comes() -> None:
    assert news(part(lcd(1, 3, "Another"))) == [(Act.MODIFIED, "L1 v3", ["title"])]


def test_a_new_version_takes_over_what_the_lesser_way_does_not_say() -> None:
    after = completed(KNOWN, part(lcd(2, 2, "Retired one", note="")))
    (found,) = (record for record in after.records if record.key == "L2 v2")
    assert found.fields == {"title": "Retired one", "note": "", "contractor": "NGS"}
    assert {record.key for record in after.records} == {"L1 v3", "L1 v6", "L2 v2"}


def test_a_new_document_is_added_and_an_old_version_is_not() -> None:
    assert news(part(lcd(9, 1), lcd(1, 2), lcd(1, 5))) == [(Act.ADDED, "L9 v1", [])]


def test_the_newest_number_under_another_key_is_no_new_version() -> None:
    again = replace(lcd(1, 6), key=RecordKey("L1 r6"))
    assert news(part(again)) == []


def test_a_whole_copy_is_left_as_it_is() -> None:
    fresh = whole(lcd(1, 3))
    assert completed(KNOWN, fresh) is fresh


@given(st.sets(st.sampled_from(range(3))), st.booleans())
def test_going_over_to_the_lesser_way_and_back_tells_nobody(shown: set[int], empty: bool) -> None:
    seen = [replace(KNOWN.records[n], fields={"title": KNOWN.records[n].fields["title"]}) for n in shown]
    there = completed(KNOWN, part(*seen) if not empty else part())
    assert difference(KNOWN, there) == ()
    assert difference(there, KNOWN) == ()
