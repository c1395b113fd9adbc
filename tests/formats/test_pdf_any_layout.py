"""Whatever a document places where, it is read or refused; and a document made to be slow is not."""

import json
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.formats.pdf import read_layout
from monitor.formats.pdf_grid import read_grid
from monitor.formats.pdf_prose import read_prose
from tests.formats.outcomes import outcome

_PLACE = st.integers(-100, 9_000)
_WIDTH = st.integers(0, 3_000)
_WORD = st.text(st.characters(codec="utf-8", exclude_categories=("Z", "C")), min_size=1, max_size=9)


@st.composite
def _line(draw: st.DrawFn) -> list[object]:
    words = draw(st.lists(_WORD, min_size=1, max_size=6))
    places = [place for _ in words for left in (draw(_PLACE),) for place in (left, left + draw(_WIDTH))]
    return [draw(_PLACE), draw(st.integers(1, 900)), draw(st.integers(0, 1)), " ".join(words), places]


_RULE = st.lists(_PLACE, min_size=4, max_size=4)
_SHEET = st.tuples(st.just(6_120), st.just(7_920), st.lists(_line(), max_size=12), st.lists(_RULE, max_size=12))


@settings(max_examples=200, deadline=None)
@given(pages=st.lists(_SHEET, max_size=4))
def test_any_layout_is_read_or_refused(pages: list[object]) -> None:
    answer = json.dumps({"title": "", "pages": pages}).encode()
    for read in (read_prose, read_grid):
        outcome(lambda read=read: read(read_layout(answer)))  # type: ignore[misc]


def _pages(lines: int, step: int, text: str, places: list[int]) -> bytes:
    page = [6_120, 7_920, [[100 + step * n, 50, 0, text, places] for n in range(lines)], []]
    return json.dumps({"title": "", "pages": [page]}, separators=(",", ":")).encode()


@pytest.mark.parametrize("read", [read_prose, read_grid])
@pytest.mark.parametrize(
    ("step", "text", "places"),
    [
        (0, "a", [100, 120]),
        (60, "abc-", [100, 120]),
        (60, "abc d", [100, 120, 140, 5_900]),
        (60, "a" * 900 + " b-", [1, 2, 3, 4]),
    ],
)
def test_twice_the_lines_take_about_twice_the_time(read: object, step: int, text: str, places: list[int]) -> None:
    def taken_s(lines: int) -> float:
        layout = read_layout(_pages(lines, step, text, places))
        start = process_time()
        outcome(lambda: read(layout))  # type: ignore[operator]
        return process_time() - start

    # Four times the lines; sixteen times the time would be quadratic. A machine at work may spoil one look, not three.
    assert any(taken_s(16_000) < 12 * max(taken_s(4_000), 0.02) for _ in range(3))
