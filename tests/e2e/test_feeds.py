"""Feeds and calendar of a whole installation."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import feedparser
from icalendar import Calendar

from monitor.compare.canonical import item_sha256
from monitor.model.feed import DateEntry
from monitor.store import open_writer
from tests.e2e.desk import FDA, FDA_URL, Desk
from tests.e2e.making import AEYE_2024, a_list, as_csv, renamed
from tests.loopback import Response

BEGIN = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
BEFORE = Response(body=as_csv([*a_list(), AEYE_2024]), media_type="text/csv")
AFTER = Response(body=as_csv(renamed([*a_list(), AEYE_2024], "K240058", "DEMO other")), media_type="text/csv")


def fed(desk: Desk) -> Path:
    desk.configure(FDA)
    desk.settings.write_text("feeds: public\n" + desk.settings.read_text())
    desk.begin_simulated_time(BEGIN)
    desk.serve(FDA_URL, [BEFORE, AFTER, BEFORE, BEFORE])
    desk.check()
    return desk.folder / "public"


def test_a_change_keeps_its_entry_and_one_taken_back_says_so(desk: Desk) -> None:
    folder = fed(desk)
    assert feedparser.parse((folder / "changes.atom").read_bytes()).entries == []
    desk.set_time(BEGIN + timedelta(days=1))
    desk.check()
    (first,) = feedparser.parse((folder / "changes.atom").read_bytes()).entries
    written = (folder / "changes.atom").stat().st_mtime_ns
    for days in (2, 3):
        desk.set_time(BEGIN + timedelta(days=days))
        desk.check()
    assert [one.change.reverts for one in desk.changes()] == [None, desk.changes()[0].change.id]
    entries = {one.id: one for one in feedparser.parse((folder / "changes.atom").read_bytes()).entries}
    again = entries[first.id]
    assert (again.published, again.title.startswith("Taken back: ")) == (first.published, True)
    assert again.updated > first.updated
    assert (folder / "changes.atom").stat().st_mtime_ns != written
    items = json.loads((folder / "changes.json").read_bytes())["items"]
    assert {item["id"] for item in items} == set(entries)
    assert sorted(path.name for path in folder.iterdir()) == ["changes.atom", "changes.json", "dates.ics"]


def test_a_file_that_would_be_the_same_is_left_alone_and_a_folder_that_cannot_be_written_is_said(desk: Desk) -> None:
    folder = fed(desk)
    stamps = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    desk.serve(FDA_URL, BEFORE)
    desk.check()
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == stamps
    (desk.folder / "a-file").write_text("")
    desk.settings.write_text(desk.settings.read_text().replace("feeds: public", "feeds: a-file/below"))
    ran = desk.run("check")
    assert "could not be written" in ran.err


def test_a_date_that_moves_counts_up_and_one_that_is_gone_is_cancelled_and_stays(desk: Desk) -> None:
    fed(desk)
    store = open_writer(desk.database, now=BEGIN, item_sha256=item_sha256)

    def revise(*entries: DateEntry, hours: int) -> list[tuple[int, bool]]:
        with store.unit() as unit:
            unit.revise_calendar(entries, at=BEGIN + timedelta(hours=hours))
        return [(one.sequence, one.cancelled) for one in store.queries.calendar()]

    first = DateEntry(uid="u", on=BEGIN.date(), summary="s", text="t", url=None)
    moved = DateEntry(uid="u", on=BEGIN.date() + timedelta(days=3), summary="s", text="t", url=None)
    try:
        assert revise(first, hours=0) == [(0, False)]
        assert revise(first, hours=1) == [(0, False)]
        assert revise(moved, hours=2) == [(1, False)]
        assert revise(hours=3) == [(2, True)]
        assert revise(hours=4) == [(2, True)]
        assert revise(moved, hours=5) == [(3, False)]
        assert revise(hours=6) == [(4, True)]
    finally:
        store.close()
    desk.check()
    (one,) = Calendar.from_ical((desk.folder / "public" / "dates.ics").read_bytes()).walk("VEVENT")
    assert (one["SEQUENCE"], str(one["STATUS"])) == (4, "CANCELLED")
