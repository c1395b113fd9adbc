"""What goes wrong with watching itself is told to whoever runs the monitor, until it is mended."""

import json
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitor.daemon import tick
from monitor.model.verdict import Trigger
from monitor.store.driver import sqlite3
from tests.e2e.desk import FDA, FDA_URL, Desk
from tests.e2e.making import a_feed, a_list, as_csv
from tests.loopback import Response

CSV = "text/csv; charset=utf-8"
GOOD = Response(body=as_csv(a_list()), media_type=CSV)
DOWN = Response(status=503, body=b"<title>DEMO down</title>")
START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ENGINEERS = "- {id: engineers, channel: file, path: problems, tiers: [ACT], problems: true}"
FEED_URL = "https://www.cms.gov/newsroom/rss.xml"
APOLOGY = b"<!DOCTYPE html><html><head><title>FDA Apology</title></head><body><p>DEMO: no robots.</p></body></html>"


@pytest.fixture
def watching(desk: Desk) -> Desk:
    """At noon, with a good baseline and a folder for problems."""
    desk.configure(FDA, subscribers=[ENGINEERS])
    desk.serve(FDA_URL, GOOD)
    desk.begin_simulated_time(START)
    desk.check()
    return desk


def told(desk: Desk) -> list[dict[str, Any]]:
    found = [json.loads(path.read_bytes()) for path in (desk.folder / "problems").glob("*.json")]
    return sorted((one for one in found if "problem_id" in one["data"]), key=lambda one: (one["time"], one["id"]))


def later(desk: Desk, **span: float) -> None:
    with desk.store() as store:
        now = store.demo_now()
    assert now is not None
    desk.set_time(now + timedelta(**span))
    desk.check()


def test_a_source_that_fails_twice_is_a_problem_told_daily_until_it_is_mended(watching: Desk) -> None:
    watching.serve(FDA_URL, DOWN)
    later(watching, hours=1)
    assert told(watching) == [], "one failure may pass"
    later(watching, minutes=15)
    (first,) = told(watching)
    assert (first["id"], first["subject"], first["data"]["state"]) == ("PB-2026-0001:1", "fda.ai-devices", "open")
    assert first["data"]["trouble"] == "broken"
    later(watching, hours=5)
    assert len(told(watching)) == 1
    later(watching, hours=20)
    assert [one["data"]["state"] for one in told(watching)] == ["open", "still open"]
    watching.serve(FDA_URL, GOOD)
    later(watching, hours=1)
    assert [one["data"]["state"] for one in told(watching)] == ["open", "still open", "mended"]
    assert told(watching)[-1]["data"]["headline"].startswith("Mended: ")
    later(watching, hours=48)
    assert len(told(watching)) == 3


def test_a_single_failure_that_lasts_is_a_problem_too(watching: Desk) -> None:
    desk = watching
    desk.configure(FDA, subscribers=[ENGINEERS])
    settings = desk.settings.read_text()
    desk.settings.write_text(settings.replace("fetch:", "problems: {after_failures: 9, after: 3h}\nfetch:"))
    desk.serve(FDA_URL, DOWN)
    later(desk, hours=1)
    later(desk, hours=2)
    assert told(desk) == []
    later(desk, hours=1)
    assert len(told(desk)) == 1


def test_status_doctor_digest_and_problems_name_it_with_the_saved_page(watching: Desk) -> None:
    watching.serve(FDA_URL, Response(body=APOLOGY, status=403))
    for _ in range(2):
        later(watching, hours=1)
    status = watching.run("status")
    assert (status.code, "Problem PB-2026-0001: fda.ai-devices does not let us in (blocked)" in status.out) == (3, True)
    assert "import-copy" in status.out
    assert "PB-2026-0001" in watching.run("doctor", "--offline").out
    assert "PB-2026-0001" in watching.run("digest", "--preview").out
    assert watching.run("status", "--json").body["problems"][0]["trouble"] == "blocked"
    assert watching.run("problems").code == 3
    page = watching.folder / "page.html"
    assert watching.run("problems", "show", "PB-2026-0001", "--save", str(page)).code == 0
    assert page.read_bytes() == APOLOGY
    assert watching.run("problems", "show", "PB-2026-0001", "--save", str(page)).code == 2, "never overwritten"
    assert watching.run("verify").code == 0


