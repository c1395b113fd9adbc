"""Learning from “not relevant”, through the program itself: offered, adopted, at work in the next check, undone."""

from collections.abc import Sequence

import pytest

from tests.e2e.desk import FDA, FDA_URL, Desk
from tests.e2e.making import AEYE_2024, Device, a_list, as_csv
from tests.loopback import Response

BY = ("--by", "A. Reader")
SECOND, THIRD, FOURTH, FIFTH = (Device("01/07/2026", f"K25000{n}", f"DEMO Scanner {n}") for n in (1, 2, 3, 4))


def see(desk: Desk, *more: Device) -> str:
    """One check of the list with these rows; the newest change."""
    body = as_csv([*a_list(), *more])
    desk.serve(FDA_URL, Response(body=body, media_type="text/csv; charset=utf-8"))
    desk.check()
    changes = desk.changes()
    return changes[-1].change.id if changes else ""


def told(desk: Desk, change_id: str) -> tuple[str, str]:
    body = desk.run("show", change_id, "--json").body
    return body["tier"], body["reasons"][0]["rule"]


@pytest.fixture
def routine(desk: Desk) -> Desk:
    """A change for information that nobody wants."""
    desk.configure(FDA)
    see(desk)
    see(desk, SECOND)
    return desk


def test_what_was_not_relevant_once_is_filtered_out_from_then_on_until_the_rule_is_undone(routine: Desk) -> None:
    (first,) = (kept.change.id for kept in routine.changes())
    ran = routine.run("decide", first, "--not-relevant", "--reason", "DEMO no scanners", *BY)
    assert "Of the 1 change of the last 90 days it would have hidden 1:" in ran.out
    assert routine.run("rules", "list", "--json").body["rules"] == []  # an offer is not in force
    adopted = routine.run("rules", "adopt", first, *BY, "--json").body["rule"]
    assert (adopted["in_force"], adopted["from"], adopted["reason"]) == (True, first, "DEMO no scanners")
    assert [one["id"] for one in routine.run("assess", "--replay", "--json").body["differing"]] == [first]

    second = see(routine, SECOND, THIRD)
    assert told(routine, second) == ("NOISE", f"learned:{adopted['id']}")
    noise = routine.run("changes", "--tier", "noise").out
    assert f"learned:{adopted['id']}" in noise
    preview = " ".join(routine.run("digest", "--preview").out.split())
    assert "FILTERED OUT (1)" in preview
    assert f"(by {adopted['id']})" in preview
    assert f"{adopted['id']}, in force: it filters this out" in routine.run("explain", second).out
    grave = see(routine, SECOND, THIRD, FOURTH, AEYE_2024)
    assert told(routine, grave)[0] == "REVIEW"

    assert routine.run("rules", "undo", adopted["id"], "--reason", "DEMO we buy some", *BY).code == 0
    third = see(routine, SECOND, THIRD, FOURTH, AEYE_2024, FIFTH)
    (listed,) = routine.run("rules", "list", "--json").body["rules"]
    assert (listed["in_force"], listed["undone"]["by"], listed["filtered_out"]) == (False, "A. Reader", [second])
    assert told(routine, third)[0] == "FYI"
    assert routine.run("verify").code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["adopt", "CH-2026-9999", *BY], "There is no change"),
        (["adopt", "{first}", *BY], "Decide first"),
        (["offer", "{first}", "--words", "banana"], "does not stand in every title"),
        (["undo", "LR-2026-0001", "--reason", "x", *BY], "There is no learned rule"),
    ],
)
def test_a_rule_without_ground_is_refused(routine: Desk, words: Sequence[str], said: str) -> None:
    (first,) = (kept.change.id for kept in routine.changes())
    ran = routine.run("rules", *(word.format(first=first) for word in words))
    assert (ran.code, said in ran.err) == (2, True), ran.err


def test_no_rule_is_offered_for_what_names_a_watched_code(desk: Desk) -> None:
    desk.configure(FDA)
    see(desk)
    grave = see(desk, AEYE_2024)
    ran = desk.run("decide", grave, "--not-relevant", "--reason", "DEMO", *BY)
    assert "No rule is offered" in ran.out
    assert "it names the watched code 92229" in ran.out
    refused = desk.run("rules", "adopt", grave, *BY)
    assert (refused.code, "no learned rule ever hides that" in refused.err) == (2, True)
