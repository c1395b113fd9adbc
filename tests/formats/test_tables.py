import csv
import io
import struct
from datetime import date, datetime
from html import escape
from time import monotonic

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.formats.tables import read_csv, read_html_table, read_xlsx, read_xml_rows, unwrap_hyperlink
from monitor.formats.text import clean, collapse
from monitor.model.errors import Unreadable
from tests.formats.books import SHEET, altered, with_part, workbook
from tests.formats.outcomes import outcome
from tests.formats.realdata import real

CELLS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=12).map(clean)
ROWS = st.lists(st.tuples(CELLS.filter(bool), CELLS, CELLS), min_size=1, max_size=6)
HEADER = ("Date", "Submission Number", "Device")


def code(body: bytes | str, read: str) -> str:
    """The code of the fault that reading must end with."""
    readers = {"csv": lambda b: read_csv(b, None), "xlsx": read_xlsx, "xml": read_xml_rows}
    with pytest.raises(Unreadable) as fault:
        read_html_table(body, None) if isinstance(body, str) else readers[read](body)
    assert fault.value.reason.endswith(".")
    return fault.value.code


def as_csv(rows: list[tuple[str, ...]], newline: str = "\r\n") -> bytes:
    target = io.StringIO()
    csv.writer(target, lineterminator=newline).writerows(rows)
    return target.getvalue().encode()


@given(ROWS)
def test_a_csv_list_comes_back_as_it_was_written(rows: list[tuple[str, ...]]) -> None:
    plain = [row for row in rows if not any(cell.startswith("=") for cell in row)]
    if plain:
        table = read_csv(as_csv([HEADER, *plain]), None)
        assert (table.columns, list(table.rows), table.form) == (HEADER, plain, "csv")


@given(ROWS)
def test_an_html_table_comes_back_as_it_was_written(rows: list[tuple[str, ...]]) -> None:
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in (HEADER, *rows))
    expected = [tuple(map(collapse, row)) for row in rows]
    if all(any(row) for row in expected):
        assert list(read_html_table(f"<table>{body}</table>", None).rows) == expected


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_a_table_or_unreadable(body: bytes) -> None:
    outcome(lambda: read_csv(body, None))
    outcome(lambda: read_html_table(body.decode("latin-1"), None))
    outcome(lambda: read_xml_rows(body))
    assert outcome(lambda: read_xlsx(body)) != "read"


def test_newlines_in_quotes_belong_to_their_cell() -> None:
    table = read_csv(b'a,b\r\nDEN230027,"\t\nAnkon Technologies co., ltd"\r\nK1,"x\ny"\r\n', None)
    assert table.rows == (("DEN230027", "Ankon Technologies co., ltd"), ("K1", "x\ny"))


@pytest.mark.parametrize("mark", [";", "\t", "|"])
def test_other_separators_are_seen(mark: str) -> None:
    assert read_csv(f"a{mark}b\n1{mark}2,5\n".encode(), None).rows == (("1", "2,5"),)


def test_lines_above_the_header_are_passed_over() -> None:
    table = read_csv(b"Report of the day\n\na,b,c\n1,2,3\n", None)
    assert (table.columns, table.rows) == (("a", "b", "c"), (("1", "2", "3"),))


def test_nameless_and_repeated_columns_get_names_of_their_own() -> None:
    assert read_csv(b"a,,a\n1,2,3\n", None).columns == ("a", "Column 2", "a (2)")


def test_one_name_a_hundred_thousand_times_is_told_apart_in_no_time() -> None:
    began = monotonic()
    columns = read_csv(b",".join([b"x"] * 100_000) + b"\n" + b"1," * 99_999 + b"1\n", None).columns
    assert (columns[:3], len(set(columns))) == (("x", "x (2)", "x (3)"), 100_000)
    assert monotonic() - began < 20, "in quadratic time it would take hours"


