"""What the record says of one matter, now and as of a day, through the program itself."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.e2e.desk import FDA, FDA_URL, Desk
from tests.e2e.making import a_list, as_csv, renamed
from tests.loopback import Response

CSV = "text/csv; charset=utf-8"
START = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
DEVICE = "fda:K900007"


@pytest.fixture
def watched(desk: Desk) -> Desk:
    """A list read on Nov 2, in which one device is renamed on Nov 9; now is Nov 16, and the site is down."""
    desk.configure(FDA)
    desk.begin_simulated_time(START)
    new = renamed(a_list(), "K900007", "DEMO renamed")
    desk.serve(FDA_URL, [Response(body=as_csv(rows), media_type=CSV) for rows in (a_list(), new)])
    for week in (0, 1):
        desk.set_time(START + timedelta(weeks=week))
        desk.check()
    desk.serve(FDA_URL, Response(body=b"down", media_type=CSV, status=503))
    desk.set_time(START + timedelta(weeks=2))
    desk.check()
    return desk


def test_a_device_is_told_with_its_stage_the_change_that_moved_it_its_fields_and_the_copy(watched: Desk) -> None:
    ran = watched.run("status", DEVICE, "--json")
    body, (change,) = ran.body, watched.changes()
    (held,) = body["held"]
    assert (body["stage"]["stage"], body["stage"]["change"]) == ("FDA listing changed", change.change.id)
    assert held["fields"]["device"] == "DEMO renamed"
    assert held["evidence"]["sha256"] == change.after_sha
    assert [rung["stage"] for rung in body["history"]] == ["FDA listed", "FDA listing changed"]


def test_a_list_that_could_not_be_verified_since_is_said_and_ends_with_3(watched: Desk) -> None:
    ran = watched.run("status", DEVICE)
    assert ran.code == 3
    assert "UNVERIFIED" in ran.out
    assert "last verified Mon Nov 9, 2026" in ran.out


def test_as_of_a_day_nothing_learned_later_is_told(watched: Desk) -> None:
    ran = watched.run("status", DEVICE, "--as-of", "2026-11-05", "--json")
    body, (held,) = ran.body, ran.body["held"]
    assert (ran.code, body["changes"], body["stage"]["change"]) == (0, [], None)
    assert held["fields"]["device"] != "DEMO renamed"
    (look,) = body["last_checked"]
    assert (look["verified"], look["at"][:10]) == (True, "2026-11-02")


def test_as_of_the_day_of_a_change_itself_it_is_told(watched: Desk) -> None:
    assert len(watched.run("status", DEVICE, "--as-of", "2026-11-09", "--json").body["changes"]) == 1
    assert watched.run("status", DEVICE, "--as-of", "2026-11-09T11:59Z", "--json").body["changes"] == []


def test_before_watching_began_it_says_so_instead_of_nothing_found(watched: Desk) -> None:
    ran = watched.run("status", DEVICE, "--as-of", "2026-10-01")
    assert "Not watched then" in ran.out
    assert "Nothing is on record" not in ran.out
    assert "Not watched then" in watched.run("status", "cpt:92229", "--as-of", "2026-10-01").out


def test_an_unknown_number_is_told_as_unknown_with_the_nearest_one_held(watched: Desk) -> None:
    out = watched.run("status", "fda:K907777").out
    assert "Nothing is on record." in out
    assert "similar number: K90" in out


def test_cmaa_is_answered_by_the_standing_sheet_as_it_stood(watched: Desk) -> None:
    watched.run("answer", "payers", "--state", "unknown", "--text", "DEMO looked at.", "--by", "A. Reader")
    assert "DEMO looked at." in watched.run("status", "cmaa").out
    then = watched.run("status", "cmaa", "--as-of", "2026-11-10").out
    assert "DEMO looked at." not in then
    assert "starter sheet" in then


@pytest.mark.parametrize("words", [["foo"], ["fda:1"], [DEVICE, "--as-of", "never"], [DEVICE, "--as-of", "2027-01-01"]])
def test_what_cannot_be_asked_is_refused(watched: Desk, words: list[str]) -> None:
    assert watched.run("status", *words).code == 2
    assert watched.run("status", "--as-of", "2026-11-09").code == 2


def test_as_of_a_day_the_dates_that_people_had_entered_and_not_taken_back_stand(watched: Desk) -> None:
    (change,) = watched.changes()
    said = ("--kind", "effective", "--by", "A. Reader", "--reason", "DEMO webinar")
    watched.set_time(START + timedelta(weeks=2, hours=1))
    watched.run("date", change.change.id, *said, "--on", "2027-03-01")
    watched.set_time(START + timedelta(weeks=3))
    watched.run("date", change.change.id, *said, "--withdraw")
    watched.set_time(START + timedelta(weeks=4))

    def ahead(as_of: str) -> list[tuple[str, str]]:
        told = watched.run("status", DEVICE, "--as-of", as_of, "--json").body["dates_ahead"]
        return [(one["on"], one["basis"]) for one in told]

    assert ahead("2026-11-16T12:30Z") == []
    assert ahead("2026-11-17") == [("2027-03-01", "entered")]
    assert ahead("2026-11-24") == []
