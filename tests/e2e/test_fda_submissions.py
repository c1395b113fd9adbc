"""New devices are looked up in openFDA, and what stands there is shown beside the news, with its source."""

import json
from typing import Any

import pytest

from tests.e2e.desk import FDA_URL, FDA_WITH_SUBMISSIONS, Desk
from tests.e2e.making import AEYE_2024, Device, a_list, as_csv
from tests.loopback import Request, Response

API = "https://api.fda.gov/device"
NOT_FOUND = Response(
    body=json.dumps({"error": {"code": "NOT_FOUND", "message": "No matches found!"}}).encode(),
    status=404,
    media_type="application/json; charset=utf-8",
)
DE_NOVO = Device("05/21/2026", "DEN240068", "DEMO name of a De Novo", "DEMO maker", "Pathology", "SHW")
PMA = Device("09/02/1998", "P980025", "DEMO name of a PMA", "DEMO maker", "Radiology", "SHY")
SUPPLEMENT = Device("06/01/2026", "P140011/S008", "DEMO name of a supplement", "DEMO maker", "Radiology", "SHY")
ROUTINE = Device("06/02/2026", "K900999", "DEMO image processing")


def answer(*rows: dict[str, Any]) -> Response:
    body = {"meta": {"last_updated": "2026-11-16", "results": {"skip": 0, "limit": 5, "total": len(rows)}}}
    return Response(body=json.dumps({**body, "results": list(rows)}).encode(), media_type="application/json")


AEYE: dict[str, Any] = {
    "k_number": "K240058",
    "applicant": "AEYE Health Inc.",
    "contact": "DEMO Person",
    "address_1": "1 DEMO Street",
    "device_name": "AEYE-DS",
    "decision_date": "2024-04-23",
    "decision_description": "Substantially Equivalent",
    "clearance_type": "Traditional",
    "statement_or_summary": "Summary",
    "product_code": "PIB",
    "openfda": {
        "device_name": "Diabetic Retinopathy Detection Device",
        "device_class": "2",
        "regulation_number": "886.1100",
        "registration_number": ["1", "2"],
    },
}


def pma(supplement: str, day: str) -> dict[str, Any]:
    return {"pma_number": "P980025", "supplement_number": supplement, "decision_date": day, "applicant": "DEMO maker"}


@pytest.fixture
def watching(desk: Desk) -> Desk:
    """The list is the baseline; openFDA knows nothing of what stands on it."""
    desk.configure(FDA_WITH_SUBMISSIONS)
    desk.serve(f"{API}/510k.json", NOT_FOUND)
    desk.serve(f"{API}/pma.json", NOT_FOUND)
    desk.serve(f"{API}/classification.json", NOT_FOUND)
    list_of(desk, *a_list())
    assert desk.check()["exit_code"] == 0
    return desk


def list_of(desk: Desk, *rows: Device) -> None:
    desk.serve(FDA_URL, Response(body=as_csv(rows), media_type="text/csv"))


def asked(desk: Desk) -> list[str]:
    return [path.partition("?search=")[2] for path in desk.server.paths() if "/api.fda.gov/" in path]


def added(desk: Desk, *rows: Device) -> dict[str, Any]:
    """These rows come onto the list; the change, as ``show`` tells it."""
    desk.server.forget()
    list_of(desk, *a_list(), *rows)
    desk.check()
    (kept,) = desk.changes()
    shown: dict[str, Any] = desk.run("show", kept.change.id, "--json").body
    return shown


def test_only_rows_that_matter_are_looked_up_and_finding_nothing_is_an_answer(watching: Desk) -> None:
    assert sorted(asked(watching)) == ["k_number:DEN180001&limit=5", "k_number:K200667&limit=5",
                                       "product_code:PIB&limit=5"]  # fmt: skip
    report = watching.check()
    assert {one["verdict"] for one in report["sources"]} <= {"SAME", "NOT_MODIFIED"}
    assert watching.changes() == ()


