import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.formats.text import clean
from monitor.model.errors import Unreadable
from monitor.model.snapshot import Snapshot
from monitor.model.source import Contract, Kind, Reading
from tests.formats.books import workbook
from tests.formats.realdata import real
from tests.sources.kinds.made import extracted

READING = Reading(
    key=("Submission Number",),
    label="Device",
    dates=("Date of Final Decision",),
    link_field="Submission Number",
)
CONTRACT = Contract(columns=("Date of Final Decision", "Submission Number", "Device", "Company", "Panel (Lead)"))


def read(body: bytes | str, reading: Reading = READING) -> Snapshot:
    return extracted(Kind.TABLE, body, reading, CONTRACT)


def fault(body: bytes | str, reading: Reading = READING) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        read(body, reading)
    return caught.value


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("2021-09_343.csv", 343),
        ("2024-05_882.xlsx", 882),
        ("2024-12_1016.csv", 1016),
        ("2025-12_1357.xml", 1357),
        ("2026-03_1430.csv", 1430),
    ],
)
def test_an_entry_in_sources_yaml_reads_every_real_version_of_a_list(name: str, rows: int) -> None:
    snapshot = read(real(f"fda/{name}"))
    assert (len(snapshot.records), len(snapshot.duplicates)) == (rows, 0)
    assert set(CONTRACT.columns) - {"Panel (Lead)"} <= set(snapshot.columns)
    assert all(record.fields["Date of Final Decision"][4] == "-" for record in snapshot.records)


def test_columns_are_known_whatever_their_spelling() -> None:
    snapshot = read("DATE_OF_FINAL_DECISION,submission number ,Device\n9/27/2024,K1,Echo\n")
    assert snapshot.columns == ("Date of Final Decision", "Submission Number", "Device")
    (record,) = snapshot.records
    assert (record.key, record.label, record.fields["Date of Final Decision"]) == ("K1", "Echo", "2024-09-27")


def test_rows_that_differ_in_spelling_only_are_one_record() -> None:
    snapshot = read(real("fda/2026-03-05_duplicate_pairs_partial.csv"))
    assert (len(snapshot.records), len(snapshot.duplicates)) == (20, 20)


def test_what_is_kept_of_a_pair_does_not_hang_on_the_order() -> None:
    one, two = "K1,Scopio Labs Ltd.\n", 'K1,"Scopio Labs , Ltd."\n'
    head = "Submission Number,Company\n"
    assert read(head + one + two).records == read(head + two + one).records


def test_rows_that_contradict_each_other_are_not_believed() -> None:
    caught = fault("Submission Number,Device\nK1,Echo\nK2,x\nK1,Other\n")
    assert (caught.code, "K1" in caught.reason, "K2" in caught.reason) == ("duplicate-keys", True, False)


def test_a_list_without_its_key_column_or_a_row_without_key_is_refused() -> None:
    assert fault("Device,Company\nEcho,x\n").code == "key-missing"
    caught = fault("Submission Number,Device\nK1,Echo\n,Lost device\n")
    assert (caught.code, "Row 2" in caught.reason, "Lost device" in caught.reason) == ("key-missing", True, True)


def test_several_fields_make_one_key_and_a_version_is_marked() -> None:
    reading = Reading(key=("document_display_id", "document_version"), where=(("document_type", "lcd"),))
    snapshot = extracted(Kind.TABLE, real("cms/2025-08-17_local_documents_3133.csv"), reading)
    keys = {record.key for record in snapshot.records}
    assert len(keys) == 972
    assert {"L39840 v14", "L39297 v6", "L39297 v3"} <= keys


def test_the_link_in_the_key_cell_is_the_rows_address() -> None:
    page = (
        '<title>T</title><table><tr><th>Submission Number<th>Device<tr><td><a href="/d/K1?ref=x">K1</a><td>Echo</table>'
    )
    snapshot = read(page)
    assert (snapshot.records[0].url, snapshot.title, snapshot.form) == ("https://h.invalid/d/K1", "T", "html")


def test_fields_are_chosen_and_dropped_by_name() -> None:
    body = "Submission Number,Device,Company\nK1,Echo,x\n"
    assert dict(read(body, Reading(key=("Submission Number",), drop=("company",))).records[0].fields) == {
        "Submission Number": "K1",
        "Device": "Echo",
    }
    assert dict(read(body, Reading(key=("Submission Number",), fields=("Device",))).records[0].fields) == {
        "Device": "Echo"
    }


def test_numbers_from_a_workbook_are_codes_again() -> None:
    snapshot = extracted(Kind.TABLE, workbook([["Code", "Rate"], [75580, 1.5]]), Reading(key=("Code",)))
    assert (snapshot.records[0].key, snapshot.form) == ("75580", "xlsx")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("<title>FDA Apology</title>", "no-table"),
        ('{"data": []}', "unexpected-form"),
        (b"%PDF-1.7", "truncated"),
        (b"", "unexpected-form"),
        ("<rss version='2.0'/>", "unexpected-form"),
        (b"PK\x03\x04", "unexpected-form"),
    ],
)
def test_anything_but_a_list_is_named_for_what_it_is(body: bytes | str, code: str) -> None:
    assert fault(body).code == code


CELL = st.text(st.characters(codec="ascii", exclude_characters='=",'), max_size=6).map(clean)


@given(st.dictionaries(st.from_regex(r"[A-Z]{1,2}[0-9]{3}", fullmatch=True), CELL, min_size=1, max_size=6))
def test_the_order_of_rows_and_columns_changes_no_record(rows: dict[str, str]) -> None:
    forth = "".join(f'{key},"{value}"\n' for key, value in rows.items())
    back = "".join(f'"{value}",{key}\n' for key, value in reversed(rows.items()))
    one = read("Submission Number,Company\n" + forth).records
    two = read("Company,Submission Number\n" + back).records
    assert {r.key: dict(r.fields) for r in one} == {r.key: dict(r.fields) for r in two}
    assert {r.key: r.fields["Company"] for r in one} == rows