def test_the_four_states_are_told_apart(desk: Desk) -> None:
    desk.configure(FDA)
    desk.serve(FDA_URL, GOOD)
    desk.check()
    states = {}
    for name, answer in {
        "quiet": GOOD,
        "broken": DOWN,
        "blocked": Response(body=APOLOGY, status=403),
        "empty": Response(body=b"", media_type=CSV),
    }.items():
        desk.serve(FDA_URL, answer)
        ran = desk.run("check")
        row = next(line for line in ran.out.splitlines() if line.startswith("fda.ai-devices"))
        desk.serve(FDA_URL, answer)
        status = next(line for line in desk.run("status").out.splitlines() if line.startswith("fda.ai-devices"))
        coverage = next(line for line in desk.run("coverage").out.splitlines() if line.startswith("fda.ai-devices"))
        words = {row.split()[1], status.split()[1], coverage.split()[1]} - {"baseline"}
        assert len(words) == 1, words
        (reason,) = [source["reason"] for source in desk.check()["sources"]]
        states[name] = (words.pop(), reason)
    assert [word for word, _ in states.values()] == ["unchanged", "UNVERIFIED", "BLOCKED", "EMPTY"]
    assert len({reason for _, reason in states.values()}) == 4


def test_a_window_that_slid_past_us_is_a_problem_until_a_person_says_so(desk: Desk) -> None:
    feed = f"- {{id: cms.newsroom, every: 1d, url: '{FEED_URL}'}}"
    desk.configure(feed, subscribers=[ENGINEERS, "- {id: all, channel: file, path: told, tiers: [ACT, REVIEW, FYI]}"])
    desk.begin_simulated_time(START)
    windows = [[f"DEMO item {n}" for n in range(at, at + 30)] for at in (0, 45)]
    desk.serve(FEED_URL, [Response(body=a_feed(*one), media_type="application/rss+xml") for one in windows])
    desk.check()
    later(desk, hours=24)
    (gap,) = told(desk)
    assert (gap["data"]["trouble"], desk.changes()) == ("gap", ())
    later(desk, minutes=30)
    (late,) = desk.changes()
    assert (late.change.found_late, len(late.change.differences)) == (True, 30)
    later(desk, hours=2)
    assert [one["data"]["state"] for one in told(desk)] == ["open"], "a good check does not bring back what was missed"
    ran = desk.run("problems", "ack", gap["data"]["problem_id"], "--by", "DEMO Person", "--reason", "read the archive")
    assert ran.code == 0
    later(desk, hours=30)
    assert [one["data"]["state"] for one in told(desk)] == ["open", "acknowledged"]
    assert desk.run("problems").code == 0
    assert "DEMO Person" in desk.run("problems").out


def poll_and_stop(desk: Desk) -> None:
    """A poll that is killed before it looks at problems."""
    house = desk.house
    with house.writer(lock_wait_s=0) as store, house.client(store, clock := house.clock(store)) as client:
        house.poll(store, client, clock).run(house.config.sources, Trigger.SCHEDULE)


def test_a_gap_whose_problem_a_crash_swallowed_is_told_all_the_same(desk: Desk) -> None:
    desk.configure(f"- {{id: cms.newsroom, every: 1d, url: '{FEED_URL}'}}", subscribers=[ENGINEERS])
    desk.begin_simulated_time(START)
    windows = [[f"DEMO item {n}" for n in range(at, at + 30)] for at in (0, 45)]
    desk.serve(FEED_URL, [Response(body=a_feed(*one), media_type="application/rss+xml") for one in windows])
    desk.check()
    desk.set_time(START + timedelta(hours=24))
    poll_and_stop(desk)
    assert told(desk) == []
    later(desk, minutes=30)
    assert len(desk.changes()) == 1, "the window is believed by now"
    (gap,) = told(desk)
    assert gap["data"]["trouble"] == "gap"
    later(desk, hours=1)
    assert len(told(desk)) == 1


