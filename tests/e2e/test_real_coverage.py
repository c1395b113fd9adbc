"""The real local coverage documents of August 2025, all 3,133, in the Coverage API's shapes over HTTP, and what then
happened to them; skipped where they are not at hand.
"""

import csv
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from monitor.model.assessment import Tier
from monitor.model.difference import Act, News
from monitor.store.changes import StoredChange
from tests.e2e.desk import Desk
from tests.loopback import Request, Response
from tests.sources.exports import export

DATA = Path(__file__).resolve().parents[2] / "../shared/data/cms/2025-08-17_local_documents_3133.csv"
ORIGIN = "https://api.coverage.cms.gov"
LCDS, ARTICLES = (f"{ORIGIN}/v1/reports/local-coverage-{name}/" for name in ("final-lcds", "articles"))
SCHEDULE = f"{ORIGIN}/v1/metadata/local-data-schedule/"
SOURCES = [f"- {{id: {name}, every: 1d}}" for name in ("cms.lcds", "cms.articles", "cms.local-schedule")]
FOLDER = "- {id: folder, channel: file, path: told, tiers: [ACT, REVIEW, FYI]}"
NGS, WELLPOINT = "National Government Services, Inc.", "Wellpoint Federal"
PAGE_ROWS = 500

Row = dict[str, str]


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    if not DATA.exists():
        pytest.skip(f"the real local coverage documents were not found: {DATA}")
    found = list(csv.DictReader(io.StringIO(DATA.read_bytes().decode(), newline="")))
    assert len(found) == 3133
    return found


@pytest.fixture
def watching(desk: Desk, rows: list[Row]) -> Desk:
    """A desk that watches both lists and tells of everything; the baseline is taken, and told to nobody."""
    desk.configure(*SOURCES, subscribers=[FOLDER])
    assert publish(desk, rows) == []
    verdicts = {one["id"]: (one["verdict"], one["items"]) for one in desk.check()["sources"]}
    assert verdicts == {
        "cms.lcds": ("SAME", None),
        "cms.articles": ("SAME", None),
        "cms.local-schedule": ("SAME", None),
    }
    return desk


def paged(rows: Sequence[Row]) -> Callable[[Request], Response]:
    """The report in pages: each names the next by a token that stands for nothing but itself."""
    pages = [rows[start : start + PAGE_ROWS] for start in range(0, len(rows), PAGE_ROWS)]

    def answer(request: Request) -> Response:
        token = parse_qs(urlsplit(request.path).query).get("next_token", ["cGFnZQ==0"])[0]
        number = int(token.removeprefix("cGFnZQ=="))
        following = f"cGFnZQ=={number + 1}" if number + 1 < len(pages) else ""
        return api([_typed(row) for row in pages[number]], following)

    return answer


def _typed(row: Row) -> dict[str, object]:
    """As the API has it: two members are numbers."""
    return {**row, **{name: int(row[name]) for name in ("document_id", "document_version")}}


def api(data: Sequence[object], next_token: str = "") -> Response:
    meta = {"status": {"id": 200, "message": "OK"}, "notes": f"{len(data)} results", "next_token": next_token}
    return Response(body=json.dumps({"meta": meta, "data": data}).encode(), media_type="application/json")


def publish(desk: Desk, rows: Sequence[Row]) -> list[StoredChange]:
    """CMS puts these rows up; the changes that the next check has stored."""
    before = {kept.change.id for kept in desk.changes()} if desk.database.exists() else set()
    for url, kind in ((LCDS, "LCD"), (ARTICLES, "Article")):
        desk.serve(url, paged([row for row in rows if row["document_type"] == kind]))
    desk.serve(SCHEDULE, api([{"refreshed_on_date": "20250814", "data_captured_through": "20250810"}]))
    ran = desk.run("check", "--json")
    assert ran.code == 0, (ran.err, ran.body["sources"])
    return [kept for kept in desk.changes() if kept.change.id not in before]


