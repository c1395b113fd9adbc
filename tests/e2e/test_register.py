"""Settings are evidence: what was watched until when stays told after the entry is gone."""

from datetime import UTC, datetime, timedelta

from monitor.store.driver import sqlite3
from tests.e2e.desk import FDA, FDA_URL, Desk
from tests.e2e.making import a_list, as_csv
from tests.loopback import Response
from tests.store.test_witness import tamper

CSV = "text/csv; charset=utf-8"
PAGE_URL = "https://payer.invalid/policy"
PAGE = f"- {{id: payer.policy, name: Payer policy, authority: Payer, kind: prose, every: 1d, url: '{PAGE_URL}'}}"
MONDAY = datetime(2026, 11, 16, 14, 0, tzinfo=UTC)
DAY = timedelta(days=1)
TEXT = "<main><h1>Policy</h1><p>Software that reads an image by itself is paid for only with a physician.</p></main>"


def begin(desk: Desk) -> None:
    """Two sources from Monday on, of which the page is gone from Tuesday on."""
    desk.configure(FDA, PAGE)
    desk.begin_simulated_time(MONDAY)
    desk.serve(FDA_URL, Response(body=as_csv(a_list()), media_type=CSV))
    desk.serve(PAGE_URL, Response(body=TEXT.encode(), media_type="text/html"))
    desk.check()
    desk.set_time(MONDAY + DAY)
    desk.serve(PAGE_URL, Response(status=503, body=b"", media_type="text/html"))
    desk.check()


def take_the_page_out(desk: Desk) -> None:
    desk.set_time(MONDAY + 2 * DAY)
    desk.configure(FDA)
    desk.check()


def entries(desk: Desk) -> list[str]:
    connection = sqlite3.connect(desk.database)
    rows = connection.execute("SELECT json_extract(facts, '$.altered') FROM audit WHERE event = 'settings'").fetchall()
    connection.close()
    return [altered for (altered,) in rows]


def test_settings_are_registered_once_and_again_only_when_they_are_altered(desk: Desk) -> None:
    begin(desk)
    assert len(entries(desk)) == 1
    take_the_page_out(desk)
    desk.check()
    assert entries(desk)[1:] == ['["source payer.policy removed"]']
    assert desk.run("verify").code == 0


def test_the_gap_of_a_source_stays_after_its_entry_is_gone(desk: Desk) -> None:
    begin(desk)
    take_the_page_out(desk)
    shown = desk.run("coverage", "--since", "2026-11-15")
    assert shown.code == 3
    assert "payer.policy: no longer watched since 2026-11-18 09:00 EST (settings change)." in shown.out
    (gone,) = [one for one in desk.run("coverage", "--json").body["sources"] if one["id"] == "payer.policy"]
    assert (gone["verified"], gone["failed"], gone["watched_until"]) == (False, 1, "2026-11-18T14:00:00Z")


def test_the_digest_of_the_week_says_that_watching_stopped_and_keeps_the_gap(desk: Desk) -> None:
    begin(desk)
    take_the_page_out(desk)
    shown = " ".join(desk.run("digest", "--preview", "--week", "2026-W47").out.split())
    assert "Watching stopped (settings change): Payer policy (payer.policy), Nov 18, 2026." in shown
    assert "No longer watched since" in shown


def test_a_later_week_speaks_of_the_source_no_more_and_coverage_says_since_when(desk: Desk) -> None:
    begin(desk)
    take_the_page_out(desk)
    desk.set_time(MONDAY + 8 * DAY)
    desk.check()
    assert "payer.policy" not in desk.run("digest", "--preview").out
    asked = desk.run("coverage", "--since", "2026-11-20", "--source", "payer.policy")
    assert asked.out.splitlines()[-1].startswith("payer.policy: no longer watched since 2026-11-18")


def test_a_source_that_came_later_is_not_missing_in_an_earlier_week(desk: Desk) -> None:
    begin(desk)
    desk.set_time(MONDAY + 8 * DAY)
    desk.configure(FDA, PAGE, PAGE.replace("payer.policy", "payer.other"))
    desk.check()
    assert "payer.other" in desk.run("coverage").out
    assert "payer.other" not in desk.run("coverage", "--since", "2026-11-15", "--until", "2026-11-22").out
    assert "Watching began (settings change): Payer policy (payer.other)" in " ".join(
        desk.run("digest", "--preview").out.split()
    )


def test_a_source_nobody_watched_is_refused_with_the_nearest_name(desk: Desk) -> None:
    begin(desk)
    refused = desk.run("coverage", "--source", "payer.polcy")
    assert refused.code == 2
    assert "No source “payer.polcy” is or was watched; did you mean 'payer.policy'?" in refused.err


def test_what_was_edited_is_named_by_its_members_and_never_by_what_may_be_secret(desk: Desk) -> None:
    begin(desk)
    told = ["- {id: hook, channel: webhook, url: 'http://127.0.0.1:9/in?token=canary', secret: CMAA_HOOK}"]
    edited = PAGE.replace("every: 1d", "every: 2d, selector: main, drop: [.ad]")
    desk.configure(FDA, edited, subscribers=told)
    desk.check()
    assert entries(desk)[1:] == ['["source payer.policy edited: every, drop, selector","subscriber hook added"]']
    assert b"canary" not in desk.database.read_bytes()
    history = desk.run("sources", "history").out
    assert "source payer.policy edited: every, drop, selector" in history


def test_a_register_that_was_tampered_with_is_named(desk: Desk) -> None:
    begin(desk)
    take_the_page_out(desk)
    tamper(desk.database, "DELETE FROM registered WHERE id = 'payer.policy' AND content IS NULL")
    found = desk.run("verify")
    assert found.code != 0
    assert "settings " in found.out
