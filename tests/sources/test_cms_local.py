"""The local reports: the API's JSON and a CSV harvest of the same rows, and the ways they go wrong."""

import csv
import io
import json

import pytest

from monitor.model.errors import Unreadable
from monitor.sources.cms_local import COLUMNS
from tests.sources.copies import as_text, by_key, copies, page_of, read, read_copy, shared

HARVEST = "cms/2025-08-17_local_documents_3133.csv"
BAD_HARVEST = "cms/2025-08-16_bad_harvest_500.csv"
LOCAL = ("cms.lcds", "cms.proposed-lcds", "cms.articles")


@pytest.mark.parametrize(
    ("source_id", "rows", "key"), [("cms.lcds", 972, "L39840 v14"), ("cms.articles", 2161, "A59716 v5")]
)
def test_the_real_harvest_splits_into_lcds_and_articles(source_id: str, rows: int, key: str) -> None:
    snapshot = read(shared(HARVEST), source_id)
    assert len(snapshot.records) == rows
    assert snapshot.duplicates == ()
    assert snapshot.columns == COLUMNS
    assert key in by_key(snapshot)
    assert all("\n" not in value for record in snapshot.records for value in record.fields.values())


def test_the_same_rows_as_json_are_the_same_records() -> None:
    rows = list(csv.DictReader(io.StringIO(shared(HARVEST).decode("utf-8"), newline="")))
    typed = [
        {**row, "document_id": int(row["document_id"]), "document_version": int(row["document_version"])}
        for row in rows
    ]
    envelope = json.dumps({"meta": {"status": {"id": 200, "message": "OK"}}, "data": typed}).encode()
    for source_id in ("cms.lcds", "cms.articles"):
        assert read(envelope, source_id).records == read(shared(HARVEST), source_id).records


def test_two_versions_under_one_display_id_are_two_records() -> None:
    snapshot = by_key(read_copy(copies("cms.lcds")[0]))
    assert snapshot["L39297 v6"].fields["note"] == "Future(Notice Ends 09/06/2025)"
    assert snapshot["L39297 v3"].fields["note"] == ""


def test_line_breaks_stamps_and_spellings_of_no_date_are_no_difference() -> None:
    before, after = (by_key(read_copy(copy)) for copy in copies("cms.lcds")[:2])
    changed = {key for key in before.keys() & after.keys() if before[key] != after[key]}
    assert changed == {"L99001 v3"}
    assert before["L39840 v14"].fields["retirement_date"] == after["L39840 v14"].fields["retirement_date"] == ""


def test_the_fields_are_the_compared_ones_and_the_rest_is_not_kept() -> None:
    record = by_key(read_copy(copies("cms.lcds")[0]))["L34864 v43"]
    assert tuple(record.fields) == COLUMNS
    assert record.label == "Loss-of-Heterozygosity Based Topographic Genotyping with PathfinderTG ®"
    assert record.fields["contractor_name_type"] == "Novitas Solutions, Inc. (MAC - Part A, MAC - Part B)"
    assert record.fields["retirement_date"] == "2025-04-24"
    assert record.url == "https://www.cms.gov/medicare-coverage-database/view/lcd.aspx?lcdid=34864&ver=43"


@pytest.mark.parametrize("source_id", LOCAL)
def test_the_bad_harvest_is_refused_by_the_names_of_the_missing_columns(source_id: str) -> None:
    with pytest.raises(Unreadable, match=r"document_display_id, document_version, document_type.*doc_id") as caught:
        read(shared(BAD_HARVEST), source_id)
    assert caught.value.code == "columns-missing"


@pytest.mark.parametrize("source_id", [*LOCAL, "cms.ncds", "cms.ncas"])
@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        (b'{"meta":{"status":{"id":200,"message":"OK"},"notes":"0 results"},"data":[]}', "empty-list", "empty list"),
        (b'{"message":"Hello MCIM API Users!","code":400}', "api-greeting", "did not know the address"),
        (b"Hello MCIM API Users!", "api-greeting", "did not know the address"),
        (b'{"message":"Token expired","code":401}', "no-data", "Token expired"),
        (
            b'<html><form action="/medicare-coverage-database/license/cpt-license.aspx"></form></html>',
            "licence-page",
            "licence",
        ),
        (b"<html><head><title>Sorry</title></head><body><p>Out of order</p></body></html>", "not-json", "html"),
        (b'{"data":["row"]}', "bad-rows", "not a row"),
    ],
)
def test_what_is_no_report_is_refused_in_words(source_id: str, body: bytes, code: str, words: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read(body, source_id)
    assert caught.value.code == code
    assert words in caught.value.reason


def test_a_token_of_a_next_page_is_followed_at_the_same_address() -> None:
    answer = json.loads(copies("cms.lcds")[0].read_text(encoding="utf-8"))
    answer["meta"]["next_token"] = "a b&c"
    snapshot = read(json.dumps(answer).encode(), "cms.lcds")
    assert snapshot.next_url == page_of(b"", "cms.lcds").url + "?next_token=a+b%26c"
    answer["meta"]["next_token"] = ""
    assert read(json.dumps(answer).encode(), "cms.lcds").next_url is None


def test_a_column_some_rows_lack_is_no_column() -> None:
    answer = json.loads(copies("cms.lcds")[0].read_text(encoding="utf-8"))
    del answer["data"][3]["note"]
    assert "note" not in read(json.dumps(answer).encode(), "cms.lcds").columns


def test_the_order_of_rows_and_columns_does_not_matter() -> None:
    answer = json.loads(copies("cms.articles")[0].read_text(encoding="utf-8"))
    turned = {**answer, "data": [dict(reversed(row.items())) for row in reversed(answer["data"])]}
    one, other = (read(json.dumps(body).encode(), "cms.articles") for body in (answer, turned))
    assert by_key(one) == by_key(other)
    assert one.columns == other.columns
    assert as_text(one).count("\n") == as_text(other).count("\n")
