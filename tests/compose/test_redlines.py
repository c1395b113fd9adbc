import base64
import hashlib
import re

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from monitor.compose.redlines import WIDTH, Caption, render_redline_html, render_redline_text, summary
from monitor.compose.wording import DEMO_RIBBON
from monitor.config import read_templates
from monitor.model.redline import Piece, PieceKind, Redline, Span

TEMPLATES = read_templates()
CAPTION = Caption(
    title="CH-2026-0147: AMA revised CPT Appendix S",
    source="CPT Appendix S (ama.appendix-s)",
    official_url="https://ama.demo.invalid/appendix-s",
    before="copy of Nov 17",
    after="copy of Nov 18",
    demo=True,
)


def same(text: str, *headings: str) -> Piece:
    return Piece(kind=PieceKind.SAME, spans=(Span(kind="same", text=text),), headings=headings)


def edited(before: str, old: str, new: str, after: str) -> Piece:
    spans = (Span(kind="same", text=before), Span(kind="removed", text=old), Span(kind="added", text=new))
    return Piece(kind=PieceKind.EDITED, spans=(*spans, Span(kind="same", text=after)), headings=("Rules",))


QUIET = tuple(same(f"Quiet passage {n}", "Rules") for n in range(9))
REDLINE = Redline(
    pieces=(
        same("Rules"),
        *QUIET,
        edited("Signed within ", "one", "three", " days."),
        Piece(kind=PieceKind.REMOVED, spans=(Span(kind="removed", text="Gone text"),), headings=("Rules",)),
        Piece(kind=PieceKind.MOVED_FROM, spans=(Span(kind="removed", text="Mover"),), headings=("Rules",), move=1),
        Piece(kind=PieceKind.ADDED, spans=(Span(kind="added", text="Fresh text"),), headings=("Fees",)),
        Piece(kind=PieceKind.MOVED_TO, spans=(Span(kind="same", text="Mover"),), headings=("Fees",), move=1),
        *QUIET[:4],
    )
)


def page(redline: Redline = REDLINE, caption: Caption = CAPTION) -> str:
    return render_redline_html(redline, caption, TEMPLATES)


def test_the_text_marks_words_and_passages_without_colour() -> None:
    text = render_redline_text(REDLINE, CAPTION)
    assert "~  Signed within [-one-]{+three+} days." in text
    assert "-  Gone text" in text
    assert "+  Fresh text" in text
    assert "<  (1) Mover" in text
    assert ">  (1) Mover" in text
    assert summary(REDLINE) in text
    assert all(len(line) <= WIDTH for line in text.splitlines())


def test_what_is_far_from_a_change_is_counted_and_shown_on_demand() -> None:
    text = render_redline_text(REDLINE, CAPTION)
    assert "... 8 passages unchanged ..." in text
    assert "... 2 passages unchanged ..." in text
    assert "Quiet passage 2" not in text
    assert "Quiet passage 2" in render_redline_text(REDLINE, CAPTION, everything=True)


def test_the_clean_views_hold_one_copy_each() -> None:
    before, after = (render_redline_text(REDLINE, CAPTION, view=view) for view in ("before", "after"))
    assert "Signed within one days." in before
    assert "Gone text" in before
    assert "Fresh text" not in before
    assert "Signed within three days." in after
    assert "Gone text" not in after
    assert before.count("Mover") == after.count("Mover") == 1


@pytest.mark.parametrize("view", ["redline", "before", "after"])
def test_a_demo_says_so_in_every_form(view: str) -> None:
    assert DEMO_RIBBON in render_redline_text(REDLINE, CAPTION, view="after" if view == "after" else "before")
    assert DEMO_RIBBON in page()
    assert DEMO_RIBBON not in page(caption=replace(CAPTION, demo=False))


def test_the_policy_names_the_very_style_of_the_page_and_forbids_the_rest() -> None:
    soup = BeautifulSoup(page(), "lxml")
    (style,) = soup.find_all("style")
    (meta,) = soup.find_all("meta", attrs={"http-equiv": "Content-Security-Policy"})
    digest = base64.b64encode(hashlib.sha256(style.get_text().encode()).digest()).decode()
    assert str(meta["content"]).startswith(f"default-src 'none'; style-src 'sha256-{digest}';")
    assert not re.search(r"url\(|@import|https?:", style.get_text())


def test_a_list_shows_the_field_and_the_record_of_an_edit() -> None:
    piece = replace(edited("a ", "b", "c", ""), headings=("K1 Device",), field="note")
    assert "note: a [-b-]{+c+}" in render_redline_text(Redline(pieces=(piece,)), CAPTION)
    assert "K1 Device" in page(Redline(pieces=(piece,)))


MARKUP = ["<script>alert(1)</script>", "</style><img src=x onerror=alert(1)>", "</title><base href=//x>"]
SIGNS = ["{{ 7 * 7 }}", '" onload="x', "\u202e", "\x1b[31m", "javascript:alert(1)", "\ud800", "plain words"]
HOSTILE = st.sampled_from([*MARKUP, *SIGNS])


@settings(max_examples=40, deadline=None)
@given(st.lists(HOSTILE, min_size=7, max_size=7))
def test_no_page_text_becomes_markup_or_a_control_sign(texts: list[str]) -> None:
    title, source, url, heading, old, new, field = texts
    piece = Piece(
        kind=PieceKind.EDITED,
        spans=(Span(kind="removed", text=old), Span(kind="added", text=f"{new}\n{new}")),
        headings=(heading,),
        field=field,
    )
    caption = replace(CAPTION, title=title, source=source, official_url=url, notes=(heading,))
    for shown in (page(Redline(pieces=(piece,)), caption), render_redline_text(Redline(pieces=(piece,)), caption)):
        assert not any(sign in shown for sign in ("\u202e", "\x1b", "\ud800", "49"))
    soup = BeautifulSoup(page(Redline(pieces=(piece,)), caption), "lxml")
    assert not soup.find_all(["script", "img", "base", "a", "iframe"])
    assert not [name for tag in soup.find_all(True) for name in tag.attrs if name.startswith("on")]