def told(found: Sequence[StoredChange]) -> list[tuple[str, News, str, int]]:
    """Each change: its source, kind of news, headline and number of rows; in the order of the sources."""
    kept = (one.change for one in found)
    return sorted((c.source_id, c.news, c.headline, len(c.differences)) for c in kept)


def with_version_bump(rows: Sequence[Row]) -> list[Row]:
    """AI-enabled plaque analysis at CGS: version 15 in place of 14."""
    new = {"document_version": "15", "effective_date": "09/04/2025", "updated_on": "08/27/2025"}
    return [row | new if row["document_display_id"] == "L39840" else row for row in rows]


def renamed(rows: Sequence[Row], **moved: str) -> list[Row]:
    """The contractor of 307 rows goes by another name; with ``moved`` each row gets a new version as well."""
    return [_renamed(row, moved) if NGS in row["contractor_name_type"] else row for row in rows]


def _renamed(row: Row, moved: Row) -> Row:
    version = int(row["document_version"]) + (1 if moved else 0)
    name = row["contractor_name_type"].replace(NGS, WELLPOINT)
    return row | {"contractor_name_type": name, "document_version": str(version)} | moved


def on_the_7th_of_september(rows: Sequence[Row]) -> list[Row]:
    """The calendar moves: what was to come on that day is in force, and what it takes the place of is gone."""
    come = {row["document_display_id"] for row in rows if _comes(row)}
    flipped = [row | {"note": _in_force(row["note"])} if _comes(row) else row for row in rows]
    return [row for row in flipped if row["document_display_id"] not in come or row["effective_date"] == "09/07/2025"]


def _comes(row: Row) -> bool:
    return row["note"].startswith("Future") and row["effective_date"] == "09/07/2025"


def _in_force(note: str) -> str:
    return note.removeprefix("Future").replace("Ends", "Ended")


def re_sorted(rows: Sequence[Row]) -> list[Row]:
    """Another order, and another tool's line ends."""
    ordered = sorted(rows, key=lambda row: (row["title"], row["url"]))
    return [row | {"contractor_name_type": row["contractor_name_type"].replace("\r\n", "\n")} for row in ordered]


def test_a_re_sorted_list_with_other_line_ends_is_the_same_and_says_since_when(watching: Desk, rows: list[Row]) -> None:
    assert publish(watching, re_sorted(rows)) == []
    said = {one["id"]: one["reason"] for one in watching.check()["sources"]}
    refreshed = "CMS refreshed its local coverage data last on 2025-08-14, as of 2025-08-10."
    assert all(said[name].endswith(refreshed) for name in ("cms.lcds", "cms.articles")), said
    assert watching.changes() == ()


def test_a_version_bump_is_one_modified_document(watching: Desk, rows: list[Row]) -> None:
    (found,) = publish(watching, with_version_bump(rows))
    (difference,) = found.change.differences
    assert (found.change.news, difference.act, difference.key) == (News.MODIFIED, Act.MODIFIED, "L39840 v15")
    assert {f.name: (f.old, f.new) for f in difference.fields} == {
        "document_version": ("14", "15"),
        "effective_date": ("2025-02-14", "2025-09-04"),
        "updated_on": ("2025-02-14", "2025-08-27"),
    }
    assert found.assessment.tier in {Tier.ACT, Tier.REVIEW}


def test_a_contractor_renamed_over_300_rows_is_one_event_a_list(watching: Desk, rows: list[Row]) -> None:
    found = publish(watching, renamed(rows))
    assert told(found) == [
        ("cms.articles", News.RENAMED, f"Renamed: {NGS} is now {WELLPOINT} (217 articles)", 217),
        ("cms.lcds", News.RENAMED, f"Contractor renamed: {NGS} is now {WELLPOINT} (90 LCDs)", 90),
    ]
    assert {one.assessment.tier for one in found} == {Tier.FYI}


