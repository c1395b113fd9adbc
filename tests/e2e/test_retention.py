"""Old copies in which nothing was found go when the operator says so; the record says that they did."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.daemon import tick
from tests.e2e.desk import FDA, FDA_URL, Desk
from tests.e2e.making import AEYE_2024, a_list, as_csv
from tests.loopback import Response

START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
RULES = "retention: {unchanged: 400d, unverified: 180d}\n"
DAYS = 12


def shown(desk: Desk, day: int) -> None:
    """The list of that day: blank lines at its end come and go, one device comes on the fourth, an error each fifth."""
    rows = a_list() if day < 4 else [*a_list(), AEYE_2024]
    body = as_csv(rows) + b"\r\n" * (day % 7)
    broken = Response(status=503, body=f"<title>DEMO down</title>{day:>2000}".encode())
    desk.serve(FDA_URL, broken if day % 5 == 3 else Response(body=body, media_type="text/csv"))


@pytest.fixture
def years(desk: Desk) -> Desk:
    """Twelve days of daily checks, and then 500 days in which nothing was watched."""
    desk.configure(FDA)
    desk.begin_simulated_time(START)
    for day in range(DAYS):
        desk.set_time(START + timedelta(days=day))
        shown(desk, day)
        desk.check()
    desk.set_time(START + timedelta(days=500))
    return desk


def test_without_a_setting_all_is_kept_and_with_one_it_is_shown_before_it_goes(years: Desk) -> None:
    refused = years.run("retention", "--apply")
    assert (refused.code, "sets no retention" in refused.err) == (2, True)
    before = years.rows()
    years.settings.write_text(RULES + years.settings.read_text())
    dry = years.run("retention")
    assert "copies would go" in dry.out
    assert "unverified  fda.ai-devices" in dry.out
    found = years.run("retention", "--json").body
    assert {one["rule"] for one in found["copies"]} == {"unchanged", "unverified"}
    assert years.rows() == before, "nothing was written"
    done = years.run("retention", "--apply", "--compact")
    assert f"{len(found['copies'])} copies were let go" in done.out
    assert years.run("retention", "--json").body["copies"] == []
    kept = years.rows()
    assert (kept["checks"], kept["changes"]) == (before["checks"], before["changes"])
    verified = years.run("verify")
    assert (verified.code, "released by retention on 2028-04-06 under the rule “unverified”" in verified.out) == (
        0,
        True,
    )
    (change,) = years.changes()
    assert years.run("show", change.change.id).code == 0
    shown(years, 5)
    assert years.verdict()[0] == "SAME", "the bytes of that day come again"
    assert years.run("verify").code == 0


def test_the_service_lets_go_once_a_day_but_of_nothing_that_the_next_digest_covers(years: Desk) -> None:
    years.settings.write_text(RULES + years.settings.read_text())
    shown(years, 5)
    tick(years.house)
    assert gone(years) == (0, 1), "the first digest of all will tell of everything so far"
    years.set_time(START + timedelta(days=508))
    for _ in range(3):
        tick(years.house)
    copies, entries = gone(years)
    assert (copies > 0, entries) == (True, 3), "one for what went, and one that says that there is no more"
    assert years.run("verify").code == 0


def gone(desk: Desk) -> tuple[int, int]:
    """How many copies went, and how many entries of the audit chain tell of retention."""
    with desk.store() as store:
        entries = store.database.value("SELECT count(*) FROM audit WHERE event = 'retention'")
        return sum(one.copies for one in store.queries.released()), entries