def test_a_row_with_a_cell_too_many_is_not_guessed_at() -> None:
    assert code(b"a,b\n1,2\n1,2,3\n", "csv") == "ragged"
    assert read_csv(b"a,b\n1,2,,\n3\n", None).rows == (("1", "2"), ("3", ""))


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (b"", "no-rows"),
        (b"\n \n", "no-rows"),
        (b'a,b\n1,"x', "not-csv"),
        (b"a,b\n1,2\n3", "truncated"),
        (b"a,b\n\x001,2\n", "not-csv"),
        (b"a,b\n1," + b"x" * 5_000_000, "not-csv"),
        (b"a,b\n" + b"1,2\n" * 300_001, "too-large"),
    ],
)
def test_a_broken_csv_list_is_refused(body: bytes, fault: str) -> None:
    assert code(body, "csv") == fault


def test_a_field_of_a_megabyte_is_read() -> None:
    assert len(read_csv(b"a,b\n1," + b"x" * 1_000_000 + b"\n", None).rows[0][1]) == 1_000_000


def test_the_formula_fda_writes_out_is_its_text_and_a_link() -> None:
    assert unwrap_hyperlink('=HYPERLINK("https://h.invalid/?ID=K1", "K1")') == "K1"
    assert unwrap_hyperlink('=hyperlink("https://h.invalid/")') == "https://h.invalid/"
    assert unwrap_hyperlink('=HYPERLINK("u"; "a ""b""")') == 'a "b"'
    assert unwrap_hyperlink("=1+1") == "=1+1"
    table = read_csv(b'id,x\n"=HYPERLINK(""https://h.invalid/1"", ""K1"")",y\n', None)
    assert (table.rows, table.links) == ((("K1", "y"),), (("https://h.invalid/1", None),))


def test_excel_numbers_and_dates_become_the_text_a_person_sees() -> None:
    cells = [75580, 0.5, "00100", date(2026, 9, 15), datetime(2026, 9, 15, 10, 1), True, None]  # noqa: DTZ001 - Excel has no zones
    row = read_xlsx(workbook([[*"abcdefg"], cells])).rows[0]
    assert row == ("75580", "0.5", "00100", "2026-09-15", "2026-09-15T10:01:00", "TRUE", "")


def test_hidden_and_empty_sheets_are_passed_over() -> None:
    body = workbook([["secret", "x"]], [], [["a", "b"], ["1", "2"]], hidden=1)
    assert read_xlsx(body).columns == ("a", "b")


FAR = b'<row r="1048576"><c r="XFD1048576" t="str"><v>x</v></c></row></sheetData>'
UNCOUNTED = (
    b"<row>" + b"<c><v>1</v></c>" * 16_000 + b"</row>" + b"<row><c><v>1</v></c></row>" * 100_000 + b"</sheetData>"
)


@pytest.mark.parametrize("rows", [FAR, FAR.replace(b'r="XFD', b"r = '&#88;FD").replace(b'6" t', b"6' t"), UNCOUNTED])
def test_a_sheet_that_reaches_further_than_memory_is_not_laid_out(rows: bytes) -> None:
    body = altered(workbook([["a", "b"], ["1", "2"]]), SHEET, lambda part: part.replace(b"</sheetData>", rows))
    assert code(body, "xlsx") == "too-large"


def test_a_workbook_is_not_believed_about_the_number_of_its_strings() -> None:
    def claim(part: bytes) -> bytes:
        return part.replace(b'uniqueCount="', b'uniqueCount="99999999999')

    body = altered(workbook([["a", "b"], ["1", "2"]]), "xl/sharedStrings.xml", claim)
    assert read_xlsx(body).rows == (("1", "2"),)


def test_a_zip_bomb_is_not_unpacked() -> None:
    body = with_part(workbook([["a"], ["1"]]), "xl/worksheets/sheet9.xml", b"<a>" + b" " * 60_000_000)
    assert code(body, "xlsx") == "too-large"
    forged = bytearray(body)
    entry = forged.rfind(b"xl/worksheets/sheet9.xml") - 46
    struct.pack_into("<I", forged, entry + 24, 100)
    assert code(bytes(forged), "xlsx") == "too-large"


@pytest.mark.parametrize("keep", [0, 10, 2000, -30])
def test_a_workbook_cut_short_is_refused(keep: int) -> None:
    assert code(workbook([["a"], ["1"]])[:keep], "xlsx") == "not-xlsx"


ENTITIES = b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><d><r><c>&b;</c></r></d>'


