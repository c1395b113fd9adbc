"""Documents whose version is part of their key: which version takes the place of which."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from monitor.compare.versions import number_of, successions, superseded
from monitor.model.ids import RecordKey
from monitor.model.snapshot import Record, Snapshot
from tests.compare.build import table

Shown = set[tuple[str, int]]


def versions(shown: Shown) -> Snapshot:
    """So many versions of the documents A and B."""
    return table(*(version(document, number) for document, number in sorted(shown)))


def version(document: str, number: int, kind: str = "v") -> Record:
    key = RecordKey(f"{document} {kind}{number}")
    return Record(key=key, label=document, fields={"title": document}, document=document)


def document_of(key: str) -> str:
    return key.split(" ")[0]


# Numbers on both sides of 10: as text, 9 stands after 10.
some_versions = st.sets(st.tuples(st.sampled_from("AB"), st.integers(7, 12)))


@given(some_versions, some_versions)
def test_a_document_has_successions_where_as_many_versions_came_as_went_and_they_keep_their_order(
    old: Shown, new: Shown
) -> None:
    heirs = successions(versions(old), versions(new))
    gone = Counter(document for document, _ in old - new)
    come = Counter(document for document, _ in new - old)
    assert Counter(map(document_of, heirs)) == {name: gone[name] for name in gone if gone[name] == come[name]}
    assert all(document_of(key) == document_of(heir) for key, heir in heirs.items())
    for document in "AB":
        numbers = [number_of(key) for key in heirs if document_of(key) == document]
        later = [number_of(heir) for key, heir in heirs.items() if document_of(key) == document]
        assert (numbers, later) == (sorted(numbers), sorted(later))


@given(some_versions, some_versions)
def test_a_version_is_superseded_where_a_later_one_stands_that_did_not_just_take_its_place(
    old: Shown, new: Shown
) -> None:
    heirs = successions(versions(old), versions(new))
    assert superseded(versions(old), versions(new)) == {
        RecordKey(f"{document} v{number}")
        for document, number in old - new
        if f"{document} v{number}" not in heirs and any(name == document and later > number for name, later in new)
    }


def test_the_same_number_under_another_key_supersedes_nothing() -> None:
    assert superseded(table(version("A", 4)), table(version("A", 4, "r"), version("A", 2))) == frozenset()


def test_a_record_that_names_no_document_has_no_versions() -> None:
    old, new = (table(Record(key=RecordKey(f"A v{n}"), label="A", fields={})) for n in (1, 2))
    assert (successions(old, new), superseded(old, new)) == ({}, frozenset())
