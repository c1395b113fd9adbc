import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.assess.fda_numbers import numbers_in, usual_number
from monitor.assess.tool_sheet import COLUMNS, MAX_BYTES, read_tools
from monitor.model.tool import CLASSES, Tool

HEADER = "vendor,product,fda_number,ai_class,class_basis,class_date,sites,owner,who_bills,codes"
ROW = "DEMO Vendor,RetinaDemo,K240058,autonomous,labelling,2026-11-01,Main;East,Eye clinic,hospital,92229 0764T"
TOOL = Tool(
    id="retinademo",
    vendor="DEMO Vendor",
    product="RetinaDemo",
    fda_number="K240058",
    ai_class="autonomous",
    class_basis="labelling",
    class_on=date(2026, 11, 1),
    sites=("Main", "East"),
    owner="Eye clinic",
    who_bills="hospital",
    codes=("92229", "0764T"),
)


def sheet(*rows: str, header: str = HEADER) -> bytes:
    return "\r\n".join((header, *rows, "")).encode()


def faults(*rows: str, header: str = HEADER) -> list[str]:
    return [str(fault) for fault in read_tools(sheet(*rows, header=header)).faults]


def with_cell(column: str, cell: str) -> str:
    cells = dict(zip(HEADER.split(","), ROW.split(","), strict=True)) | {column: cell}
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(cells.values())
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_sheet_is_read_in_every_form_a_spreadsheet_saves(encoding: str, delimiter: str) -> None:
    rows = (HEADER.split(","), [*ROW.replace("Eye clinic", "Clínica").split(",")])
    text = "\r\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows)
    (found,) = read_tools(text.encode(encoding)).tools
    assert (found.owner, found.sites, found.codes) == ("Clínica", TOOL.sites, TOOL.codes)


def test_columns_may_have_the_names_people_give_them() -> None:
    header = "Manufacturer,Device,FDA No.,Autonomy class,Basis,Date,Locations,Owner,Billing entity,CPT codes"
    assert read_tools(sheet(ROW, header=header)).tools == (TOOL,)


def test_a_column_nobody_knows_and_one_that_is_missing_are_both_named() -> None:
    assert faults(header="vendor,frobnicate") == [
        f"row 1, frobnicate: is no column of a tool list; known: {', '.join(COLUMNS)}",
        "row 1, product: this column is missing; add it, filled in every row",
    ]


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [
        ("fda_number", '=HYPERLINK("https://x.invalid", "K240058")', "is a formula, and none is evaluated; write its"),
        ("owner", "=cmd|' /C calc'!A0", "begins like a formula (=)"),
        ("vendor", "@SUM(A1)", "begins like a formula (@)"),
        ("fda_number", "K24005", "no FDA submission number"),
        ("fda_number", "DEN18000", "no FDA submission number"),
        ("fda_number", "P14001/S8", "no FDA submission number"),
        ("codes", "100", "write 00100 if that is meant"),
        ("codes", "764T", "write 0764T if that is meant"),
        ("codes", "92229.0", "write 92229"),
        ("codes", "9.2229E+04", "write 92229"),
        ("codes", "ninety", "no CPT or HCPCS code"),
        ("ai_class", "automatic", "is no class of Appendix S; write assistive, augmentative, autonomous"),
        ("class_date", "1/2/2026", "is no day; write it as 2026-11-23"),
        ("class_date", "2026-02-30", "is no day"),
        ("class_basis", "", "is empty; a class stands only with what it was taken from"),
        ("class_date", "", "is empty; write the day on which the class was set"),
        ("product", "", "is empty; every tool needs one"),
        ("owner", "x" * 501, "at most 500 are kept"),
    ],
)
def test_a_bad_cell_is_named_by_row_and_column_with_its_mend(column: str, cell: str, words: str) -> None:
    found = read_tools(sheet("A,Sound" + "," * 8, with_cell(column, cell)))
    assert [tool.product for tool in found.tools] == ["Sound"]
    (fault,) = found.faults
    assert (fault.row, fault.column) == (3, column)
    assert words in fault.what


@pytest.mark.parametrize("column", ["fda_number", "product"])
def test_two_rows_for_one_tool_are_both_at_fault(column: str) -> None:
    other = ROW.replace("K240058", "K200667") if column == "product" else ROW.replace("RetinaDemo", "Other")
    found = read_tools(sheet(ROW, other))
    assert found.tools == ()
    assert [fault.row for fault in found.faults] == [2, 3]


def test_a_stray_comma_is_a_fault_of_its_row() -> None:
    assert faults(ROW + ",Main, East") == [
        "row 2: has text in a column without a name ('Main'); put texts with a comma in quotes"
    ]


@pytest.mark.parametrize("body", [b"", b"PK\x03\x04zip", b"\x00\x01", b'vendor,"product\n', b"x" * (MAX_BYTES + 1)])
def test_what_is_no_sheet_is_one_fault(body: bytes) -> None:
    found = read_tools(body)
    assert found.tools == ()
    assert len(found.faults) >= 1


@given(st.binary(max_size=400))
def test_any_bytes_are_tools_and_faults(body: bytes) -> None:
    read_tools(body)


_words = st.text(st.sampled_from("abcXYZ .-/&é"), min_size=1, max_size=12).map(lambda s: "a" + " ".join(s.split()))
_tools = st.builds(
    Tool,
    id=st.from_regex(r"[a-z0-9][a-z0-9-]{0,12}", fullmatch=True),
    vendor=_words,
    product=_words,
    fda_number=st.sampled_from(["", "K240058", "DEN180001", "P140011/S008"]),
    ai_class=st.none(),
    sites=st.lists(_words, unique=True, max_size=3).map(tuple),
    owner=_words,
    codes=st.lists(st.sampled_from(["00100", "92229", "0764T", "G0680"]), unique=True).map(tuple),
)


@given(_tools, st.sampled_from((None, *CLASSES)))
def test_what_is_written_out_is_read_back(tool: Tool, ai_class: str | None) -> None:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("id", *HEADER.split(",")))
    day = "2026-11-01" if ai_class else ""
    kept = (tool.id, tool.vendor, tool.product, tool.fda_number, ai_class or "", "basis" if ai_class else "", day)
    writer.writerow((*kept, ";".join(tool.sites), tool.owner, tool.who_bills, ";".join(tool.codes)))
    (found,) = read_tools(out.getvalue().encode()).tools
    assert (found.id, found.vendor, found.product, found.fda_number) == (
        tool.id,
        tool.vendor,
        tool.product,
        tool.fda_number,
    )
    assert (found.sites, found.codes, found.ai_class) == (tool.sites, tool.codes, ai_class)


def test_a_submission_number_has_one_spelling() -> None:
    spelled = ("k240058", " K240058\u00a0", "den180001", "P140011S008", "P140011/S008", "K24005", "X240058", "")
    assert [usual_number(one) for one in spelled] == [
        "K240058", "K240058", "DEN180001", "P140011/S008", "P140011/S008", None, None, None
    ]  # fmt: skip
    assert list(numbers_in("See K240058, DEN180001 and P140011/S008; not AK240058 or K2400581.")) == [
        "K240058", "DEN180001", "P140011/S008"
    ]  # fmt: skip
