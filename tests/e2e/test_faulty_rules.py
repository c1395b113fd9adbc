"""Rule files with faults: every fault is named with its line, and the rules of before judge on."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.config import read_reference
from monitor.daemon import tick
from tests.e2e.desk import FDA, FDA_URL, Desk
from tests.e2e.making import AEYE_2024, a_list, as_csv
from tests.loopback import Response

START = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
FAULTS = ("product_codes.yaml:5:", "'hihg' is no level", "terms.yaml:1:", "'version' is missing")


def ready(desk: Desk) -> None:
    desk.configure(FDA)
    desk.serve(FDA_URL, Response(body=as_csv(a_list()), media_type="text/csv"))
    desk.begin_simulated_time(START)


def spoil(desk: Desk) -> Path:
    """Two files of one's own, a fault in each."""
    own = desk.folder / "data" / "reference"
    own.mkdir(parents=True)
    shipped = read_reference(desk.folder)
    codes = shipped["product_codes.yaml"].replace("level: high", "level: hihg", 1)
    terms = "\n".join(line for line in shipped["terms.yaml"].splitlines() if not line.startswith(("version:", "#")))
    (own / "product_codes.yaml").write_text(codes, encoding="utf-8")
    (own / "terms.yaml").write_text(terms.lstrip(), encoding="utf-8")
    return own


def test_a_check_names_every_fault_and_judges_by_the_rules_that_the_record_keeps(desk: Desk) -> None:
    ready(desk)
    desk.check()
    before = desk.house.rules.version
    own = spoil(desk)
    desk.serve(FDA_URL, Response(body=as_csv([*a_list(), AEYE_2024]), media_type="text/csv"))
    desk.set_time(START + timedelta(days=1))
    ran = desk.run("check", "--json")
    assert ran.code == 2
    assert all(words in ran.err for words in FAULTS), ran.err
    assert f"the rules of before stay in force ({before})" in ran.err
    assert len(ran.body["rule_faults"]) == 2
    (kept,) = desk.changes()
    assert (kept.assessment.rules_version, kept.assessment.level.value) == (before, "high")
    for path in own.iterdir():
        path.unlink()
    assert desk.run("check").code == 0


def test_a_service_that_starts_on_faulty_rules_goes_on_with_those_of_before(desk: Desk) -> None:
    ready(desk)
    assert tick(desk.house).rules is None
    spoil(desk)
    desk.set_time(START + timedelta(days=1))
    house = desk.house
    done = tick(house)
    assert done.checked == 1
    assert all(words in (done.rules or "") for words in FAULTS)
    assert tick(house).rules is None, "said once"


def test_faulty_rules_are_a_problem_told_once_and_ended_by_sound_files(desk: Desk) -> None:
    engineers = "- {id: engineers, channel: file, path: told, tiers: [], problems: true}"
    desk.configure(FDA, subscribers=[engineers])
    desk.serve(FDA_URL, Response(body=as_csv(a_list()), media_type="text/csv"))
    desk.begin_simulated_time(START)
    desk.check()
    own = spoil(desk)
    for hours in (1, 2):
        desk.set_time(START + timedelta(hours=hours))
        assert desk.run("check").code == 2
    desk.run("deliver")
    said = desk.run("problems").out
    assert "The rules have faults; those of before judge on (unsound)" in said
    assert "product_codes.yaml:5:" in said
    assert "and 1 more fault)" in said
    for path in own.iterdir():
        path.unlink()
    assert desk.run("check").code == 0
    with desk.store() as store:
        told = [one.delivery.subject_id for one in store.outbox.deliveries(recipient_id="engineers")][::-1]
    assert told == ["PB-2026-0001:1", "PB-2026-0001:mended"]


def test_where_no_rules_were_ever_good_nothing_is_judged(desk: Desk) -> None:
    ready(desk)
    spoil(desk)
    ran = desk.run("check")
    assert ran.code == 2
    assert all(words in ran.err for words in FAULTS)
    assert desk.rows()["checks"] == 0


@pytest.mark.parametrize("words", [("assess",), ("doctor", "--offline"), ("status",)])
def test_who_asks_is_told_every_fault_with_its_line(desk: Desk, words: tuple[str, ...]) -> None:
    ready(desk)
    desk.check()
    spoil(desk)
    if words == ("assess",):
        items = desk.folder / "items.jsonl"
        items.write_text(json.dumps({"id": "1", "title": "DEMO", "text": "CMAA"}), encoding="utf-8")
        words = ("assess", str(items))
    ran = desk.run(*words)
    assert ran.code == 2
    said = " ".join((ran.out + ran.err).split())
    assert all(fault in said for fault in FAULTS), said