def test_a_source_with_nothing_new_for_too_long_is_stale(desk: Desk) -> None:
    rows = "".join(f"<tr><td>T{n}</td><td>DEMO</td><td>2026-11-{n:02d}</td></tr>" for n in range(1, 21))
    table = f"<table><tr><th>Code</th><th>Name</th><th>Day</th></tr>{rows}</table>".encode()
    entry = (
        "- {id: demo.list, kind: table, name: DEMO list, authority: DEMO, every: 1d, url: 'https://www.cms.gov/list',"
        " key: Code, label: Name, dates: [Day], contract: {fresh_within: 10d}}"
    )
    desk.configure(entry, subscribers=[ENGINEERS])
    desk.serve("https://www.cms.gov/list", Response(body=b"<!DOCTYPE html><title>DEMO</title>" + table))
    desk.begin_simulated_time(START)
    desk.check()
    later(desk, days=7)
    assert told(desk) == []
    later(desk, days=1)
    (stale,) = told(desk)
    assert stale["data"]["trouble"] == "stale"
    assert "Nov 20, 2026" in stale["data"]["reason"]
    assert "10 days" in stale["data"]["reason"]


def test_a_source_that_fails_in_another_way_is_not_told_as_mended(watching: Desk) -> None:
    watching.serve(FDA_URL, DOWN)
    later(watching, hours=1)
    later(watching, hours=1)
    watching.serve(FDA_URL, Response(status=403))
    later(watching, hours=1)
    assert [(one["data"]["trouble"], one["data"]["state"]) for one in told(watching)] == [
        ("broken", "open"),
        ("broken", "superseded"),
        ("blocked", "open"),
    ]
    assert "Mended" not in told(watching)[1]["data"]["headline"]


def test_nobody_is_told_of_problems_who_did_not_ask(desk: Desk) -> None:
    desk.configure(FDA, subscribers=["- {id: lead, channel: file, path: problems, tiers: [ACT, REVIEW]}"])
    desk.serve(FDA_URL, [GOOD, DOWN, DOWN])
    for _ in range(3):
        desk.check()
    assert (told(desk), desk.run("problems").code) == ([], 3)


def test_a_damaged_record_and_a_full_disk_are_told_to_engineers_until_they_are_mended(
    watching: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The service reads all of the record each week; each day after it was found damaged."""
    desk, free = watching, [1.0]
    monkeypatch.setattr("monitor.app.house.free_share", lambda _: free[0])
    capture = "SELECT body_sha256 FROM capture LIMIT 1"
    desk.set_time(START + timedelta(days=8))
    tick(desk.house)
    assert told(desk) == []
    with closing(sqlite3.connect(desk.database)) as meddled, meddled:
        (kept,) = meddled.execute(f"SELECT sha256, packed FROM object WHERE sha256 = ({capture})")  # noqa: S608 - ours
        guard = meddled.execute("SELECT sql FROM sqlite_schema WHERE name = 'object_refuses_update'").fetchone()[0]
        meddled.execute("DROP TRIGGER object_refuses_update")
        meddled.execute("UPDATE object SET packed = x'00' WHERE sha256 = ?", [kept[0]])
    free[0] = 0.04
    desk.set_time(START + timedelta(days=16))
    for _ in range(3):
        tick(desk.house)
    by_place = {one["data"]["service"]["id"]: one for one in told(desk)}
    assert len(told(desk)) == 2
    assert by_place["record"]["type"].endswith("service.problem.v1")
    assert by_place["record"]["data"]["headline"] == "The record is not as it was written (damaged)"
    assert kept[0] in by_place["record"]["data"]["reason"]
    assert by_place["disk"]["data"]["headline"] == "The disk is nearly full (full)"
    assert "The record is not as it was written" in desk.run("problems").out
    assert "The disk is nearly full" in desk.run("doctor", "--offline").out
    with closing(sqlite3.connect(desk.database)) as meddled, meddled:
        meddled.execute("UPDATE object SET packed = ? WHERE sha256 = ?", [kept[1], kept[0]])
        meddled.execute(guard)
    free[0] = 0.5
    desk.set_time(START + timedelta(days=17, hours=1))
    for _ in range(3):
        tick(desk.house)
    assert sorted((one["data"]["service"]["id"], one["data"]["state"]) for one in told(desk)) == [
        ("disk", "mended"),
        ("disk", "open"),
        ("record", "mended"),
        ("record", "open"),
        ("record", "still open"),
    ], "a day later it is told again, and then all of the record is read anew"
