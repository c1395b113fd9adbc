"""The digest's turn: once a period for every reader, and every change in exactly one of them."""

import json
import random
from collections import Counter
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from monitor.config import read_templates
from monitor.model.delivery import Cadence, Format, Rhythm, Subscriber, Voice
from monitor.pipeline.digest import DigestBuilder
from monitor.pipeline.periods import Periods
from monitor.store import Store
from tests.pipeline.samples import a_source
from tests.store.making import START, write_change

USUAL = Rhythm(zone="America/New_York")
ZONES = ("America/New_York", "America/Los_Angeles", "Europe/London", "Asia/Kolkata")


def reader(name: str, rhythm: Rhythm) -> Subscriber:
    return Subscriber(id=name, channel="file", address="/nowhere", digest=rhythm)


def periods(store: Store, *subscribers: Subscriber, usual: Rhythm = USUAL) -> Periods:
    builder = DigestBuilder(
        store=store.queries,
        sources=(a_source(),),
        time_zone=ZoneInfo(usual.zone),
        link_base=None,
        demo=False,
    )
    return Periods(
        store=store,
        builder=builder,
        templates=read_templates,
        subscribers=subscribers,
        formats={"file": Format.EVENT},
        voice=Voice(instance="urn:test", link_base=None, zone=usual.zone, demo=False),
        usual=usual,
    )


def told(store: Store) -> dict[str, list[dict[str, object]]]:
    """The data of each reader's digest events, oldest first."""
    found: dict[str, list[dict[str, object]]] = {}
    digests = [one for one in store.outbox.deliveries(limit=100_000) if one.delivery.kind == "digest"]
    for one in reversed(digests):
        found.setdefault(one.delivery.recipient_id, []).append(json.loads(one.delivery.payload)["data"])
    return found


def test_a_year_in_four_zones_with_downtime_and_jumping_clocks_gives_52_digests_each(store: Store) -> None:
    """Some 5 % of the time it does not run, for up to three days; now and then the clock jumps by up to two hours."""
    chance = random.Random(47)  # noqa: S311 - chance, not secrecy
    readers = [reader(zone, Rhythm(zone=zone)) for zone in ZONES]
    turn = periods(store, *readers)
    begin = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)  # a Monday; the first digests are due the Monday after
    changes = hour = 0
    while hour < 52 * 168:
        now = begin + timedelta(hours=hour, minutes=chance.uniform(-120, 120) if chance.random() < 0.02 else 0)
        if hour % 84 == 0:
            with store.unit() as unit:
                write_change(unit, changes, (now - START).total_seconds() / 3600)
            changes += 1
        turn.close_due(now)
        hour += chance.randint(24, 72) if chance.random() < 0.005 else 6
    turn.close_due(begin + timedelta(weeks=52, days=2))
    found = told(store)
    assert {name: len(digests) for name, digests in found.items()} == dict.fromkeys(ZONES, 52)
    for digests in found.values():
        ids = [digest["digest_id"] for digest in digests]
        assert [digest["previous_digest_id"] for digest in digests] == [None, *ids[:-1]]
        members = Counter(change for digest in digests for change in digest["changes"])  # type: ignore[attr-defined]
        assert set(members.values()) <= {1}
        assert len(members) == changes - _after_last(store, digests[-1])
    assert len(store.queries.digest_ids()) == 52 * len(ZONES)


def _after_last(store: Store, digest: dict[str, object]) -> int:
    """How many changes no closed period holds yet."""
    sequence = digest["sequence"]
    assert isinstance(sequence, dict)
    return len(store.queries.changes_between(sequence["to"] + 1, store.queries.last_seq()))


def test_after_weeks_of_not_running_every_digest_is_made_in_order_and_names_the_gap(store: Store) -> None:
    turn = periods(store, reader("lead", USUAL))
    monday = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    assert turn.close_due(monday) == ()
    with store.unit() as unit:
        write_change(unit, 3)
    made = turn.close_due(monday + timedelta(weeks=3, hours=1))
    assert [one.digest.id for one in made] == ["DG-2026-48", "DG-2026-49", "DG-2026-50"]
    assert [len(one.digest.cards) for one in made] == [1, 0, 0]
    assert all("COVERAGE GAP" in one.message.subject for one in made[1:])
    assert turn.close_due(monday + timedelta(weeks=3, hours=2)) == ()


def test_a_digest_is_not_due_before_its_hour(store: Store) -> None:
    turn = periods(store, reader("lead", USUAL))
    turn.close_due(datetime(2026, 11, 23, 12, 0, tzinfo=UTC))
    assert turn.close_due(datetime(2026, 11, 30, 11, 59, tzinfo=UTC)) == ()
    assert len(turn.close_due(datetime(2026, 11, 30, 12, 0, tzinfo=UTC))) == 1


def test_a_daily_reader_has_a_digest_of_each_day_beside_the_weekly_one(store: Store) -> None:
    daily = Rhythm(cadence=Cadence.DAILY, zone="America/New_York")
    turn = periods(store, reader("desk", daily), reader("lead", USUAL))
    for day in range(9):
        turn.close_due(datetime(2026, 11, 23, 13, 0, tzinfo=UTC) + timedelta(days=day))
    found = told(store)
    assert [len(found["desk"]), len(found["lead"])] == [8, 1]
    assert found["desk"][0]["digest_id"] == "DG-2026-11-23"


def test_another_hour_or_day_goes_on_where_the_last_period_ended(store: Store) -> None:
    turn = periods(store, reader("lead", USUAL))
    turn.close_due(datetime(2026, 11, 23, 13, 0, tzinfo=UTC))
    turn.close_due(datetime(2026, 11, 30, 13, 0, tzinfo=UTC))
    friday = Rhythm(weekday=4, at=time(16), zone="America/New_York")
    moved = periods(store, reader("lead", friday), usual=friday)
    made = moved.close_due(datetime(2026, 12, 11, 22, 0, tzinfo=UTC))
    assert [str(one.period.first_day) + "/" + str(one.period.last_day) for one in made] == [
        "2026-11-30/2026-12-06",  # what was promised before
        "2026-12-07/2026-12-10",
    ]
    assert [one.digest.id for one in made] == ["DG-2026-49", "DG-2026-50"]


def test_a_crash_while_a_digest_is_made_leaves_the_period_open(store: Store) -> None:
    turn = periods(store, reader("lead", USUAL))
    turn.close_due(datetime(2026, 11, 23, 13, 0, tzinfo=UTC))

    def broken() -> dict[str, str]:
        raise OSError("no templates")

    later = datetime(2026, 11, 30, 13, 0, tzinfo=UTC)
    before = store.queries.counts()
    with pytest.raises(OSError, match="no templates"):
        replace(turn, templates=broken).close_due(later)
    assert store.queries.counts() == before
    assert len(turn.close_due(later)) == 1
