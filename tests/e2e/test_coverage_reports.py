"""Reports of the Coverage API that lead further: week by week, and from an open analysis to its tracking sheet."""

import json
from datetime import UTC, datetime, timedelta

from tests.e2e.desk import Desk
from tests.loopback import Request, Response

ORIGIN = "https://api.coverage.cms.gov/v1"
NEW_LOCAL, NCAS = f"{ORIGIN}/reports/whats-new/local/", f"{ORIGIN}/reports/national-coverage-ncacal/"
SHEET = f"{ORIGIN}/data/nca/tracking-sheet?ncaid=9001"
MONDAY = datetime(2026, 11, 23, 15, tzinfo=UTC)


def api(*rows: dict[str, object]) -> Response:
    meta = {"status": {"id": 200, "message": "OK"}, "notes": f"{len(rows)} results"}
    return Response(body=json.dumps({"meta": meta, "data": rows}).encode(), media_type="application/json")


def article(number: int, updated_on: str) -> dict[str, object]:
    return {
        "document_id": number,
        "document_version": 2,
        "document_display_id": f"A{number}",
        "document_type": "Article",
        "note": "",
        "title": f"DEMO billing article {number}",
        "contractor_name_type": "DEMO Contractor, Inc.\r\n(MAC - Part A)",
        "updated_on": updated_on,
        "updated_on_sort": "20261118120000",
        "effective_date": "11/26/2026",
        "retirement_date": "N/A",
        "url": f"https://www.cms.gov/medicare-coverage-database/view/article.aspx?articleid={number}&ver=2",
    }


def windows(desk: Desk) -> list[str]:
    found = [path.partition("?")[2] for path in desk.server.paths() if "whats-new" in path]
    desk.server.forget()
    return found


def test_new_documents_are_asked_for_week_by_week_and_empty_weeks_are_healthy(desk: Desk) -> None:
    weeks = {"20261116": [article(99001, "11/18/2026")]}

    def answer(request: Request) -> Response:
        start = request.path.partition("start_date=")[2][:8]
        return api(*weeks.get(start, []))

    desk.configure("- {id: cms.new-local, every: 1d}")
    desk.serve(NEW_LOCAL, answer)
    desk.begin_simulated_time(MONDAY)
    assert desk.verdict("--source", "cms.new-local") == ("CHANGED", "baseline")
    assert [one[11:19] for one in windows(desk)] == ["20261116", "20261109", "20261102", "20261026"]
    desk.set_time(MONDAY + timedelta(days=7))
    weeks["20261123"] = [article(99002, "11/24/2026")]
    assert desk.verdict() == ("CHANGED", "changed")
    assert windows(desk) == [
        "start_date=20261123&end_date=20261130",
        "start_date=20261116&end_date=20261123",
        "start_date=20261109&end_date=20261116",
    ]
    (found,) = desk.changes()
    assert [d.key for d in found.change.differences] == ["A99002 v2"]


def nca(status: str) -> Response:
    return api(
        {
            "document_id": 9001,
            "document_version": 1,
            "document_display_id": "CAG-99001N",
            "document_status": status,
            "public_comment": "1",
            "last_updated": "11/02/2026",
            "last_updated_sort": "20261102160359",
            "document_type": "NCA",
            "title": "DEMO: software analysis of retinal images",
            "url": "/data/nca?ncaid=9001",
        }
    )


def sheet(comments_end: str) -> Response:
    return api(
        {
            "document_id": 9001,
            "document_display_id": "CAG-99001N",
            "document_status": "Open",
            "title": "DEMO: plaque analysis by AI-QCT",
            "issue": "&lt;p&gt;DEMO issue&lt;/p&gt;",
            "public_comment_end_date": comments_end,
            "proposed_decision_memo_due_date": "05/02/2027",
            "decision_memo_date": "N/A",
            "primary_analyst_name": "DEMO Person",
        }
    )


def test_the_tracking_sheet_of_an_open_analysis_is_watched_and_its_dates_are_dates(desk: Desk) -> None:
    desk.configure("- {id: cms.ncas, every: 1d}")
    desk.serve(NCAS, nca("Open"))
    desk.serve(SHEET, sheet("12/02/2026"))
    for paper in ("history", "related-ncd", "related-ta", "related-medcac"):
        desk.serve(SHEET.replace("tracking-sheet", paper), api())
    codes = {one["id"]: one["code"] for one in desk.check()["sources"]}
    child = "cms.ncas/cag-99001n.tracking-sheet"
    papers = {f"cms.ncas/cag-99001n.{part}": "baseline" for part in ("history", "related")}
    assert codes == {"cms.ncas": "baseline", child: "baseline", **papers}
    desk.serve(SHEET, sheet("12/16/2026"))
    desk.check()
    (found,) = desk.changes()
    assert (found.change.source_id, found.change.differences[0].key) == (child, "CAG-99001N")
    assert [(f.name, f.old, f.new) for f in found.change.differences[0].fields] == [
        ("public_comment_end_date", "2026-12-02", "2026-12-16")
    ]
    assert "DEMO Person" not in repr(found)
    assert {(d.kind.value, d.on.isoformat()) for d in found.assessment.dates} == {
        ("comment closes", "2026-12-16"),
        ("decision due", "2027-05-02"),
    }
