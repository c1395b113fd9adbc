"""The documents of the Coverage API in full: against the API's own description, and in the shapes it promises."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model.errors import Unreadable
from monitor.model.snapshot import Page, Snapshot
from monitor.model.source import Source
from monitor.sources import SOURCES, cms_codes, cms_details, cms_ncas, extractor_for
from monitor.sources.cms_followed import DETAILS, with_details
from monitor.sources.coverage_api import ORIGIN
from monitor.sources.following import children
from monitor.sources.licences import COVERAGE_API
from tests.sources.copies import copies, read_copy, shared

LCD, ARTICLE = "/v1/data/lcd/?lcdid=39840&ver=14", "/v1/data/article/?articleid=59716&ver=5"
CODES = "/v1/data/article/icd10-covered?articleid=59716&ver=5"
SCHEMAS = {
    "/v1/data/lcd/": "DataLcd",
    "/v1/data/lcd/hcpc-code-group": "DataLcdHcpcCodeGroup",
    "/v1/data/lcd/revision-history": "DataLcdRevisionHistory",
    "/v1/data/lcd/hcpc-code": "DataLcdHcpcCode",
    "/v1/data/article/": "DataArticle",
    "/v1/data/article/hcpc-code-group": "DataArticleHcpcCodeGroup",
    "/v1/data/article/icd10-covered-group": "DataArticleIcd10CoveredGroup",
    "/v1/data/article/icd10-noncovered-group": "DataArticleIcd10NoncoveredGroup",
    "/v1/data/article/revision-history": "DataArticleRevisionHistory",
    "/v1/data/article/hcpc-code": "DataArticleHcpcCode",
    "/v1/data/article/hcpc-modifier": "DataArticleHcpcModifier",
    "/v1/data/article/icd10-covered": "DataArticleIcd10Covered",
    "/v1/data/article/icd10-noncovered": "DataArticleIcd10Noncovered",
    "/v1/data/ncd/": "DataNcd",
    "/v1/data/lcd/tracking-sheet": "DataLcdTrackingSheet",
    "/v1/data/nca/history": "DataNcaHistory",
    "/v1/data/nca/related-ncd": "DataNcaRelatedNcd",
    "/v1/data/nca/related-ta": "DataNcaRelatedTa",
    "/v1/data/nca/related-medcac": "DataNcaRelatedMedCac",
    "/v1/data/cal/history": "DataCalHistory",
    "/v1/data/cal/related-ncd": "DataCalRelatedNcd",
    "/v1/data/cal/related-ta": "DataCalRelatedTa",
    "/v1/data/cal/related-medcac": "DataCalRelatedMedCac",
}


def page(address: str, *rows: dict[str, Any], **meta: object) -> Page:
    body = {"meta": {"status": {"id": 200, "message": "OK"}, "notes": "", **meta}, "data": list(rows)}
    return Page(body=json.dumps(body).encode(), url=ORIGIN + address, media_type="application/json")


def text_of(address: str, *rows: dict[str, Any]) -> Snapshot:
    return cms_details.extract(page(address, *rows), SOURCES[next(iter(SOURCES))].source)


def codes_of(address: str, *rows: dict[str, Any], **meta: object) -> Snapshot:
    return cms_codes.extract(page(address, *rows, **meta), SOURCES[next(iter(SOURCES))].source)


def said(snapshot: Snapshot) -> list[tuple[str, str]]:
    return [(" > ".join(p.headings), p.text) for p in snapshot.passages]


def test_every_path_and_every_member_is_one_the_api_describes() -> None:
    described = json.loads(shared("cms/coverage_api_openapi_v1.5.json"))
    for path, shape in cms_details.PAGES.items():
        members = described["components"]["schemas"][SCHEMAS[path]]["properties"].keys()
        wanted = {*shape.texts, *shape.dates, shape.id[1], *([shape.group] if shape.group else [])} - {""}
        wanted |= set(shape.line[1]) if shape.line else set()
        assert wanted <= members, (path, wanted - members)
    for path, found in cms_codes.LISTS.items():
        members = described["components"]["schemas"][SCHEMAS[path]]["properties"].keys()
        assert {found.code, found.group} <= members
    for path, name in SCHEMAS.items():
        answers = json.dumps(described["paths"][path]["get"]["responses"]["200"])
        assert f"schemas/{name}" in answers


def test_every_query_is_one_the_api_describes() -> None:
    described = json.loads(shared("cms/coverage_api_openapi_v1.5.json"))
    papers = [follow.url.removeprefix(ORIGIN) for follow in cms_ncas.SOURCE.follow if follow.url]
    for addresses in (papers, *((one.text, one.codes, one.sheet) for one in DETAILS.values())):
        for address in filter(None, addresses):
            path, _, query = address.partition("?")
            named = described["paths"][path]["get"]["parameters"]
            known = {
                (described["components"]["parameters"][p["$ref"].rsplit("/", 1)[-1]] if "$ref" in p else p)["name"]
                for p in named
            }
            assert {pair.partition("=")[0] for pair in query.split("&")} <= known


def test_the_pages_of_a_document_follow_one_another_and_end() -> None:
    for start in (LCD, ARTICLE, CODES.replace("icd10-covered", "hcpc-code")):
        address: str | None = ORIGIN + start
        seen = []
        while address is not None:
            seen.append(address)
            path = address.removeprefix(ORIGIN)
            read = codes_of if path.partition("?")[0] in cms_codes.LISTS else text_of
            ids = {"lcd_id": 39840, "article_id": 59716, "hcpc_code_id": "75577"}
            ids |= {"hcpc_modifier_code_id": "26", "icd10_code_id": "I25.10"}
            address = read(path, ids).next_url
            assert len(seen) < 9
        assert all(url.endswith(start.partition("?")[2]) for url in seen)
        assert len(seen) == len(set(seen)) >= 3


def test_texts_stand_under_their_part_with_their_own_headings_below() -> None:
    row = {
        "lcd_id": 39840,
        "lcd_version": 14,
        "title": "DEMO plaque analysis",
        "indication": "&lt;h3&gt;Covered&lt;&sol;h3&gt;"
        "&lt;p class=&quot;MsoNormal&quot;&gt;DEMO&amp;nbsp;words&lt;&sol;p&gt;",
        "bibliography": "DEMO plain text",
        "doc_reqs": "",
        "orig_det_eff_date": "11/24/2024",
        "notice_end_dt": "N/A",
        "last_updated": "2026-01-01 00:00:00",
        "draft_contact": 7,
    }
    assert said(text_of(LCD, row)) == [
        ("Dates", "Original effective date: 2024-11-24"),
        ("Title", "DEMO plaque analysis"),
        ("Indications and limitations of coverage", "Covered"),
        ("Indications and limitations of coverage > Covered", "DEMO words"),
        ("Bibliography", "DEMO plain text"),
    ]


def test_groups_and_revisions_say_which_they_are() -> None:
    group = {"article_id": 59716, "icd10_covered_group": 2, "paragraph": "<p>DEMO: one of these.</p>"}
    assert said(text_of(CODES.replace("covered?", "covered-group?"), group)) == [
        ("Covered diagnoses > Group 2", "DEMO: one of these.")
    ]
    revision = {"lcd_id": 39840, "rev_hist_num": 3, "rev_hist_date": "02/14/2025", "rev_hist_exp": "<p>DEMO reason</p>"}
    assert said(text_of("/v1/data/lcd/revision-history?lcdid=39840", revision)) == [
        ("Revision history > Revision of 2025-02-14", "DEMO reason")
    ]


def test_staff_and_the_ama_s_own_statement_are_left_out() -> None:
    sheet = {
        "lcd_id": 39840,
        "title": "DEMO",
        "draft_contact": "DEMO Person, 1-555-0100",
        "comment_end_dt": "07/13/2026",
    }
    assert said(text_of("/v1/data/lcd/tracking-sheet?lcdid=39840&ver=2", sheet)) == [
        ("Dates", "Comments close: 2026-07-13"),
        ("Title", "DEMO"),
    ]
    ncd = {"document_id": 108, "title": "DEMO", "ama_statement": "DEMO statement"}
    assert said(text_of("/v1/data/ncd/?ncdid=108&ncdver=1", ncd)) == [("Title", "DEMO")]


def test_a_code_is_keyed_by_document_list_and_group_and_its_description_is_not_kept() -> None:
    row = {"article_id": 59716, "icd10_code_id": "I25.10", "icd10_covered_group": 1, "description": "DEMO words"}
    (record,) = codes_of(CODES, row).records
    assert record.key == "A59716 covered ICD-10 group 1 I25.10"
    assert "DEMO" not in repr(record)
    (named,) = codes_of("/v1/data/lcd/hcpc-code?lcdid=39840", {"lcd_id": 39840, "hcpc_code_id": "75577"}).records
    assert named.key == "L39840 HCPCS 75577"


def test_an_empty_list_of_codes_is_an_answer_and_a_missing_document_is_none() -> None:
    assert codes_of(CODES).records == ()
    with pytest.raises(Unreadable, match="knows no document 39840"):
        text_of(LCD)


@pytest.mark.parametrize("read", [text_of, codes_of])
def test_another_document_than_the_one_asked_for_is_refused(read: Any) -> None:
    address = LCD if read is text_of else "/v1/data/lcd/hcpc-code?lcdid=39840&ver=14"
    with pytest.raises(Unreadable, match="Asked for 39840"):
        read(address, {"lcd_id": 11111, "title": "DEMO", "hcpc_code_id": "75577"})


def test_a_token_for_the_next_page_is_followed_first_and_dropped_after() -> None:
    row = {"article_id": 59716, "icd10_code_id": "I25.10", "icd10_covered_group": 1}
    more = codes_of(CODES, row, next_token="DEMO2").next_url
    assert more == f"{ORIGIN}{CODES}&next_token=DEMO2"
    assert codes_of(more.removeprefix(ORIGIN), row).next_url == f"{ORIGIN}{CODES}".replace("covered", "noncovered")


@given(st.binary(max_size=300))
def test_any_bytes_give_a_reading_or_a_refusal(body: bytes) -> None:
    for address, extract in ((LCD, cms_details.extract), (CODES, cms_codes.extract)):
        with suppress(Unreadable):
            extract(Page(body=body, url=ORIGIN + address), SOURCES[next(iter(SOURCES))].source)


def followed(name: str, *, licensed: bool, numbers: frozenset[str] = frozenset({"L39840"})) -> tuple[Source, ...]:
    source = next(official.source for known, official in SOURCES.items() if known == name)
    detailed = with_details(source, numbers=numbers, terms=("DEMO Analyzer+",), licensed=licensed)
    return children(detailed, read_copy(copies(name)[0]).records)


def test_watched_numbers_are_followed_with_text_and_codes_at_the_version_listed() -> None:
    found = {one.id: one.routes[0].url for one in followed("cms.lcds", licensed=True)}
    assert found["cms.lcds/l39840"] == f"{ORIGIN}/v1/data/lcd/?lcdid=39840&ver=14"  # type: ignore[index]
    assert found["cms.lcds/l39840.codes"] == f"{ORIGIN}/v1/data/lcd/hcpc-code?lcdid=39840&ver=14"  # type: ignore[index]
    assert all(COVERAGE_API.covers(url) for url in found.values())


def test_without_the_licence_nothing_behind_it_is_followed() -> None:
    assert followed("cms.lcds", licensed=False) == ()
    assert followed("cms.articles", licensed=False) == ()


def test_open_analyses_are_followed_without_a_licence() -> None:
    found = followed("cms.ncas", licensed=False)
    assert found
    assert not any(COVERAGE_API.covers(one.routes[0].url) for one in found)


def test_of_an_analysis_its_history_and_what_belongs_to_it_are_read_page_after_page() -> None:
    found = {one.id.rpartition(".")[2]: one.routes[0].url for one in followed("cms.ncas", licensed=False)}
    assert found["history"].startswith(f"{ORIGIN}/v1/data/nca/history?ncaid=")
    earlier = {"document_id": 9, "document_display_id": "DEMO-00009N", "title": "DEMO retinal images", "url": "/x"}
    read = text_of(found["history"].removeprefix(ORIGIN), earlier)
    assert (said(read), read.next_url) == ([("Considered before", "DEMO-00009N: DEMO retinal images")], None)
    address, told = found["related"].removeprefix(ORIGIN), []
    rows = iter(({"section": "80.3", "title": "DEMO NCD", "document_version": 2}, {"title": "DEMO TA"}, None))
    while address:
        row = next(rows)
        read = text_of(address, *([row] if row else []))
        told += said(read)
        address = (read.next_url or "").removeprefix(ORIGIN)
    assert told == [("Related NCD", "80.3: DEMO NCD: 2"), ("Related technology assessment", "DEMO TA")]


def test_of_a_proposed_lcd_text_codes_and_tracking_sheet_are_read_behind_the_licence() -> None:
    assert followed("cms.proposed-lcds", licensed=False) == ()
    found = {
        one.id: one.routes[0].url
        for one in followed("cms.proposed-lcds", licensed=True, numbers=frozenset({"L99001"}))
        if "dl99001" in one.id
    }
    query = "lcdid=99001&ver=4"
    assert found == {
        "cms.proposed-lcds/dl99001": f"{ORIGIN}/v1/data/lcd/?{query}",
        "cms.proposed-lcds/dl99001.codes": f"{ORIGIN}/v1/data/lcd/hcpc-code?{query}",
        "cms.proposed-lcds/dl99001.tracking-sheet": f"{ORIGIN}/v1/data/lcd/tracking-sheet?{query}",
    }
    assert all(COVERAGE_API.covers(url) for url in found.values())


def test_each_document_is_read_by_its_reader() -> None:
    readers = [(one.extractor, extractor_for(one).extract) for one in followed("cms.lcds", licensed=True)]
    assert ("cms.document-text", cms_details.extract) in readers
    assert ("cms.document-codes", cms_codes.extract) in readers
