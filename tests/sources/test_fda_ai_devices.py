"""FDA's list in all the forms it has had, against the real files and their recorded differences."""

import json
from typing import Any

import pytest

from monitor.formats.text import repair_c1
from monitor.model.errors import Unreadable
from monitor.model.snapshot import Snapshot
from monitor.sources.fda_ai_devices import COLUMNS, SOURCE, official_link
from tests.sources.copies import by_key, copies, read, read_copy, shared

FDA = "fda.ai-devices"
FILES = {
    "2021-09": "fda/2021-09_343.csv",
    "2024-05": "fda/2024-05_882.xlsx",
    "2024-12": "fda/2024-12_1016.csv",
    "2025-12": "fda/2025-12_1357.xml",
    "2025-12 xlsx": "fda/2025-12_1357.xlsx",
    "2026-03": "fda/2026-03_1430.csv",
}
ROWS = {"2021-09": 343, "2024-05": 882, "2024-12": 1016, "2025-12": 1357, "2025-12 xlsx": 1357, "2026-03": 1430}


def version(name: str) -> Snapshot:
    return read(shared(FILES[name]), FDA)


@pytest.mark.parametrize("name", FILES)
def test_every_real_version_has_all_its_rows_columns_and_sentinels(name: str) -> None:
    snapshot = version(name)
    assert len(snapshot.records) == ROWS[name]
    assert snapshot.columns == COLUMNS
    assert set(SOURCE.contract.sentinels) <= by_key(snapshot).keys()
    assert snapshot.duplicates == ()
    assert all(record.fields["date"][4] == "-" for record in snapshot.records)


@pytest.mark.parametrize(
    ("old", "new", "truth", "counts"),
    [
        ("2024-05", "2024-12", "fda/diff_2024-05_to_2024-12.json", (136, 2, 277)),
        ("2025-12", "2026-03", "fda/diff_2025-12_to_2026-03.json", (73, 0, 6)),
    ],
)
def test_the_real_steps_differ_exactly_as_recorded(
    old: str, new: str, truth: str, counts: tuple[int, int, int]
) -> None:
    recorded = json.loads(shared(truth))
    before, after = by_key(version(old)), by_key(version(new))
    added, removed = after.keys() - before.keys(), before.keys() - after.keys()
    modified = {
        key: changes
        for key in before.keys() & after.keys()
        if (changes := _edits(before[key].fields, after[key].fields))
    }
    assert (len(added), len(removed), len(modified)) == counts
    assert {key: dict(after[key].fields) for key in added} == _rows(recorded["added"])  # one name is mended: brAIn™
    assert {key: dict(before[key].fields) for key in removed} == _rows(recorded["removed"])
    assert modified == {
        row["submission_number"]: {name: (edit["old"], edit["new"]) for name, edit in row["changes"].items()}
        for row in recorded["modified"]
    }


def test_the_xml_and_the_xlsx_of_one_day_are_the_same_list() -> None:
    assert version("2025-12").records == version("2025-12 xlsx").records


def test_the_duplicates_fda_published_are_collapsed_whatever_their_order() -> None:
    body = shared("fda/2026-03-05_duplicate_pairs_partial.csv")
    header, *lines = body.splitlines(keepends=True)
    snapshot, reversed_snapshot = read(body, FDA), read(header + b"".join(reversed(lines)), FDA)
    assert len(snapshot.records) == len(snapshot.duplicates) == 20
    assert by_key(snapshot) == by_key(reversed_snapshot)


@pytest.mark.parametrize("name", ["2024-12", "2026-03"])
def test_saving_a_list_anew_changes_nothing(name: str) -> None:
    body = shared(FILES[name])
    text = body.decode("cp1252" if name == "2024-12" else "utf-8")
    expected = version(name).records
    for saved in (text.encode("utf-8"), text.encode("utf-8-sig")):
        assert read(saved, FDA).records == expected
        assert read(saved.replace(b"\r\n", b"\n"), FDA).records == expected


def test_the_page_itself_is_read_as_a_table_with_its_rows() -> None:
    page = read_copy(copies(FDA)[3])
    assert page.form == "html"
    assert page.columns == COLUMNS
    assert by_key(page)["K240058"].fields == by_key(read_copy(copies(FDA)[0]))["K240058"].fields


def test_a_number_is_stripped_unwrapped_and_upper_cased() -> None:
    cells = ('"=HYPERLINK(""https://x.invalid/?ID=K240058"", ""K240058"")"', "k240058", "\u00a0K240058\u00a0 ")
    for cell in cells:
        snapshot = read(f"Submission Number,Device\r\n{cell},AEYE-DS\r\n".encode(), FDA)
        assert [record.key for record in snapshot.records] == ["K240058"]


def test_a_missing_column_is_left_out_and_an_unknown_one_ignored() -> None:
    head = b"Date of Final Decision,ID,Device,Company,Primary Product Code,Colour\n"
    body = head + b"4/23/2024,K240058,AEYE-DS,AEYE,PIB,red\n"
    snapshot = read(body, FDA)
    assert snapshot.columns == ("date", "submission_number", "device", "company", "product_code")
    assert dict(snapshot.records[0].fields) == {
        "date": "2024-04-23",
        "submission_number": "K240058",
        "device": "AEYE-DS",
        "company": "AEYE",
        "product_code": "PIB",
    }


@pytest.mark.parametrize(
    ("number", "link"),
    [
        ("K240058", "https://www.accessdata.fda.gov/scripts/cdrh/cfdocs/cfpmn/pmn.cfm?ID=K240058"),
        ("DEN180001", "https://www.accessdata.fda.gov/scripts/cdrh/cfdocs/cfpmn/denovo.cfm?id=DEN180001"),
        ("P140011/S008", "https://www.accessdata.fda.gov/scripts/cdrh/cfdocs/cfpma/pma.cfm?id=P140011S008"),
        ("?", None),
    ],
)
def test_a_number_links_to_fdas_page_of_the_submission(number: str, link: str | None) -> None:
    assert official_link(number) == link


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        (b"<html><head><title>FDA Apology</title></head><body></body></html>", "apology", "apology"),
        (
            b"<!DOCTYPE html><html><head><title>Page Not Found | FDA</title></head><body><p>Gone</p></body></html>",
            "html-instead-of-list",
            "Page Not Found",
        ),
        (b"Device,Company\r\nAEYE-DS,AEYE\r\n", "columns-missing", "Submission Number"),
        (b"Submission Number,Device\r\nK240058,AEYE-DS\r\n,Orphan\r\n", "row-without-number", "Line 3"),
        (b'{"results": []}', "unexpected-form", "json"),
    ],
)
def test_what_is_not_the_list_is_refused_in_words(body: bytes, code: str, words: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read(body, FDA, "text/csv")
    assert caught.value.code == code
    assert words in caught.value.reason


def test_the_reported_apology_page_is_refused_by_name() -> None:
    with pytest.raises(Unreadable, match="apology"):
        read(shared("fda/apology_page_reported_shape.html"), FDA, "text/html")


def _edits(before: Any, after: Any) -> dict[str, tuple[str, str]]:
    return {name: (before[name], after[name]) for name in COLUMNS if before[name] != after[name]}


def _rows(recorded: list[dict[str, str]]) -> dict[str, dict[str, str]]:
    return {row["submission_number"]: {name: repair_c1(value) for name, value in row.items()} for row in recorded}
