"""openFDA: which submissions are looked up, what is taken of an answer, what must agree with the reference file."""

import json
from pathlib import Path
from typing import Any

import pytest

from monitor.assess.rules import parse_rules
from monitor.config.shipped import read_reference
from monitor.model.assessment import Level
from monitor.model.errors import Unreadable
from monitor.model.ids import RecordKey, SourceId
from monitor.model.snapshot import Page, Record, Snapshot
from monitor.model.source import Kind, Route, Source
from monitor.sources import fda_ai_devices, fda_product_codes, fda_submissions
from monitor.sources.fda_followed import listed_codes, weighty_codes, with_submissions
from monitor.sources.following import following
from monitor.sources.openfda import ANSWER, ORIGIN
from tests.sources.copies import page_of, shared

REFERENCE = read_reference(Path("/nowhere"))
CODES = REFERENCE["product_codes.yaml"]


def submission(url: str, *rows: dict[str, Any]) -> Snapshot:
    body = json.dumps({"meta": {}, "results": list(rows)}).encode()
    source = Source(
        id=SourceId("demo"), name="DEMO", authority="FDA", kind=Kind.JSON, routes=(Route(url=url),),
        every=fda_ai_devices.SOURCE.every, extractor=fda_submissions.NAME, contract=ANSWER,
    )  # fmt: skip
    return fda_submissions.extract(Page(body=body, url=url, media_type="application/json"), source)


def test_the_codes_asked_for_are_those_of_the_reference_file() -> None:
    rules = parse_rules(REFERENCE)
    assert list(rules.device_types) == list(fda_product_codes.CODES)
    weighty = {code for code, one in rules.device_types.items() if one.level.rank >= Level.MEDIUM.rank}
    assert weighty_codes(CODES) == weighty
    assert listed_codes(CODES) == {*rules.device_types, *rules.listed_product_codes}


def test_codes_are_found_however_the_file_is_laid_out() -> None:
    types = [("ABC DEF", "'high'"), ("GHI", "low")]
    rows = [f"  - product_code: {codes}\n    what: DEMO\n    level: {level}\n" for codes, level in types]
    text = f"types:\n{''.join(rows)}listed:\n  - JKL\n"
    assert weighty_codes(text) == frozenset({"ABC", "DEF"})
    assert listed_codes(text) == frozenset({"ABC", "DEF", "GHI", "JKL"})


def test_of_the_real_list_the_rows_that_matter_are_looked_up_and_no_others() -> None:
    page = page_of(shared("fda/2026-03_1430.csv"), "fda.ai-devices", "text/csv")
    source = with_submissions(fda_ai_devices.SOURCE, weighty=weighty_codes(CODES), listed=listed_codes(CODES))
    found = following(source, fda_ai_devices.extract(page, source).records).children
    looked_up = {child.record.key for child in found}
    assert {"DEN180001", "K200667", "K203629", "K213037", "K221183", "K223357", "K240058"} <= looked_up
    assert len(found) < 100, "1,000 answers a day are openFDA's limit, and this is one list of many"
    routine = [child.record.label for child in found if child.record.fields["product_code"] == "QIH"]
    assert all(len(label) == 3 for label in routine), "a name like a code is the price of one pattern for both"


def test_a_name_that_says_it_works_on_its_own_is_looked_up_whatever_its_code() -> None:
    source = with_submissions(fda_ai_devices.SOURCE, weighty=("PIB",), listed=("PIB", "QIH"))
    names = {"K900001": "DEMO Autonomous Reader", "K900002": "DEMO reader"}
    records = [Record(key=RecordKey(key), label=name, fields={"product_code": "QIH"}) for key, name in names.items()]
    assert [child.record.key for child in following(source, records).children] == ["K900001"]


def test_settings_that_follow_something_themselves_are_left_alone() -> None:
    once = with_submissions(fda_ai_devices.SOURCE, weighty=("PIB",), listed=())
    assert with_submissions(once, weighty=("QIH",), listed=()) is once


def test_watched_codes_are_asked_for_too_unless_the_entry_has_an_address() -> None:
    asked = fda_product_codes.with_watched(fda_product_codes.SOURCE, ["PIB", "DXH"]).routes[0].url
    assert asked.count("product_code:PIB") == 1
    assert "+product_code:DXH&" in asked
    own = Source(**{**_members(fda_product_codes.SOURCE), "routes": (Route(url=f"{ORIGIN}/device/DEMO"),)})
    assert fda_product_codes.with_watched(own, ["DXH"]) is own


def _members(source: Source) -> dict[str, Any]:
    return {name: getattr(source, name) for name in Source.__struct_fields__}


def test_a_real_510k_is_read_without_the_names_and_streets_of_people() -> None:
    row = json.loads(shared("fda/openfda_510k_examples.json"))["record"]
    (record,) = submission(f"{ORIGIN}/device/510k.json?search=k_number:K872032&limit=5", row).records
    assert (record.key, record.label) == ("K872032", "VENTRESCREEN (TM) MONO")
    assert (record.fields["decision_date"], record.fields["regulation"]) == ("1987-06-29", "21 CFR 866.5640")
    assert "summary" not in record.fields
    told = " ".join(record.fields.values())
    assert "CHAMPLIN" not in told
    assert "READ ST" not in told


def test_a_real_pma_supplement_is_not_the_pma() -> None:
    example = json.loads(shared("fda/openfda_pma_examples.json"))
    row = {**example["header"], "openfda": example["openfda"]}
    base = f"{ORIGIN}/device/pma.json?search=pma_number:P970051"
    assert submission(f"{base}&sort=decision_date:asc&limit=20", row).records == ()
    (record,) = submission(f"{base}+AND+supplement_number:S054&limit=5", row).records
    assert (record.key, record.label) == ("P970051/S054", "NUCLEUS 24 COCHLEAR IMPLANT SYSTEM")


@pytest.mark.parametrize(
    ("number", "folder"), [("K240058", "pdf24"), ("K051234", "pdf5"), ("K011234", "pdf"), ("K991234", "pdf")]
)
def test_a_summary_lies_where_fdas_file_names_say(number: str, folder: str) -> None:
    url = f"{ORIGIN}/device/510k.json?search=k_number:{number}&limit=5"
    (record,) = submission(url, {"k_number": number, "statement_or_summary": "Summary"}).records
    assert record.fields["summary"].endswith(f"/cdrh_docs/{folder}/{number}.pdf")


@pytest.mark.parametrize("results", [["DEMO"], {"a": 1}, None, [{"k_number": "K999999"}], [{"k_number": {"a": [1]}}]])
def test_an_answer_about_something_else_is_refused(results: object) -> None:
    body = json.dumps({"results": results}).encode()
    page = Page(body=body, url=f"{ORIGIN}/device/510k.json?search=k_number:K240058", media_type="application/json")
    with pytest.raises(Unreadable):
        fda_submissions.extract(page, fda_ai_devices.SOURCE)
