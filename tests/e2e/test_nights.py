"""Nights of an installation: a backup beside the open database; one that fails is a problem until one is made."""

from datetime import UTC, datetime, timedelta

from monitor.daemon.housekeeping import keep_house
from monitor.store.backups import backups_in
from tests.e2e.desk import FDA, FDA_URL, Desk
from tests.e2e.making import a_list, as_csv
from tests.loopback import Response

HOUR = timedelta(hours=1)


def installed(desk: Desk) -> datetime:
    """A database that was checked once; a moment in the night after that, later than two o'clock in New York."""
    engineers = "- {id: engineers, channel: file, path: told, tiers: [], problems: true}"
    desk.configure(FDA, subscribers=[engineers])
    desk.serve(FDA_URL, Response(body=as_csv(a_list()), media_type="text/csv"))
    desk.check()
    checked = desk.state().last_good_at
    assert checked is not None
    return datetime(checked.year, checked.month, checked.day, 8, tzinfo=UTC) + timedelta(days=1)


def night(desk: Desk, now: datetime) -> tuple[list[str], list[str]]:
    """The events of keeping house at ``now``, and what problems are open after it."""
    with desk.house.writer() as store:
        said = [event.name for event in keep_house(desk.house, store, now) if event.name.startswith("backup")]
        return said, [one.finding.trouble.value for one in desk.house.problem_desk(store).review(now)]


def test_the_backup_of_the_night_is_made_once(desk: Desk) -> None:
    now = installed(desk)
    assert [night(desk, now + n * HOUR) for n in range(2)] == [(["backup"], []), ([], [])]
    assert len(backups_in(desk.folder / "backups", desk.database)) == 1


def test_a_backup_that_fails_is_a_problem_told_once_and_ended_by_the_next_that_is_made(desk: Desk) -> None:
    now = installed(desk)
    (desk.folder / "backups").write_text("a file where the folder should be")
    assert night(desk, now) == (["backup-failed"], ["unsaved"])
    assert night(desk, now + HOUR / 2) == ([], ["unsaved"]), "tried again each hour, not in every turn"
    assert night(desk, now + HOUR) == (["backup-failed"], ["unsaved"])
    said = desk.run("problems").out
    assert "The backup could not be made" in said
    assert "cmaa-monitor backup" in said
    (desk.folder / "backups").unlink()
    assert night(desk, now + 2 * HOUR) == (["backup"], [])
    with desk.store() as store:
        told = [one.delivery.subject_id for one in store.outbox.deliveries(recipient_id="engineers")][::-1]
    assert told == [f"PB-{now.year}-0001:1", f"PB-{now.year}-0001:mended"]


def test_a_backup_made_by_a_person_ends_the_problem_and_without_backups_there_is_none(desk: Desk) -> None:
    now = installed(desk)
    blocked = desk.folder / "backups"
    blocked.write_text("a file")
    assert night(desk, now) == (["backup-failed"], ["unsaved"])
    settings = desk.settings.read_text()
    desk.settings.write_text(f"serve: {{backups: off}}\n{settings}")
    assert night(desk, now) == ([], [])
    desk.settings.write_text(settings)
    blocked.unlink()
    assert desk.run("backup").code == 0
    day = now.astimezone(desk.house.config.time_zone).date()
    (made,) = blocked.iterdir()
    made.rename(blocked / f"monitor-{day}.db")
    assert night(desk, now) == ([], [])
