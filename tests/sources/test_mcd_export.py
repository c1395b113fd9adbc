"""The bulk exports as a second way to LCDs and articles: the same keys, and nothing said that is not sure."""

import pytest

from monitor.model.errors import Unreadable
from monitor.model.snapshot import Snapshot
from tests.sources.copies import by_key, read, source
from tests.sources.exports import export, zipped

TITLE = "DEMO \u2013 plaque\u2019s analysis"
ROW = {
    "document_id": "39840",
    "document_version": "14",
    "title": TITLE,
    "note": "",
    "effective_date": "02/14/2025",
    "updated_on": "02/06/2025",
}


def rows(count: int = 1000, **last: str) -> list[dict[str, str]]:
    made = [ROW | {"document_id": str(90000 + n), "title": f"DEMO document {n}"} for n in range(count - 1)]
    return [*made, ROW | last]


def lcds(body: bytes) -> Snapshot:
    return read(body, "cms.lcds", "application/zip")


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8"])
def test_a_row_of_the_export_has_the_key_and_the_dates_of_the_api(encoding: str) -> None:
    found = lcds(export("lcd", rows(), encoding=encoding))
    record = by_key(found)["L39840 v14"]
    assert record.fields == {
        "document_display_id": "L39840",
        "document_version": "14",
        "document_type": "LCD",
        "title": TITLE,
        "note": "",
        "effective_date": "2025-02-14",
        "updated_on": "2025-02-06",
    }
    assert (record.document, found.partial, found.size) == ("L39840", True, 1000)
    assert record.url == "https://www.cms.gov/medicare-coverage-database/view/lcd.aspx?lcdid=39840&ver=14"
    assert set(found.columns) < set(source("cms.lcds").contract.columns)


def test_articles_stand_in_a_table_of_their_own() -> None:
    found = read(export("article", rows(note="Future")), "cms.articles", "application/zip")
    assert by_key(found)["A39840 v14"].fields["note"] == "Future"
    assert by_key(found)["A39840 v14"].fields["effective_date"] == "2025-02-14"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (export("article", rows()), "member-missing"),
        (zipped([("current_lcd_csv.zip", zipped([("lcd.csv", b"a,b\r\n1,2\r\n")]))]), "columns-missing"),
        (export("lcd", rows(499)), "too-few"),
        (zipped([("current_lcd_csv.zip", b"no archive")]), "not-zip"),
    ],
)
def test_an_archive_without_the_whole_table_is_refused(body: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as caught:
        lcds(body)
    assert caught.value.code == code
