"""The list of public inspection documents: whose are kept, and what makes an answer no list."""

import json
from typing import Any

import pytest

from monitor.model.errors import Unreadable
from tests.sources.copies import by_key, copies, read, read_copy, shared

PI = "federal-register.public-inspection"


def answer(**changes: object) -> bytes:
    body: dict[str, Any] = json.loads(copies(PI)[0].read_text(encoding="utf-8"))
    return json.dumps(body | changes).encode()


def test_the_documents_of_cms_and_fda_and_of_hhs_alone_are_kept() -> None:
    assert [record.key for record in read_copy(copies(PI)[0]).records] == ["2020-17086", "2020-17127", "2020-90002"]
    assert [record.key for record in read_copy(copies(PI)[1]).records] == ["2020-17127", "2020-90003"]


def test_a_real_list_is_sorted_out() -> None:
    found = by_key(read(shared("cms/federal_register_2020-08-12_public_inspection.jsonc"), PI))
    rule = found["2020-17127"].fields
    assert (rule["filed_at"], rule["publication_date"]) == ("2020-08-04", "2020-08-17")
    assert rule["stage"] == "on public inspection, filed 2020-08-04"
    ours = ("Medicare", "Food and Drug", "Health and Human Services Department")
    assert all(any(name in r.fields["filed_by"] for name in ours) for r in found.values())
    assert 4 <= len(found) < 20


def test_a_day_without_a_document_of_ours_is_no_empty_answer() -> None:
    other = json.loads(answer())["results"][2]
    snapshot = read(answer(results=[other], count=1), PI)
    assert snapshot.records == ()
    assert "publication_date" in snapshot.columns


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (answer(results=[], count=0), "empty-list"),
        (answer(count=250), "partial"),
        (answer(next_page_url="https://www.federalregister.gov/x"), "partial"),
        (answer(results=[{"document_number": "2020-1"}], count=1), "columns-missing"),
        (answer(results=[{"title": "none"}], count=1), "bad-rows"),
        (b'{"errors": {"fields": "unknown"}}', "no-results"),
        (b"[]", "no-results"),
    ],
)
def test_what_is_no_whole_list_is_refused(body: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read(body, PI)
    assert caught.value.code == code
