"""The promise all kinds share: whatever the bytes, a snapshot or ``Unreadable``, and never anything else."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.model.source import Kind, Reading
from monitor.sources.kinds import KINDS
from tests.formats.books import workbook
from tests.formats.outcomes import outcome
from tests.formats.printed import Style, grid
from tests.sources.kinds.made import extracted

READINGS = {
    Kind.TABLE: Reading(key=("a",), dates=("b",)),
    Kind.JSON: Reading(rows="data", key=("a",), next_page="next"),
    Kind.PROSE: Reading(drop=(".date",)),
    Kind.LINKS: Reading(link_pattern="pdf"),
    Kind.FEED: Reading(),
}
SEEDS = (
    b"a,b\n1,2\n",
    b"<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>",
    b"<d><r><a>1</a><b>2</b></r></d>",
    b'{"data":[{"a":1,"b":"&lt;p&gt;"}],"next":"/2"}',
    b"<html><main><h1>T</h1><p>x <a href='/x.pdf'>y</a></p></main></html>",
    b"<rss version='2.0'><channel><item><title>t</title><guid>1</guid></item></channel></rss>",
    workbook([["a", "b"], ["1", "2"]]),
    grid([["1", "2"], ["3", "4"]], Style(header=("a", "b"), widths=(90, 90))),
)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A sound body with a few bytes changed, or cut short."""
    body = bytearray(draw(st.sampled_from(SEEDS)))
    for place in draw(st.lists(st.integers(0, len(body) - 1), max_size=4)):
        body[place] = draw(st.integers(0, 255))
    return bytes(body[: draw(st.integers(0, len(body)))] if draw(st.booleans()) else body)


@pytest.mark.parametrize("kind", list(Kind))
@settings(deadline=None, max_examples=120)
@given(body=st.one_of(damaged(), st.binary(max_size=200)))
@example(body=b"\xff\xfe")
@example(body=b"[" * 100_000)
@example(body=b"<!--" * 200_000)
@example(body=b"<div>" * 100_000)
def test_any_bytes_are_a_snapshot_or_unreadable(kind: Kind, body: bytes) -> None:
    outcome(lambda: extracted(kind, body, READINGS[kind]))


@pytest.mark.parametrize("body", SEEDS)
def test_every_form_is_read_by_some_kind(body: bytes) -> None:
    assert "read" in {outcome(lambda k=kind: extracted(k, body, READINGS[k])) for kind in Kind}  # type: ignore[misc]


def test_every_kind_has_a_reader_with_a_version() -> None:
    assert set(KINDS) == set(Kind)
    assert all(reader.VERSION >= 1 for reader in KINDS.values())
