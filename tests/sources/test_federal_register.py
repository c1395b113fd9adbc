"""The one query of the Federal Register: its address, its pages, and what is left out."""

import json
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest

from monitor.model.dated import addresses_on
from monitor.model.errors import Unreadable
from monitor.sources.federal_register import SOURCE
from tests.sources.copies import by_key, copies, read, read_copy, shared

FR = "federal-register"


def test_the_query_asks_for_both_agencies_explicit_fields_and_the_newest_first() -> None:
    query = parse_qs(urlsplit(SOURCE.routes[0].url).query)
    assert query["conditions[agencies][]"] == ["centers-for-medicare-medicaid-services", "food-and-drug-administration"]
    assert "page_views" not in query["fields[]"]
    assert {"document_number", "comments_close_on", "effective_on", "docket_ids", "html_url"} <= set(query["fields[]"])
    assert query["order"] == ["newest"]
    assert 0 < int(query["per_page"][0]) <= 1000
    assert '"artificial intelligence"' in query["conditions[term]"][0]


def test_a_next_page_is_followed_as_it_is_written() -> None:
    written = json.loads(copies(FR)[1].read_text(encoding="utf-8"))["next_page_url"]
    assert read_copy(copies(FR)[1]).next_url == written
    assert read_copy(copies(FR)[0]).next_url is None


@pytest.mark.parametrize(
    "written",
    ["https://evil.invalid/api", "http://www.federalregister.gov/x", "file:///etc/passwd", 7, "https://[x", {}],
)
def test_a_next_page_elsewhere_is_refused(written: object) -> None:
    body = json.dumps({"count": 1, "next_page_url": written, "results": []}).encode()
    with pytest.raises(Unreadable, match="not its own"):
        read(body, FR)


def test_a_document_listed_twice_is_one_record() -> None:
    body = json.loads(copies(FR)[0].read_text(encoding="utf-8"))
    body["results"] *= 3
    snapshot = read(json.dumps(body).encode(), FR)
    assert len(snapshot.records) == 3
    assert len(snapshot.duplicates) == 6


def test_lists_are_joined_and_escapes_undone() -> None:
    fields = by_key(read_copy(copies(FR)[1]))
    assert fields["2025-19787"].fields["docket"] == "CMS-1832-F; CMS-1832-F2"
    assert fields["2025-19787"].fields["effective_on"] == "2026-01-01"
    assert "“payment”" in fields["2025-23641"].fields["abstract"]


def test_fields_that_come_late_or_count_readers_are_left_out() -> None:
    body = json.loads(copies(FR)[0].read_text(encoding="utf-8"))
    noisy = {
        **body,
        "results": [
            {**row, "page_views": {"count": 73}, "topics": ["x"], "comment_url": "y"} for row in body["results"]
        ],
    }
    assert read(json.dumps(noisy).encode(), FR).records == read(json.dumps(body).encode(), FR).records


def test_the_recorded_cursor_is_followed_though_the_pages_are_capped_and_the_filters_written_anew() -> None:
    body = shared("cms/federal_register_documents_search_after_cursor.json")
    recorded = json.loads(body)
    assert recorded["count"] > recorded["total_pages"] * 5  # the pages stated are fewer than the documents need
    snapshot = read(body, FR)
    assert snapshot.next_url == recorded["next_page_url"]
    assert "search_after_cursor=" in (snapshot.next_url or "")
    assert [r.key for r in snapshot.records] == ["2026-18736", "2026-18724"]


def test_real_corrections_name_what_they_correct() -> None:
    found = by_key(read(shared("cms/federal_register_2020-08-12_documents_search_962.jsonc"), FR))
    corrections = {key: record.fields["corrects"] for key, record in found.items() if "corrects" in record.fields}
    assert corrections == {"C1-2019-19930": "2019-19930", "R1-2017-02032": "2017-02032"}


def test_a_correction_under_an_ordinary_number_is_linked_by_its_rule() -> None:
    fields = by_key(read_copy(copies(FR)[0]))
    assert fields["2025-15492"].fields["corrects"] == "2025-13271"
    assert "corrects" not in fields["2025-13360"].fields


def test_the_query_begins_some_days_back_from_today_so_that_the_list_does_not_grow() -> None:
    (url,) = addresses_on(SOURCE.routes[0].url, date(2026, 11, 23), None)
    assert parse_qs(urlsplit(url).query)["conditions[publication_date][gte]"] == ["2025-10-19"]


def test_real_documents_are_read_whole() -> None:
    body = shared("cms/federal_register_2020-08-12_documents_search_962.jsonc")
    snapshot = read(body, FR)
    assert len(snapshot.records) == 962
    assert all(record.fields["title"] and record.url for record in snapshot.records)


@pytest.mark.parametrize("body", [b'{"errors": {"term": "is bad"}}', b'{"results": [{"title": "no number"}]}', b"[]"])
def test_what_is_no_answer_is_refused(body: bytes) -> None:
    with pytest.raises(Unreadable):
        read(body, FR)
