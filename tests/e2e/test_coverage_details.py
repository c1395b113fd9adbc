"""Coverage documents in full: never without the licence, and with it every code and passage that moves is named."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitor.model.difference import Act, News
from monitor.model.snapshot import Record
from tests.e2e.desk import Desk
from tests.loopback import Request, Response

API = "https://api.coverage.cms.gov"
LCDS, ARTICLES = f"{API}/v1/reports/local-coverage-final-lcds/", f"{API}/v1/reports/local-coverage-articles/"
LISTS = (
    f"- {{id: cms.lcds, every: 1d, url: '{LCDS}', contract: {{min_items: 1}}}}",
    f"- {{id: cms.articles, every: 1d, url: '{ARTICLES}', contract: {{min_items: 1}}}}",
)
JSON = "application/json"
START = datetime(2026, 11, 2, 12, tzinfo=UTC)
WORDS = "DEMO descriptor that belongs to the AMA"


def row(shown: str, version: int, title: str, kind: str) -> dict[str, Any]:
    view = "lcd.aspx?lcdid" if kind == "LCD" else "article.aspx?articleid"
    return {
        "document_id": int(shown[1:]),
        "document_version": version,
        "document_display_id": shown,
        "document_type": kind,
        "note": "",
        "title": title,
        "contractor_name_type": "DEMO Contractor (MAC - Part A, MAC - Part B)",
        "updated_on": "11/01/2026",
        "updated_on_sort": "20261101133001",
        "effective_date": "11/14/2026",
        "retirement_date": "N/A",
        "url": f"https://www.cms.gov/medicare-coverage-database/view/{view}={shown[1:]}&ver={version}",
    }


class Api:
    """The Coverage API of one LCD and one article, in the shapes of its description; all words are DEMO."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.asked: list[str] = []
        self.bearers: set[str | None] = set()
        self.version = 5
        self.covered = ["I25.10", "I25.110"]
        self.indication = "&lt;h3&gt;Covered&lt;/h3&gt;&lt;p&gt;DEMO plaque analysis is covered once a year.&lt;/p&gt;"
        desk.serve(f"{API}/v1/metadata/license-agreement/", self._agree)
        self.publish()

    def publish(self) -> None:
        lcd = row("L39840", self.version + 9, "DEMO plaque analysis", "LCD")
        other = row("L33333", 3, "DEMO shoes", "LCD")
        self.desk.serve(LCDS, _answer(lcd, other))
        self.desk.serve(ARTICLES, _answer(row("A59716", self.version, "Billing and Coding: DEMO plaque", "Article")))
        ids = {"lcd": f"lcdid=39840&ver={self.version + 9}", "article": f"articleid=59716&ver={self.version}"}
        for path, rows in self._details().items():
            query = ids[path.split("/")[0]]
            self.desk.serve(f"{API}/v1/data/{path}?{query}", self._detail(path, _answer(*rows)))

    def _details(self) -> dict[str, list[dict[str, Any]]]:
        lcd, article = {"lcd_id": 39840}, {"article_id": 59716}
        code = {"hcpc_code_id": "75577", "hcpc_code_group": 1, "long_description": WORDS, "short_description": WORDS}
        covered = [{**article, "icd10_code_id": one, "icd10_covered_group": 1} for one in self.covered]
        return {
            "lcd/": [{**lcd, "title": "DEMO plaque analysis", "indication": self.indication}],
            "lcd/hcpc-code-group": [],
            "lcd/revision-history": [{**lcd, "rev_hist_date": "11/14/2026", "rev_hist_exp": "DEMO first"}],
            "lcd/hcpc-code": [],
            "article/": [{**article, "title": "DEMO billing", "description": "<p>DEMO billing text.</p>"}],
            "article/hcpc-code-group": [{**article, "hcpc_code_group": 1, "paragraph": "DEMO group of codes"}],
            "article/icd10-covered-group": [],
            "article/icd10-noncovered-group": [],
            "article/revision-history": [],
            "article/hcpc-code": [{**article, **code}],
            "article/hcpc-modifier": [],
            "article/icd10-covered": covered,
            "article/icd10-noncovered": [],
        }

    def _agree(self, _: Request) -> Response:
        self.asked.append("licence")
        return Response(body=b'{"meta": {}, "data": [{"Token": "DEMO-secret-token"}]}', media_type=JSON)

    def _detail(self, path: str, answer: Response) -> Any:
        def answered(request: Request) -> Response:
            self.asked.append(path)
            self.bearers.add(request.headers.get("authorization"))
            return answer

        return answered