def test_what_openfda_holds_on_a_new_device_stands_beside_its_news(watching: Desk) -> None:
    watching.serve(f"{API}/510k.json?search=k_number:K240058&limit=5", answer(AEYE))
    shown = added(watching, AEYE_2024, ROUTINE)
    assert "k_number:K240058&limit=5" in asked(watching)
    assert not any("K900999" in one for one in asked(watching)), "a routine row is not looked up"
    (found,) = shown["on_record"]
    assert found["facts"] == {
        "applicant": "AEYE Health Inc.",
        "decision": "Substantially Equivalent",
        "decision_date": "2024-04-23",
        "submission_type": "Traditional",
        "product_code": "PIB",
        "device_type": "Diabetic Retinopathy Detection Device",
        "device_class": "2",
        "regulation": "21 CFR 886.1100",
        "statement_or_summary": "Summary",
        "summary": "https://www.accessdata.fda.gov/cdrh_docs/pdf24/K240058.pdf",
    }
    assert found["url"] == f"{API}/510k.json?search=k_number:K240058&limit=5"
    (kept,) = watching.changes()
    told = " ".join(watching.run("show", kept.change.id).out.split())
    assert "ON RECORD ELSEWHERE - openFDA on K240058 (AEYE-DS), read" in told
    assert "applicant: AEYE Health Inc.; decision: Substantially Equivalent" in told
    assert "regulation: 21 CFR 886.1100" in told
    assert "DEMO Person" not in told
    digest = watching.run("digest", "--preview").out
    assert "On record elsewhere" in digest
    assert "openFDA on K240058 (AEYE-DS)" in digest


def test_a_de_novo_without_a_record_is_said_so_and_its_device_type_is_told(watching: Desk) -> None:
    definition = {"product_code": "SHW", "device_name": "DEMO type", "device_class": "2", "definition": "DEMO words"}
    watching.serve(f"{API}/classification.json?search=product_code:SHW&limit=5", answer(definition))
    shown = added(watching, DE_NOVO)
    assert [(one["source"], one["facts"]) for one in shown["on_record"]] == [
        ("fda.ai-devices/den240068", {}),
        ("fda.ai-devices/den240068.type", {"product_code": "SHW", "device_name": "DEMO type", "device_class": "2",
                                           "definition": "DEMO words"}),
    ]  # fmt: skip
    (kept,) = watching.changes()
    assert "has no record of it" in " ".join(watching.run("show", kept.change.id).out.split())


def test_a_pma_is_never_taken_for_one_of_its_supplements(watching: Desk) -> None:
    supplements = answer(pma("S007", "2014-07-22"), pma("", "1998-09-02"), pma("S001", "1999-01-01"))
    watching.serve(f"{API}/pma.json", supplements)
    shown = added(watching, PMA)
    (found,) = shown["on_record"]
    assert found["facts"]["decision_date"] == "1998-09-02"
    assert "pma_number:P980025&sort=decision_date:asc&limit=20" in asked(watching)


def test_of_a_supplement_just_that_supplement_is_taken(watching: Desk) -> None:
    def search(request: Request) -> Response:
        assert "search=pma_number:P140011+AND+supplement_number:S008&limit=5" in request.path
        row = {**pma("S008", "2026-06-01"), "pma_number": "P140011"}
        return answer({**row, "supplement_number": "S009"}, row)

    watching.serve(f"{API}/pma.json", search)
    (found,) = added(watching, SUPPLEMENT)["on_record"]
    assert (found["key"], found["facts"]["decision_date"]) == ("P140011/S008", "2026-06-01")


@pytest.mark.parametrize(
    ("reply", "verdict", "code"),
    [
        (Response(status=404, body=b"not here"), "FAILED", "gone"),
        (Response(status=503), "FAILED", "server-error"),
        (Response(body=b"<html><body>DEMO</body></html>"), "SUSPECT", "wrong-type"),
        (Response(body=b'{"error": {"code": "SERVER_ERROR", "message": "DEMO"}}', media_type="application/json"),
         "SUSPECT", "no-results"),
        (answer({**AEYE, "k_number": "K999999"}), "SUSPECT", "not-asked"),
    ],
    ids=["a plain 404", "down", "a page", "another error", "another device"],
)  # fmt: skip
def test_what_is_no_answer_is_no_empty_one_and_the_news_is_told_all_the_same(
    watching: Desk, reply: Response, verdict: str, code: str
) -> None:
    watching.serve(f"{API}/510k.json?search=k_number:K240058&limit=5", reply)
    list_of(watching, *a_list(), AEYE_2024)
    child = next(one for one in watching.check()["sources"] if one["id"] == "fda.ai-devices/k240058")
    assert (child["verdict"], child["code"]) == (verdict, code)
    (kept,) = watching.changes()
    assert "could not be read so far" in watching.run("show", kept.change.id).out


def test_a_record_that_comes_later_is_news_of_its_own(watching: Desk) -> None:
    added(watching, AEYE_2024)
    watching.serve(f"{API}/510k.json?search=k_number:K240058&limit=5", answer(AEYE))
    watching.check("--source", "fda.ai-devices/k240058")
    assert [kept.change.source_id for kept in watching.changes()] == ["fda.ai-devices", "fda.ai-devices/k240058"]
