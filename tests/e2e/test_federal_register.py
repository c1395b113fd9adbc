"""One document of the Federal Register on its way: filed, published, corrected; or withdrawn before its day."""

import json
from datetime import UTC, datetime

import pytest

from monitor.model.difference import Act, News
from tests.e2e.desk import Desk
from tests.loopback import Response

INSPECTION_URL = "https://www.federalregister.gov/api/v1/public-inspection-documents/current.json"
REGISTER_URL = "https://www.federalregister.gov/api/v1/documents.json"
BOTH = (
    f"- {{id: federal-register.public-inspection, every: 6h, url: '{INSPECTION_URL}'}}",
    f"- {{id: federal-register, every: 6h, url: '{REGISTER_URL}'}}",
)
OTHER_AGENCY = {"agency_names": ["Federal Aviation Administration"]}
JSON = "application/json"
OPPS = "Medicare Program: DEMO Outpatient Payment; Software as a Medical Service"


def filed(number: str, day: str, title: str = OPPS, **more: object) -> dict[str, object]:
    return {
        "document_number": number,
        "title": title,
        "type": "Proposed Rule",
        "agency_names": ["Centers for Medicare & Medicaid Services"],
        "filing_type": "special",
        "filed_at": "2026-07-02T16:15:00.000-04:00",
        "publication_date": day,
        "docket_numbers": [],
        "html_url": f"https://www.federalregister.gov/d/{number}",
    } | more


def published(number: str, day: str, title: str = OPPS, **more: object) -> dict[str, object]:
    return {
        "document_number": number,
        "title": title,
        "type": "Proposed Rule",
        "action": "Proposed rule.",
        "agency_names": ["Health and Human Services Department", "Centers for Medicare & Medicaid Services"],
        "abstract": "DEMO abstract.",
        "publication_date": day,
        "docket_ids": ["CMS-9999-P"],
        "correction_of": None,
        "html_url": f"https://www.federalregister.gov/d/{number}",
    } | more


@pytest.fixture
def register(desk: Desk) -> Desk:
    desk.configure(*BOTH)
    desk.begin_simulated_time(datetime(2026, 7, 1, 12, tzinfo=UTC))
    return desk


def show(desk: Desk, day: int, waiting: list[dict[str, object]], known: list[dict[str, object]]) -> None:
    """One poll at noon of a day in July 2026. Another agency's document always waits."""
    rows = [filed("2026-00001", "2026-12-31", "DEMO Airworthiness", **OTHER_AGENCY), *waiting]
    listed = [published("2026-00002", "2026-06-01", "DEMO notice on artificial intelligence"), *known]
    desk.serve(INSPECTION_URL, Response(body=_json(rows), media_type=JSON))
    desk.serve(REGISTER_URL, Response(body=_json(listed), media_type=JSON))
    desk.set_time(datetime(2026, 7, day, 12, tzinfo=UTC))
    desk.check()


def _json(rows: list[dict[str, object]]) -> bytes:
    return json.dumps({"count": len(rows), "results": rows}).encode()


def test_filed_and_then_published_is_one_document_told_twice_and_never_removed(register: Desk) -> None:
    show(register, 1, [], [])
    show(register, 3, [filed("2026-13656", "2026-07-14")], [])
    show(register, 14, [filed("2026-13656", "2026-07-14")], [published("2026-13656", "2026-07-14")])
    for day in (15, 16, 30):
        show(register, day, [], [published("2026-13656", "2026-07-14")])
    first, second = register.changes()
    assert first.change.headline.startswith("Federal Register filed 2026-13656")
    assert (second.change.news, second.change.source_id) == (News.LIFECYCLE, "federal-register")
    assert second.change.headline.startswith("Federal Register document was published: 2026-13656")
    (difference,) = second.change.differences
    assert difference.act is Act.MODIFIED
    assert [(f.name, f.old, f.new) for f in difference.fields] == [
        ("stage", "on public inspection, filed 2026-07-02", "published 2026-07-14")
    ]
    told = " ".join(register.run("show", second.change.id).out.split())
    assert "on public inspection, filed 2026-07-02" in told
    assert "published 2026-07-14" in told


def test_a_filing_that_is_gone_before_its_day_was_withdrawn(register: Desk) -> None:
    waiting = [filed("2026-13656", "2026-07-14"), filed("2026-13657", "2026-07-08", "DEMO other rule")]
    show(register, 3, waiting, [])
    show(register, 6, waiting[1:], [])
    assert register.changes() == ()
    show(register, 7, waiting[1:], [])
    show(register, 9, [], [])
    show(register, 10, [], [])
    (gone,) = register.changes()
    assert gone.change.news is News.REMOVED
    assert gone.change.headline.startswith("Federal Register withdrew 2026-13656")


def test_a_document_the_query_does_not_find_leaves_without_a_word(register: Desk) -> None:
    show(register, 3, [filed("2026-13657", "2026-07-08", "DEMO other rule")], [])
    for day in (8, 9, 10):
        show(register, day, [], [])
    assert register.changes() == ()


def test_a_correction_names_what_it_corrects_in_its_headline_and_in_show(register: Desk) -> None:
    rule = published("2026-13656", "2026-06-14")
    correction = published("2026-15000", "2026-07-20", f"{OPPS}; Correction", docket_ids=["CMS-9999-CN"])
    show(register, 3, [], [rule])
    show(register, 20, [], [rule, correction])
    (told,) = register.changes()
    assert told.change.headline == "Federal Register corrected 2026-13656 by 2026-15000"
    assert "corrects" in register.run("show", told.change.id).out
    card = register.run("show", told.change.id, "--json").body
    assert card["differences"][0]["after"]["fields"]["corrects"] == "2026-13656"


def test_a_correction_among_other_documents_is_noted_in_the_headline(register: Desk) -> None:
    rule = published("2026-13656", "2026-06-14")
    show(register, 3, [], [rule])
    more = [published("C1-2026-13656", "2026-07-20", "Correction"), published("2026-15001", "2026-07-20", "DEMO AI")]
    show(register, 20, [], [rule, *more])
    (told,) = register.changes()
    assert "1 corrects 2026-13656" in told.change.headline


def test_a_correction_that_waited_on_public_inspection_names_what_it_corrects_when_it_is_published(
    register: Desk,
) -> None:
    rule = published("2026-13656", "2026-06-14")
    show(register, 3, [filed("2026-15000", "2026-07-20", f"{OPPS}; Correction")], [rule])
    correction = published("2026-15000", "2026-07-20", f"{OPPS}; Correction", docket_ids=["CMS-9999-CN"])
    show(register, 20, [], [rule, correction])
    (told,) = register.changes()
    assert told.change.news is News.LIFECYCLE
    assert "was published, correcting 2026-13656" in told.change.headline