def test_the_same_with_a_new_version_of_each_row_is_one_event_and_the_relevant_ones_are_to_be_looked_at(
    watching: Desk, rows: list[Row]
) -> None:
    found = publish(watching, renamed(rows, effective_date="04/01/2026", updated_on="03/26/2026"))
    assert [(source, news, count) for source, news, _, count in told(found)] == [
        ("cms.articles", News.RENAMED, 217),
        ("cms.lcds", News.RENAMED, 90),
    ]
    (lcds,) = (one for one in found if one.change.source_id == "cms.lcds")
    assert lcds.assessment.tier is Tier.REVIEW
    assert any("L39863" in (reason.key or "") for reason in lcds.assessment.reasons)


def test_what_takes_effect_is_one_event_and_the_version_it_replaces_is_not_called_removed(
    watching: Desk, rows: list[Row]
) -> None:
    after = on_the_7th_of_september(rows)
    found = publish(watching, after)
    assert [(source, news, count) for source, news, _, count in told(found)] == [
        ("cms.articles", News.LIFECYCLE, 9),
        ("cms.lcds", News.LIFECYCLE, 6),
    ]
    assert "took effect" in found[0].change.headline
    keys = {str(d.key): d.act for one in found for d in one.change.differences}
    assert (keys["L39297 v6"], keys["L39297 v3"]) == (Act.MODIFIED, Act.REMOVED)
    assert publish(watching, after) == [], "and none of it is told again"


def test_all_of_it_in_one_week_is_told_apart_and_each_once(watching: Desk, rows: list[Row]) -> None:
    after = re_sorted(renamed(with_version_bump(on_the_7th_of_september(rows))))
    found = publish(watching, after)
    assert [(source, news) for source, news, _, _ in told(found)] == [
        ("cms.articles", News.LIFECYCLE),
        ("cms.articles", News.RENAMED),
        ("cms.lcds", News.LIFECYCLE),
        ("cms.lcds", News.MODIFIED),
        ("cms.lcds", News.RENAMED),
    ]
    assert publish(watching, after) == []
    heard = [json.loads(path.read_bytes())["id"] for path in (watching.folder / "told").glob("*.json")]
    relevant = {kept.change.id for kept in found if kept.assessment.tier is not Tier.NOISE}
    assert {one.partition(":")[0] for one in heard} == relevant
    assert len(heard) == len(relevant)


EXPORTS = {"LCD": "current_lcd.zip", "Article": "current_article.zip"}


def publish_exports_only(desk: Desk, rows: Sequence[Row]) -> list[StoredChange]:
    """The API is down; the bulk exports show what is current, without what has retired."""
    before = {kept.change.id for kept in desk.changes()}
    for url, (kind, name) in zip((LCDS, ARTICLES), EXPORTS.items(), strict=True):
        desk.serve(url, Response(status=500))
        body = export(kind.lower(), [row for row in rows if row["document_type"] == kind and row["note"] != "Retired"])
        address = f"https://downloads.cms.gov/medicare-coverage-database/downloads/exports/{name}"
        desk.serve(address, Response(body=body, media_type="application/zip"))
    report = desk.check()
    assert all(one["verdict"] in {"SAME", "CHANGED"} for one in report["sources"]), report["sources"]
    return [kept for kept in desk.changes() if kept.change.id not in before]


def test_the_bulk_exports_take_over_and_hand_back_without_a_word(watching: Desk, rows: list[Row]) -> None:
    assert publish_exports_only(watching, rows) == []
    assert publish_exports_only(watching, re_sorted(rows)) == []
    assert publish(watching, rows) == []


def test_a_new_version_is_told_once_whichever_way_shows_it_first(watching: Desk, rows: list[Row]) -> None:
    after = with_version_bump(rows)
    (found,) = publish_exports_only(watching, after)
    (difference,) = found.change.differences
    assert (found.change.news, difference.key) == (News.MODIFIED, "L39840 v15")
    assert {f.name for f in difference.fields} == {"document_version", "effective_date", "updated_on"}
    assert publish(watching, after) == []


def test_each_page_of_a_list_is_asked_for_once_by_its_token(watching: Desk) -> None:
    asked = [path for path in watching.server.paths() if "final-lcds" in path]
    first, second = (path.partition("final-lcds/")[2] for path in asked[:2])
    assert (first, second) == ("", "?next_token=cGFnZQ%3D%3D1")
