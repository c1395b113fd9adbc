"""The inventory of own tools, from the CSV to what is told: the whole program on a small list of FDA's devices."""

from pathlib import Path
from typing import Any

import pytest

from tests import schemas
from tests.e2e.desk import FDA, FDA_URL, Desk
from tests.e2e.making import AEYE_2024, a_list, as_csv, renamed, without
from tests.loopback import Response

HEADER = "vendor,product,fda_number,ai_class,class_basis,class_date,sites,owner,who_bills,codes"
AEYE = "AEYE Health,AEYE-DS,K240058,autonomous,labelling,2026-11-01,Main;East,Eye clinic,hospital,92229"
PLAIN = "DEMO Maker,DEMO Seven,K900007,assistive,labelling,2026-11-01,West,,,"
FOLDER = "- {id: folder, channel: file, path: told, tiers: [ACT, REVIEW, FYI]}"
MINE = "- {id: mine, channel: file, path: mine, tiers: [ACT, REVIEW, FYI], tools: any}"
EYES = "- {id: eyes, channel: file, path: eyes, tiers: [ACT, REVIEW, FYI], tools: [AEYE-DS]}"


def csv_file(desk: Desk, *rows: str) -> Path:
    path = desk.folder / "tools.csv"
    path.write_text("\n".join((HEADER, *rows, "")), encoding="utf-8")
    return path


def post(desk: Desk, body: bytes) -> None:
    desk.serve(FDA_URL, Response(body=body, media_type="text/csv"))


def events(desk: Desk, folder: str) -> list[dict[str, Any]]:
    """Each event as it was told; it must be what its published schema says."""
    return [schemas.event_of(one.read_bytes()) for one in sorted((desk.folder / folder).glob("*.json"))]


@pytest.fixture
def watching(desk: Desk) -> Desk:
    desk.configure(FDA, subscribers=[FOLDER, MINE, EYES])
    post(desk, as_csv(a_list()))
    desk.check()
    return desk


def test_a_change_judged_before_the_import_is_held_against_the_inventory_when_it_is_shown(watching: Desk) -> None:
    post(watching, as_csv([*a_list(), AEYE_2024]))
    watching.check()
    (change,) = watching.changes()
    before = watching.run("show", change.change.id, "--json").body
    assert (before["tools"], before["tools_known"]) == ([], None)
    said = watching.run("tools", "import", str(csv_file(watching, AEYE))).out
    assert f"Open: {change.change.id} touches AEYE-DS." in said
    after = watching.run("show", change.change.id, "--json").body
    assert [match["id"] for match in after["tools"]] == ["aeye-ds"]
    assert (after["tier"], after["level"]) == (before["tier"], before["level"])
    assert "when this was judged, none was imported" in " ".join(watching.run("show", change.change.id).out.split())
    assert change.change.id in watching.run("tools", "show", "aeye-ds").out


def test_nothing_is_stored_while_a_row_is_at_fault_unless_the_good_ones_are_asked_for(watching: Desk) -> None:
    file = str(csv_file(watching, AEYE, "B,Two,K24005,,,,,,,100"))
    refused = watching.run("tools", "import", file)
    assert refused.code == 2
    assert "tools.csv: row 3, fda_number: 'K24005' is no FDA submission number" in refused.err
    assert "write 00100 if that is meant" in refused.err
    assert watching.run("tools", "list", "--json").body["tools"] is None
    assert watching.run("tools", "import", file, "--keep-good", "--dry-run").code == 0
    assert watching.run("tools", "list", "--json").body["tools"] is None
    assert watching.run("tools", "import", file, "--keep-good").code == 0
    (tool,) = watching.run("tools", "list", "--json").body["tools"]
    assert (tool["id"], tool["sites"], tool["fda_list"]) == ("aeye-ds", ["Main", "East"], "NOT LISTED")


def test_what_is_listed_as_csv_is_imported_again_as_it_was(watching: Desk) -> None:
    watching.run("tools", "import", str(csv_file(watching, AEYE, PLAIN)))
    listed = watching.run("tools", "list", "--csv").out
    again = watching.folder / "again.csv"
    again.write_text(listed, encoding="utf-8", newline="")
    assert "0 new, 0 changed, 2 as they were" in watching.run("tools", "import", str(again)).out


