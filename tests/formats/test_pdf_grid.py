"""Tables in PDF documents: every row with every cell, however the table is drawn and wherever a page ends."""

import random
from itertools import product

import pytest
from msgspec.structs import replace
from reportlab.platypus import Paragraph

from monitor.formats.pdf_grid import read_grid
from monitor.formats.tables import read_pdf_table
from monitor.model.errors import Unreadable
from monitor.sandbox.pdf import PdfOpener
from tests.formats.printed import BODY, HEADER, Style, grid, laid_out, printed

WORDS = "software analysis image data report service clinical output model review revised code 646X1X 81X01 tool-kit"
STYLES = [
    Style(ruled=ruled, middle=middle, split=split, centred_header=centred)
    for ruled, middle, split, centred in product((True, False), repeat=4)
    if ruled or not middle  # without lines nothing tells a row whose number stands in its middle
]


def rows(count: int, seed: int = 7) -> list[list[str]]:
    chance = random.Random(seed)  # noqa: S311 - a test's dice

    def words(least: int, most: int) -> str:
        return " ".join(chance.choices(WORDS.split(), k=chance.randint(least, most)))

    return [[str(n), f"DEMO {words(1, 8)}", words(3, 40), words(1, 25)] for n in range(1, count + 1)]


@pytest.mark.parametrize("style", STYLES, ids=str)
def test_every_cell_of_every_row_is_read(style: Style) -> None:
    written = rows(90)
    assert read_grid(laid_out(grid(written, style))) == [list(HEADER), *written]


def test_sixty_pages_are_one_table_with_one_header() -> None:
    written = rows(540)
    layout = laid_out(grid(written))
    assert len(layout.sheets) >= 60
    assert read_grid(layout) == [list(HEADER), *written]


@pytest.mark.parametrize("ruled", [True, False])
def test_a_preamble_and_a_running_footer_are_no_rows(ruled: bool) -> None:
    long = "The wording of this summary is not final, and neither are its codes. " * 9
    preamble = ("DEMO Panel Actions", long, "Posted: May 20, 2026")
    style = Style(ruled=ruled, preamble=preamble, footer="DEMO summary                Page {page} of 9")
    assert read_grid(laid_out(grid(rows(40), style))) == [list(HEADER), *rows(40)]


@pytest.mark.parametrize("ruled", [True, False])
def test_a_first_cell_that_takes_two_lines_is_one_row(ruled: bool) -> None:
    asked = " ".join(["what is asked for"] * 5)
    written = [[f"General agenda {n}", "DEMO title", asked, "Accepted"] for n in range(1, 30)]
    style = Style(ruled=ruled, widths=(60, 150, 250, 200))
    assert read_grid(laid_out(grid(written, style)))[1:] == written


def test_a_header_of_several_lines_is_one_row() -> None:
    style = Style(ruled=False, widths=(40, 60, 330, 90), centred_header=True)
    assert read_grid(laid_out(grid(rows(12), style)))[0] == list(HEADER)


def test_empty_cells_stay_empty() -> None:
    written = [[str(n), "DEMO", "" if n % 2 else "asked", "" if n % 3 else "Rejected"] for n in range(1, 40)]
    for ruled in (True, False):
        assert read_grid(laid_out(grid(written, Style(ruled=ruled)))) == [list(HEADER), *written]


def test_prose_is_no_table() -> None:
    story = [Paragraph("A sentence of some length about nothing at all. " * 20, BODY) for _ in range(20)]
    with pytest.raises(Unreadable) as caught:
        read_grid(laid_out(printed(story)))
    assert caught.value.code == "no-table"


def test_a_page_with_other_columns_in_the_middle_is_refused() -> None:
    layout = laid_out(grid(rows(60)))
    other = laid_out(grid([["a", "b"]] * 9, Style(header=("One", "Two"), widths=(200, 200)))).sheets[0]
    mixed = replace(layout, sheets=(*layout.sheets[:2], replace(other, number=3), *layout.sheets[2:]))
    with pytest.raises(Unreadable) as caught:
        read_grid(mixed)
    assert caught.value.code == "shifted-columns"
    assert caught.value.reason.startswith("Page 3 of the PDF document has 2 columns where its table has 4")


def test_a_table_has_the_columns_that_its_header_names() -> None:
    table = read_pdf_table(PdfOpener().open(grid(rows(5))))
    assert (table.columns, table.form) == (HEADER, "pdf")
    assert [list(row) for row in table.rows] == rows(5)
