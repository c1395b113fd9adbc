"""A removal as it happens when time does not stand still during a check."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.app import open_house
from monitor.config import shipped
from monitor.demo.edits import Remove
from monitor.demo.folder import make_folder
from monitor.demo.site import Site, open_port
from monitor.demo.story import read_story
from monitor.model.ids import SourceId
from monitor.model.verdict import Trigger

FDA = SourceId("fda.ai-devices")
FIRST = datetime(2026, 10, 5, 11, 3, tzinfo=UTC)


class Ticking:
    """Seven seconds go by whenever somebody looks."""

    def __init__(self) -> None:
        self.at = FIRST

    def now(self) -> datetime:
        self.at += timedelta(seconds=7)
        return self.at


def test_a_confirmed_removal_lies_between_the_last_copy_with_the_item_and_the_first_without(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "demo")
    clock = Ticking()
    with open_port() as server:
        folder.write_settings(shipped("data/demo/sources.yaml").read_text(encoding="utf-8"), server.base_url)
        house = open_house(folder.settings, {})
        sources = [source for source in house.config.sources if source.id == FDA]
        server.site = Site(read_story(shipped("data/demo")), {FDA: sources[0].routes[0].url}, FIRST)
        with house.writer(demo=True) as store, house.client(store, clock) as client:
            poll = house.poll(store, client, clock)
            (baseline,) = poll.run(sources, Trigger.SCHEDULE)
            server.site.apply(Remove(source_id=FDA, keys=("K162627",)), FIRST + timedelta(days=1))
            clock.at = FIRST + timedelta(days=1)
            (missed,) = poll.run(sources, Trigger.SCHEDULE)
            clock.at += timedelta(minutes=35)
            (confirmed,) = poll.run(sources, Trigger.SCHEDULE)
            (kept,) = store.queries.changes()
            before, after = (store.queries.captures_of(one.check.id or 0)[0].sha256 for one in (baseline, missed))
    assert not missed.changes
    assert [change.id for change, _ in confirmed.changes] == [kept.change.id]
    assert kept.change.last_unchanged_at == baseline.check.ended_at
    assert missed.check.started_at <= kept.change.first_changed_at <= missed.check.ended_at
    assert (kept.before_sha, kept.after_sha) == (before, after)
