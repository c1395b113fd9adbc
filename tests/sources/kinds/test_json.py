import json

import pytest

from monitor.model.errors import Unreadable
from monitor.model.snapshot import Snapshot
from monitor.model.source import Kind, Reading
from tests.formats.realdata import real
from tests.sources.kinds.made import extracted

NUMBER = ("document_number",)
READING = Reading(
    rows="results", key=("document_number",), label="title", next_page="next_page_url", link_field="html_url"
)
ROW = {
    "document_number": "DEMO-1",
    "title": "&lt;p&gt;Payment &amp;amp; coverage&lt;/p&gt;",
    "contractor": "DEMO MAC\r\n(MAC - Part A)",
    "agencies": [{"name": "DEMO agency"}, {"name": "Other"}],
    "html_url": "/d/1?utm_source=x",
    "published": "08/06/2025",
}


def read(document: object, reading: Reading = READING) -> Snapshot:
    return extracted(Kind.JSON, json.dumps(document), reading)


def fault(document: object, reading: Reading = READING) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        read(document, reading)
    return caught.value


def test_values_become_plain_text_on_one_line() -> None:
    reading = Reading(rows="results", key=NUMBER, dates=("published",), label="title", link_field="html_url")
    (record,) = read({"results": [ROW]}, reading).records
    assert (record.key, record.label, record.url) == ("DEMO-1", "Payment & coverage", "https://h.invalid/d/1")
    assert record.fields["contractor"] == "DEMO MAC (MAC - Part A)"
    assert record.fields["agencies"] == "DEMO agency; Other"
    assert record.fields["published"] == "2025-08-06"


def test_the_real_search_result_is_read_whole() -> None:
    reading = Reading(rows="results", key=NUMBER, label="title", drop=("page_views",), link_field="html_url")
    snapshot = extracted(Kind.JSON, real("cms/federal_register_2020-08-12_documents_search_962.jsonc"), reading)
    assert (len(snapshot.records), snapshot.declared_total, snapshot.next_url) == (962, 962, None)
    assert "page_views" not in snapshot.records[0].fields


def test_the_next_page_is_followed_as_it_is_written() -> None:
    body = real("cms/federal_register_documents_search_after_cursor.json")
    snapshot = extracted(Kind.JSON, body, READING)
    assert snapshot.next_url == json.loads(body)["next_page_url"]
    assert snapshot.declared_total == 2086
    assert read({"results": [ROW], "next_page_url": ""}).next_url is None
    assert fault({"results": [ROW], "next_page_url": "file:///etc/passwd"}).code == "bad-next-page"


def test_rows_are_kept_by_their_values_and_the_total_then_says_nothing() -> None:
    reading = Reading(rows="results", key=("document_number",), where=(("title", "two"),))
    rows = [{"document_number": "1", "title": "One"}, {"document_number": "2", "title": "Two "}]
    snapshot = read({"count": 2, "results": rows}, reading)
    assert ([record.key for record in snapshot.records], snapshot.declared_total) == (["2"], None)


def test_the_body_itself_may_be_the_list_and_fields_may_lie_deeper() -> None:
    snapshot = read([{"id": {"n": 7}, "version": 2}], Reading(key=("id.n", "version")))
    assert snapshot.records[0].key == "7 v2"


def test_an_empty_list_is_empty_not_broken() -> None:
    snapshot = read({"count": 0, "results": []})
    assert (snapshot.size, snapshot.declared_total) == (0, 0)


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ({"message": "Hello DEMO users!", "code": 400}, "rows-missing"),
        ({"results": {"a": 1}}, "rows-missing"),
        ({"results": [1, 2]}, "bad-rows"),
        ({"results": [{"title": "x"}]}, "key-missing"),
        ({"results": [{"document_number": "1"}, {"document_number": None, "title": "x"}]}, "key-missing"),
        ({"results": [{"document_number": "1", "t": "a"}, {"document_number": "1", "t": "b"}]}, "duplicate-keys"),
    ],
)
def test_an_answer_that_cannot_be_keyed_is_refused(document: object, code: str) -> None:
    assert fault(document).code == code


def test_an_error_body_is_quoted_in_the_reason() -> None:
    assert "Hello DEMO users!" in fault({"message": "Hello DEMO users!"}).reason


def test_a_web_page_is_told_apart() -> None:
    with pytest.raises(Unreadable, match="web page") as caught:
        extracted(Kind.JSON, "<html><body>License agreement</body></html>", READING)
    assert caught.value.code == "not-json"