def _answer(*rows: dict[str, Any]) -> Response:
    meta = {"status": {"id": 200, "message": "OK"}, "notes": f"{len(rows)} results", "fields": [], "children": []}
    return Response(body=json.dumps({"meta": meta, "data": list(rows)}).encode(), media_type=JSON)


@pytest.fixture
def api(desk: Desk) -> Api:
    desk.configure(*LISTS, licences=["cms-coverage-api"])
    desk.begin_simulated_time(START)
    return Api(desk)


@contextmanager
def later(desk: Desk, days: int) -> Iterator[None]:
    desk.set_time(START + timedelta(days=days))
    yield
    desk.check()


def test_without_the_licence_no_detail_is_asked_for_and_that_is_said(desk: Desk) -> None:
    desk.configure(*LISTS)
    desk.begin_simulated_time(START)
    api = Api(desk)
    desk.check()
    assert api.asked == []
    assert "NOT watched" in desk.run("doctor", "--offline").out
    assert "cms-coverage-api: accepted" in desk.run("sources", "list").out
    told = " ".join(desk.run("digest", "--preview").out.split())
    assert "Not watched: full text, code lists and revision history of LCDs and articles" in told


def test_the_documents_that_matter_are_read_in_full_and_the_others_are_not(api: Api) -> None:
    report = api.desk.check()
    assert {one["id"]: one["code"] for one in report["sources"]} == {
        "cms.lcds": "baseline",
        "cms.lcds/l39840": "baseline",
        "cms.lcds/l39840.codes": "baseline",
        "cms.articles": "baseline",
        "cms.articles/a59716": "baseline",
        "cms.articles/a59716.codes": "baseline",
    }
    assert api.asked.count("licence") == 1
    assert api.bearers == {"Bearer DEMO-secret-token"}
    assert api.desk.changes() == ()


def test_a_code_put_on_a_list_is_told_by_code_and_list(api: Api) -> None:
    api.desk.check()
    with later(api.desk, 1):
        api.version, api.covered = 6, ["I25.10", "I25.110", "I25.118"]
        api.publish()
    (told,) = [kept for kept in api.desk.changes() if kept.change.source_id == "cms.articles/a59716.codes"]
    assert told.change.news is News.ADDED
    assert told.change.headline == "CMS added A59716 covered ICD-10 group 1 I25.118"
    (difference,) = told.change.differences
    assert isinstance(difference.after, Record)
    assert (difference.after.fields["list"], difference.after.fields["code"]) == ("covered ICD-10", "I25.118")


def test_a_code_taken_off_a_list_is_told_once_a_second_look_agrees(api: Api) -> None:
    api.desk.check()
    for days in (1, 8):
        with later(api.desk, days):
            api.version, api.covered = 6, ["I25.10"]
            api.publish()
    told = [kept.change for kept in api.desk.changes() if kept.change.source_id == "cms.articles/a59716.codes"]
    assert [change.headline for change in told] == ["CMS removed A59716 covered ICD-10 group 1 I25.110"]


def test_an_edit_of_the_text_is_told_by_its_passage(api: Api) -> None:
    api.desk.check()
    with later(api.desk, 1):
        api.version, api.indication = 6, api.indication.replace("once a year", "twice a year")
        api.publish()
    (told,) = [kept.change for kept in api.desk.changes() if kept.change.source_id == "cms.lcds/l39840"]
    (difference,) = told.differences
    assert difference.act is Act.MODIFIED
    assert difference.label == "Covered"
    assert ("once a year" in difference.fields[0].old, "twice a year" in difference.fields[0].new) == (True, True)


def test_neither_the_token_nor_a_descriptor_is_kept_anywhere(api: Api) -> None:
    api.desk.check()
    with api.desk.store() as store:
        states = store.states()
        bodies = [page.body for state in states.values() for page in store.pages(state.snapshot_id or 0)]
    kept = b"".join(path.read_bytes() for path in api.desk.folder.rglob("*") if path.is_file())
    assert any(b"75577" in body for body in bodies)
    for secret in (b"DEMO-secret-token", WORDS.encode()):
        assert secret not in kept
        assert not any(secret in body for body in bodies)
