"""``compare``: two saved copies through the machinery of a poll; the shape other programs read."""

import json
from pathlib import Path

import pytest

from tests.e2e.desk import FDA, Desk
from tests.e2e.making import AEYE_2024, HEADERS, a_list, as_csv, as_xlsx, renamed, without
from tests.e2e.test_real_fda_list import DATA, numbers, real, true_edits


@pytest.fixture
def saved(desk: Desk) -> Desk:
    desk.configure(FDA)
    rows = [*without(renamed(a_list(), "K900007", "DEMO renamed"), "K900009"), AEYE_2024]
    rows = [*rows[:2], *renamed(rows, "K900011", "demo überscan 11")[2:]]
    for name, body in {
        "old.csv": as_csv(a_list()),
        "new.csv": as_csv(rows),
        "old.xlsx": as_xlsx(a_list()),
        "half.csv": as_csv(a_list(310)),
        "page.html": b"<!DOCTYPE html><html><head><title>DEMO</title></head><body><p>Hello</p></body></html>",
        "columns.csv": as_csv(a_list(), headers=["a", "b", *HEADERS[2:]]),
    }.items():
        (desk.folder / name).write_bytes(body)
    return desk


def compare(desk: Desk, old: str, new: str, *words: str) -> "tuple[int, dict[str, object]]":
    files = [str(desk.folder / name) for name in (old, new)]
    ran = desk.run("compare", *files, "--source", "fda.ai-devices", "--json", *words)
    return ran.code, ran.body


def test_the_json_has_the_promised_shape(saved: Desk) -> None:
    code, body = compare(saved, "old.csv", "new.csv")
    assert code == 0
    assert {"verdict", "reason", "added", "removed", "modified", "changes"} <= body.keys()
    assert (body["verdict"], body["added"], body["removed"]) == ("CHANGED", ["K240058"], ["K900009"])
    assert body["modified"] == [
        {
            "key": "K900007",
            "fields": [{"name": "device", "old": "DEMO Überscan 7", "new": "DEMO renamed", "kind": "material"}],
        },
        {
            "key": "K900011",
            "fields": [{"name": "device", "old": "DEMO Überscan 11", "new": "demo überscan 11", "kind": "editorial"}],
        },
    ]
    changes = body["changes"]
    assert isinstance(changes, list)
    assert all({"headline", "tier", "level", "reasons", "keys"} <= change.keys() for change in changes)
    assert [change["keys"] for change in changes] == [["K240058"], ["K900009"], ["K900007"], ["K900011"]]
    assert any("92229" in reason for reason in changes[0]["reasons"])
    assert not saved.database.exists(), "nothing is stored"


def test_other_forms_of_the_same_list_are_the_same(saved: Desk) -> None:
    for new in ("old.csv", "old.xlsx"):
        code, body = compare(saved, "old.csv", new, "--exit-code")
        assert (code, body["verdict"], body["changes"], body["modified"]) == (0, "SAME", [], [])


@pytest.mark.parametrize("new", ["half.csv", "page.html", "columns.csv"])
def test_a_copy_that_a_poll_would_refuse_is_refused(saved: Desk, new: str) -> None:
    code, body = compare(saved, "old.csv", new)
    assert (code, body["verdict"], body["added"], body["removed"], body["changes"]) == (3, "SUSPECT", [], [], [])
    assert len(str(body["reason"])) > 30


def test_changes_can_be_an_exit_code_and_text(saved: Desk) -> None:
    files = [str(saved.folder / name) for name in ("old.csv", "new.csv")]
    ran = saved.run("compare", *files, "--source", "fda.ai-devices", "--exit-code")
    assert ran.code == 1
    assert "1 added, 1 removed, 2 modified (1 of them in meaning), 0 moved." in ran.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["old.csv", "missing.csv", "--source", "fda.ai-devices"], "missing.csv"),
        (["old.csv", "new.csv", "--source", "fda.ai"], "has no source"),
        (["page.html", "new.csv", "--source", "fda.ai-devices"], "OLD is not a copy of fda.ai-devices"),
        (["old.csv", "new.csv"], "--source"),
    ],
)
def test_what_cannot_be_compared_is_a_usage_error(saved: Desk, words: list[str], said: str) -> None:
    ran = saved.run("compare", *[str(saved.folder / w) if "." in w and not w.startswith("fda") else w for w in words])
    assert (ran.code, said in ran.err, ran.out) == (2, True, "")


def test_the_real_lists_differ_as_is_known(desk: Desk) -> None:
    known = "diff_2024-05_to_2024-12.json"
    real(known)
    desk.configure(FDA)
    pair = [str(Path(DATA) / name) for name in ("2024-05_882.xlsx", "2024-12_1016.csv")]
    body = json.loads(desk.run("compare", *pair, "--source", "fda.ai-devices", "--json").out)
    assert (set(body["added"]), set(body["removed"])) == (numbers(known, "added"), numbers(known, "removed"))
    found = {
        row["key"]: {f["name"]: (f["old"], f["new"], f["kind"] == "material") for f in row["fields"]}
        for row in body["modified"]
    }
    assert found == true_edits(known)
