"""Why a change was judged as it was, why somebody was told, and what other rules would have made of the history."""

import pytest

from monitor.config import read_reference
from tests.e2e.desk import FDA, FDA_URL, Desk
from tests.e2e.making import AEYE_2024, Device, a_list, as_csv
from tests.loopback import Response

FOLDER = "- {id: folder, channel: file, path: told, tiers: [ACT, REVIEW, FYI]}"
CODES = "- {id: coders, channel: file, path: coders, tiers: [ACT], codes: ['75577']}"


def post(desk: Desk, body: bytes) -> None:
    desk.serve(FDA_URL, Response(body=body, media_type="text/csv"))


@pytest.fixture
def told(desk: Desk) -> Desk:
    """A desk on which an autonomous device was added."""
    desk.configure(FDA, subscribers=[FOLDER, CODES])
    post(desk, as_csv(a_list()))
    desk.check()
    post(desk, as_csv([AEYE_2024, Device("04/24/2024", "K901234", "DEMO Triage", code="QIH"), *a_list()]))
    desk.check()
    return desk


def put_in_force(desk: Desk, old: str, new: str) -> None:
    folder = desk.folder / "data" / "reference"
    folder.mkdir(parents=True, exist_ok=True)
    text = read_reference(desk.folder)["product_codes.yaml"]
    assert old in text
    (folder / "product_codes.yaml").write_text(text.replace(old, new), encoding="utf-8")


def test_the_rule_and_its_weight_are_named_for_every_item(told: Desk) -> None:
    (kept,) = told.changes()
    said = told.run("explain", kept.change.id).out
    assert "product-code:PIB" in said
    body = told.run("explain", kept.change.id, "--json").body
    steps = {one["key"]: [(step["rule"], step["weight"]) for step in one["steps"]] for one in body["items"]}
    assert steps["K240058"] == [("product-code:PIB", "high")]
    assert steps["K901234"][0] == ("routine-device", "low")
    assert body["rules_version"] == body["rules_in_force"]


def test_a_subscriber_learns_why_he_was_told_or_was_not(told: Desk) -> None:
    (kept,) = told.changes()
    assert "folder was told of" in told.run("explain", kept.change.id, "--subscriber", "folder").out
    said = told.run("explain", kept.change.id, "--subscriber", "coders").out
    assert "coders was not told of" in said
    assert "its codes (92229) are not among 75577" in said
    ran = told.run("explain", kept.change.id, "--subscriber", "nobody")
    assert (ran.code, "Known are: folder, coders." in ran.err) == (2, True)
    assert told.run("explain", "CH-2026-9999").code == 2


def test_new_rules_are_tried_on_the_history_before_their_opinions_are_kept(told: Desk) -> None:
    (kept,) = told.changes()
    assert told.run("assess", "--replay", "--json").body["differing"] == []
    put_in_force(told, "level: high", "level: critical")
    tried = told.run("assess", "--replay", "--json").body
    (one,) = tried["differing"]
    assert (one["was"]["level"], one["would_be"]["level"], tried["applied"]) == ("high", "critical", False)
    assert told.changes()[0].assessment.level == "high"
    sent = len(list((told.folder / "told").glob("*.json")))
    assert told.run("assess", "--replay", "--apply", "Lead").code == 0
    assert told.changes()[0].assessment.level == "critical"
    assert told.run("assess", "--replay", "--json").body["differing"] == []
    told.check()
    assert len(list((told.folder / "told").glob("*.json"))) == sent, "nobody is told again"
    assert told.run("verify").code == 0
    assert kept.change == told.changes()[0].change


def test_rules_of_another_folder_are_tried_without_being_in_force(told: Desk) -> None:
    other = told.folder / "other"
    (other / "data" / "reference").mkdir(parents=True)
    text = read_reference(told.folder)["product_codes.yaml"].replace("level: high", "level: critical")
    (other / "data" / "reference" / "product_codes.yaml").write_text(text, encoding="utf-8")
    (one,) = told.run("assess", "--replay", "--rules", str(other), "--json").body["differing"]
    assert one["would_be"]["level"] == "critical"
    assert told.run("assess", "--replay", "--rules", str(other), "--apply", "Lead").code == 2
    assert told.run("assess", "--replay", "--rules", str(told.folder / "none")).code == 2
    assert told.run("assess").code == 2