def test_the_history_of_a_tool_stays_when_it_is_taken_out(watching: Desk) -> None:
    watching.run("tools", "import", str(csv_file(watching, AEYE)))
    watching.run("tools", "import", str(csv_file(watching, AEYE.replace("autonomous", "augmentative"))), "--by", "Lead")
    assert watching.run("tools", "remove", "aeye-ds", "--by", "Lead", "--reason", "sold").code == 0
    states = watching.run("tools", "show", "aeye-ds", "--json").body["history"]
    assert [state["tool"] and state["tool"]["ai_class"] for state in states] == ["autonomous", "augmentative", None]
    assert (states[2]["by"], states[2]["reason"]) == ("Lead", "sold")
    assert watching.run("tools", "list", "--json").body["tools"] == []
    assert watching.run("verify").code == 0


def test_an_id_or_a_number_of_another_tool_is_not_taken(watching: Desk) -> None:
    watching.run("tools", "import", str(csv_file(watching, AEYE)))
    stranger = watching.run("tools", "import", str(csv_file(watching, "Else,AEYE-DS,K200667,,,,,,,")))
    assert stranger.code == 2
    assert "aeye-ds is another tool in the inventory (AEYE Health, AEYE-DS)" in stranger.err
    assert (
        "K240058 is the number of aeye-ds"
        in watching.run("tools", "import", str(csv_file(watching, "Else,Other,K240058,,,,,,,"))).err
    )


def test_every_telling_says_which_tools_are_touched_and_who_asked_for_them_alone_is_told(watching: Desk) -> None:
    watching.run("tools", "import", str(csv_file(watching, AEYE, PLAIN)))
    post(watching, as_csv([*renamed(a_list(), "K900007", "DEMO renamed"), AEYE_2024]))
    watching.check()
    by_change = {one["data"]["change_id"]: one["data"]["relevance"] for one in events(watching, "told")}
    touched = {change: [tool["id"] for tool in one["tools"]] for change, one in by_change.items()}
    assert sorted(touched.values()) == [["aeye-ds"], ["demo-seven"]]
    assert {one["tools_known"] for one in by_change.values()} == {2}
    assert len(events(watching, "mine")) == 2
    (eyes,) = events(watching, "eyes")
    (tool,) = eyes["data"]["relevance"]["tools"]
    assert (tool["match"], tool["confidence"], tool["sites"]) == ("number", "high", ["Main", "East"])
    shown = watching.run("show", eyes["data"]["change_id"]).out
    assert "AEYE-DS (you list it as autonomous; Main, East; owner Eye" in shown
    assert "Your tools: AEYE-DS" in " ".join(watching.run("digest", "--preview").out.split()).replace(
        "Your tools", "Your tools:"
    )


def test_a_tool_that_is_no_longer_on_the_list_is_to_be_reviewed(watching: Desk) -> None:
    watching.run("tools", "import", str(csv_file(watching, PLAIN)))
    post(watching, as_csv(without(a_list(), "K900007")))
    watching.check()
    watching.check()
    (kept,) = watching.changes()
    assert kept.assessment.tier == "REVIEW"
    assert "Your tool DEMO Seven is no longer on the list (FDA number K900007)." in kept.assessment.reasons[0].text
    assert watching.run("tools", "show", "demo-seven", "--json").body["changes"][0]["id"] == kept.change.id


def test_that_no_tool_is_touched_or_no_inventory_is_known_is_said(watching: Desk) -> None:
    post(watching, as_csv(renamed(a_list(), "K900007", "DEMO renamed")))
    watching.check()
    first = watching.changes()[0].change.id
    assert "no inventory of your tools was imported" in watching.run("show", first).out
    watching.run("tools", "import", str(csv_file(watching, AEYE)))
    post(watching, as_csv(renamed(a_list(), "K900007", "DEMO again")))
    watching.check()
    second = watching.changes()[-1].change.id
    assert "no match in your inventory of 1 tool" in watching.run("show", second).out
