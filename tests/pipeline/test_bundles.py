"""Quiet hours and daily caps: a change told later, or together with others, is still told exactly once."""

import json
from datetime import UTC, datetime, time, timedelta

from monitor.model.delivery import DeliveryState, Evidence, Format, Interest, Quiet, Subscriber, Voice
from monitor.model.ids import ChangeId, Sha256
from monitor.pipeline.announce import Announcer
from monitor.pipeline.bundles import Bundler
from monitor.store import Store
from tests.pipeline.samples import a_source
from tests.store.making import START, make_assessment, make_change, make_record, make_snapshot, write_baseline

VOICE = Voice(instance="urn:test", link_base=None, zone="UTC", demo=False)
FORMATS = {"file": Format.EVENT}


def desk(**more: object) -> Subscriber:
    tier = make_assessment().tier
    return Subscriber(id="desk", channel="file", address="/nowhere", interests=(Interest(tiers=(tier,)),), **more)  # type: ignore[arg-type]


def announce(store: Store, subscriber: Subscriber, number: int, at: datetime) -> ChangeId:
    """A check at ``at`` that found a change."""
    hour = (at - START).total_seconds() / 3600
    with store.unit() as unit:
        snapshot = make_snapshot(make_record("K1", name=f"name {number}"))
        check_id, snapshot_id = write_baseline(unit, f"{number}".encode(), snapshot, hour)
        change = make_change(unit.next_change_id(2026), hour=hour)
        unit.change(check_id, change, make_assessment(), None, snapshot_id)
        evidence = Evidence(
            check_id=check_id, chain_head="0" * 64, before_sha256=None, after_sha256=Sha256("a" * 64), at=at
        )
        announcer = Announcer(subscribers=(subscriber,), formats=FORMATS, voice=VOICE, templates=dict)
        announcer.announce(unit, change, make_assessment(), a_source(), evidence)
    assert change.id is not None
    return change.id


def due_at(store: Store) -> list[datetime | None]:
    return [one.delivery.next_at for one in reversed(store.outbox.deliveries())]


def test_what_is_found_in_quiet_hours_is_due_when_they_end(store: Store) -> None:
    subscriber = desk(quiet=Quiet(start=time(20), end=time(7)), zone="America/New_York")
    night = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)  # 22:00 in New York
    announce(store, subscriber, 1, night)
    announce(store, subscriber, 2, datetime(2026, 11, 25, 15, 0, tzinfo=UTC))
    assert due_at(store) == [datetime(2026, 11, 25, 12, 0, tzinfo=UTC), datetime(2026, 11, 25, 15, 0, tzinfo=UTC)]


def test_what_exceeds_the_cap_is_told_together_at_the_days_end(store: Store) -> None:
    noon = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
    ids = [announce(store, desk(cap=2), n, noon + timedelta(minutes=n)) for n in range(5)]
    bundler = Bundler(store=store, formats=FORMATS, voice=VOICE, templates=dict)
    assert bundler.run(noon + timedelta(hours=11)) == 0
    evening = noon + timedelta(hours=12)
    assert [bundler.run(evening), bundler.run(evening)] == [1, 0]
    rows = store.outbox.deliveries()[::-1]
    assert [one.delivery.state for one in rows] == [
        *[DeliveryState.PENDING] * 2,
        *[DeliveryState.CANCELLED] * 3,
        DeliveryState.PENDING,
    ]
    event = json.loads(rows[-1].delivery.payload)
    assert event["type"] == "org.example.cmaa-monitor.changes.summarised.v1"
    assert [one["change_id"] for one in event["data"]["changes"]] == ids[2:]
    assert all(rows[-1].delivery.id in (one.last_error or "") for one in rows[2:5])


def test_a_new_day_has_a_cap_of_its_own_and_a_bundle_of_one_goes_by_itself(store: Store) -> None:
    noon = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
    for n, later in enumerate((0, 1, 24)):
        announce(store, desk(cap=1), n, noon + timedelta(hours=later))
    assert Bundler(store=store, formats=FORMATS, voice=VOICE, templates=dict).run(noon + timedelta(hours=24)) == 0
    waiting = [one.delivery for one in store.outbox.deliveries()]
    assert [(one.kind, one.state) for one in waiting] == [("change", DeliveryState.PENDING)] * 3
    assert all(one.next_at and one.next_at <= noon + timedelta(hours=25) for one in waiting)
