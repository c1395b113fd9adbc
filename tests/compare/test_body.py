"""The first look: as much of a page's text as tells a notice from a page, and no other text than is on it."""

import html
import re

from hypothesis import given
from hypothesis import strategies as st

from monitor.compare.body import MANY_WORDS, look_at
from monitor.compare.canonical import visible
from tests.compare.build import response

PIECES = (
    "word ",
    "<b>",
    "</b>",
    "<br>",
    "a < b ",
    "&amp;",
    "&nbsp;",
    "&lt",
    "\u00e9",
    "<p title='x'>",
    "\n",
    "t\u00ad",
)


def whole_text(markup: str) -> str:
    return visible(html.unescape(re.sub(r"<[^<>]*>", " ", markup)))


@given(st.lists(st.sampled_from(PIECES), max_size=30), st.integers(1, 400))
def test_a_long_text_is_seen_from_its_beginning_and_a_short_one_whole(pieces: list[str], times: int) -> None:
    markup = f"<html><body>{''.join(pieces) * times}"[:60_000]
    seen, whole = look_at(response(markup)).words, whole_text(markup)
    assert seen is not None
    assert whole.startswith(seen)
    assert seen == whole or len(seen) > MANY_WORDS


def test_text_behind_much_markup_is_seen() -> None:
    assert look_at(response("<html><body>" + "<p></p>" * 2_000 + "Access denied")).words == "access denied"
