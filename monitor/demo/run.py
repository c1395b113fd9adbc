"""Plays the recorded weeks: daily checks through the real client, pipeline and database, and a digest each Monday."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from msgspec import Struct

from monitor.app import DemoClock, House, open_house, register_settings
from monitor.config import shipped
from monitor.demo.folder import Folder
from monitor.demo.site import Server, Site, open_port
from monitor.demo.story import Story, StoryWeek, read_story
from monitor.model.assessment import Tier
from monitor.model.ids import DigestId
from monitor.model.source import Source
from monitor.model.verdict import Trigger
from monitor.pipeline.deliver import Deliverer
from monitor.pipeline.digest import iso_week_of
from monitor.pipeline.due import is_due
from monitor.pipeline.periods import Closed, Periods
from monitor.pipeline.poll import Poll
from monitor.store import Store

CHECKED_AT = time(7, 3)
CONFIRMED_AT = time(7, 38)
"""When a removal seen in the morning is looked at again; more than ``confirm_removal_after`` later."""
DIGEST_AT = time(7, 0)
"""The Monday after the week."""


class PlayedWeek(Struct, frozen=True, kw_only=True):
    """One row of the table shown at the end. ``tiers``: how many changes the digest tells of, by tier."""

    iso_week: str
    heading: str
    good: int
    expected: int
    tiers: Mapping[Tier, int]
    subject: str
    html_path: Path
    text_path: Path


class Tour(Struct, frozen=True, kw_only=True):
    """What was made, and the change to show first."""

    folder: Folder
    weeks: tuple[PlayedWeek, ...]
    first_change_id: str


def play(folder: Folder, tell: Callable[[str], None]) -> Tour:
    """Plays the whole story into ``folder``, which was just made. ``tell`` hears one line a week."""
    story = read_story(shipped("data/demo"))
    with open_port() as server:
        folder.write_settings(shipped("data/demo/sources.yaml").read_text(encoding="utf-8"), server.base_url)
        # The environment is left out: CMAA_DATABASE must not lead the demo into a real database.
        house = open_house(folder.settings, {})
        with house.writer(demo=True) as store:
            return _play(folder, story, house, store, server, tell)


def _play(
    folder: Folder, story: Story, house: House, store: Store, server: Server, tell: Callable[[str], None]
) -> Tour:
    zone = house.config.time_zone
    begin = _moment(story.weeks[0].monday, time(0, 0), zone)
    clock = DemoClock(at=begin)
    register_settings(house, store, begin)
    addresses = {source.id: source.routes[0].url for source in house.config.sources}
    server.site = Site(story, addresses, begin)
    with house.client(store, clock) as client:
        player = Player(
            house=house,
            store=store,
            site=server.site,
            clock=clock,
            poll=house.poll(store, client, clock),
            deliverer=house.deliverer(store, client, clock),
            folder=folder,
        )
        player.open_week(story.weeks[0].monday)
        weeks = []
        for number, week in enumerate(story.weeks, start=1):
            tell(f"Week {number} of {len(story.weeks)}, from {week.monday:%b %d, %Y}: {week.heading}")
            weeks.append(player.week(week))
    newest = [kept.change.id for kept in store.queries.changes(tiers=(Tier.ACT,))]
    return Tour(folder=folder, weeks=tuple(weeks), first_change_id=newest[0] if newest else "CH-2026-0001")


class Player(Struct, frozen=True, kw_only=True):
    """The parts of one run, and the order in which they are called."""

    house: House
    store: Store
    site: Site
    clock: DemoClock
    poll: Poll
    deliverer: Deliverer
    folder: Folder

    def week(self, week: StoryWeek) -> PlayedWeek:
        """Seven days of checks, then the digest of the Monday after."""
        for day in week.days:
            self._day(week, day)
        return self._close(week)

    def _day(self, week: StoryWeek, day: date) -> None:
        self._set_clock(day, CHECKED_AT)
        for edit in week.edits_on(day):
            self.site.apply(edit, self.clock.at)
        self._check(self._due())
        waiting = {source_id for source_id, state in self.store.states().items() if state.absences or state.held}
        if waiting:
            self._set_clock(day, CONFIRMED_AT)
            self._check(tuple(source for source in self._due() if source.id in waiting))

    def _due(self) -> tuple[Source, ...]:
        """What a scheduled run would check now."""
        states, last = self.store.states(), self.store.queries.last_checks()
        config = self.house.config
        return tuple(
            source
            for source in self.house.watched(self.store).sources
            if source.id not in states
            or is_due(
                source,
                states[source.id],
                last[source.id].started_at,
                self.clock.at,
                config.fetch.confirm_removal_after,
            )
        )

    def _check(self, sources: tuple[Source, ...]) -> None:
        self.poll.run(sources, Trigger.SCHEDULE)
        self.deliverer.run()

    def open_week(self, monday: date) -> None:
        """Opens the first period; every later one is opened as the one before it is closed."""
        self._set_clock(monday, time(0, 0))
        self.periods.close_due(self.clock.at)

    def _close(self, week: StoryWeek) -> PlayedWeek:
        """The digest of the week, made the Monday after."""
        self._set_clock(week.monday + timedelta(days=7), DIGEST_AT)
        (closed,) = self.periods.close_due(self.clock.at)
        self.deliverer.run()
        return self._written(week, closed)

    def _written(self, week: StoryWeek, closed: Closed) -> PlayedWeek:
        digest, message = closed.digest, closed.message
        html_path, text_path = self.folder.write_digest(DigestId(digest.id), message)
        shown = [card.assessment.tier for card in (*digest.cards, *digest.filtered_cards)]
        return PlayedWeek(
            iso_week=iso_week_of(_moment(week.monday, DIGEST_AT, self._zone), self._zone),
            heading=week.heading,
            good=sum(one.good for one in digest.coverage),
            expected=sum(one.expected for one in digest.coverage),
            tiers={tier: shown.count(tier) for tier in Tier},
            subject=message.subject,
            html_path=html_path,
            text_path=text_path,
        )

    def _set_clock(self, day: date, at: time) -> None:
        """Both clocks: the one the parts look at, and the one that later commands find in the database."""
        self.clock.at = _moment(day, at, self._zone)
        self.store.set_demo_now(self.clock.at)

    @property
    def periods(self) -> Periods:
        """Made anew for each use: which documents are watched is for the newest copies of the lists to say."""
        return self.house.periods(self.store)

    @property
    def _zone(self) -> ZoneInfo:
        return self.house.config.time_zone


def _moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)
