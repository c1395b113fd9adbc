"""The table of sources: quiet documents behind a list share a row, and nothing that is not quiet is hidden in one."""

from msgspec.structs import replace

from monitor.compose.source_rows import source_rows
from monitor.model.digest import Digest, SourceCoverage
from monitor.model.ids import SourceId
from tests.compose.samples import normal


def told(digest: Digest, limit: int = 60) -> list[tuple[str, str, str]]:
    return [(row.name, row.checks, row.result) for row in source_rows(digest, limit)[0]]


def sample() -> tuple[Digest, SourceCoverage]:
    digest = normal()
    quiet = replace(
        digest.coverage[0], good=1, expected=1, failed=0, not_run=0, hand_looks=0, verified_at_end=True,
        result="unchanged",
    )  # fmt: skip
    return digest, quiet


def behind(one: SourceCoverage, number: int, **members: object) -> SourceCoverage:
    name = f"Document {number}"
    named = replace(one, source_id=SourceId(f"{one.source_id}/{number}"), source_name=name)
    return replace(named, **members)


def test_quiet_documents_share_a_row_under_their_list() -> None:
    digest, parent = sample()
    documents = [behind(parent, number) for number in range(6)]
    digest = replace(digest, coverage=(parent, *documents))
    assert told(digest) == [
        (parent.source_name, "1/1", "unchanged"),
        (f"6 documents behind {parent.source_name}"[:80], "6/6", "no news"),
    ]


def test_what_is_not_quiet_keeps_its_own_row() -> None:
    digest, parent = sample()
    loud = [
        behind(parent, 1, result="changed"),
        behind(parent, 2, failed=1, good=0),
        behind(parent, 3, verified_at_end=False, result="UNVERIFIED"),
        behind(parent, 4, not_run=1, good=0),
    ]
    digest = replace(digest, coverage=(parent, *loud, *(behind(parent, number) for number in range(5, 10))))
    names = [name for name, *_ in told(digest)]
    assert names[1:5] == ["Document 1", "Document 2", "Document 3", "Document 4"]
    assert len(names) == 6


def test_a_few_documents_stand_alone() -> None:
    digest, parent = sample()
    digest = replace(digest, coverage=(parent, *(behind(parent, number) for number in range(3))))
    assert len(told(digest)) == 4


def test_the_unverified_are_never_cut_off_and_the_hidden_are_counted() -> None:
    digest, parent = sample()
    others = [replace(parent, source_id=SourceId(f"demo.{number}")) for number in range(5)]
    blind = replace(parent, source_id=SourceId("demo.blind"), source_name="Blind", verified_at_end=False)
    rows, hidden = source_rows(replace(digest, coverage=(*others, blind)), 2)
    assert rows[0].name == "Blind"
    assert hidden == 4