@pytest.mark.parametrize(
    "body",
    [
        ENTITIES,
        ENTITIES.decode().encode("utf-16"),
        b"<a>" * 100_000,
        b"<d><r><c>1</c></r>",
        b"",
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><d><r><c>&x;</c></r></d>',
    ],
)
def test_unsound_xml_is_refused(body: bytes) -> None:
    assert code(body, "xml") in {"not-xml", "no-rows"}


def test_hostile_xml_ends_soon() -> None:
    many = " ".join(f"a{n}='1'" for n in range(200_000))
    assert code(f"<d {many}/>".encode(), "xml") == "no-rows"
    assert len(read_xml_rows(b"<r>" + b"<a/>" * 300_000 + b"</r>").rows) == 1
    assert code(b"<r>" + b"<a/>" * 2_000_001 + b"</r>", "xml") == "too-large"


def test_rows_of_xml_may_lack_cells_and_lie_deeper() -> None:
    body = b"<x><list n='2'><row id='7'><A>1</A><B>2</B></row><row><B>3</B></row></list></x>"
    table = read_xml_rows(body)
    assert (table.columns, table.rows) == (("id", "A", "B"), (("7", "1", "2"), ("", "", "3")))


SPANS = """<table><caption>c</caption><tr><th>a<th>b<th>c</tr><tr><td colspan=3>Section</td></tr>
<tr><td rowspan=2>1<td>2<br>3<td><a href="/x"> K1 </a><span style="display: none">sort</span></tr>
<tr><td colspan=2>4<table><tr><td>inner</table></tr></table>"""


def test_spanning_cells_keep_the_columns_in_place() -> None:
    table = read_html_table(SPANS, None)
    assert (table.columns, table.rows) == (("a", "b", "c"), (("1", "2 3", "K1"), ("1", "4", "")))
    assert table.links == ((None, None, "/x"), (None, None, None))


def test_of_several_tables_the_longest_is_meant_unless_a_selector_says_otherwise() -> None:
    page = "<table id=s><tr><th>x<tr><td>1</table><table><tr><th>y<tr><td>1<tr><td>2</table>"
    assert read_html_table(page, None).columns == ("y",)
    assert read_html_table(page, "#s").columns == ("x",)


def test_a_page_without_the_table_says_so() -> None:
    assert code("<html><head><title>FDA Apology</title></head></html>", "html") == "no-table"
    with pytest.raises(Unreadable, match="“#list”"):
        read_html_table("<table><tr><td>1</table>", "#list")


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 100_000,
        "<!--" * 200_000,
        "<p " + " ".join(f"a{n}=1" for n in range(200_000)) + ">x</p>",
        '<p ="><p ' + " ".join(f"a{n}" for n in range(200_000)) + ' ">x</p>',
        "<table>" + "<tr><td colspan=200 rowspan=2000>a" * 50_000,
        "<select>" + "<option>a" * 100_000,
        "<a>" * 500_000,
    ],
)
def test_hostile_pages_end_soon(page: str) -> None:
    assert code(page, "html") in {"no-table", "hostile-markup", "no-rows"}


@pytest.mark.parametrize(
    ("name", "rows"),
    [("2021-09_343.csv", 343), ("2024-12_1016.csv", 1016), ("2026-03_1430.csv", 1430), ("2025-12_1357.xml", 1357)],
)
def test_every_real_version_of_fdas_list_is_read_whole(name: str, rows: int) -> None:
    body = real(f"fda/{name}")
    table = read_xml_rows(body) if name.endswith("xml") else read_csv(body, None)
    assert len(table.rows) == rows == len({row[1] for row in table.rows})


def test_fdas_workbooks_and_xml_agree_cell_for_cell() -> None:
    assert len(read_xlsx(real("fda/2024-05_882.xlsx")).rows) == 882
    assert read_xlsx(real("fda/2025-12_1357.xlsx")).rows == read_xml_rows(real("fda/2025-12_1357.xml")).rows


def test_the_full_harvest_of_local_documents_is_read_whole() -> None:
    table = read_csv(real("cms/2025-08-17_local_documents_3133.csv"), None)
    assert (len(table.rows), len(table.columns)) == (3133, 12)
