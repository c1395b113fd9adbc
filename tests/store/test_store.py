from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from monitor.compare.canonical import item_sha256
from monitor.model.capture import Validators
from monitor.model.errors import StoreError
from monitor.model.ids import RecordKey, Sha256, SourceId
from monitor.model.snapshot import Page
from monitor.model.verdict import Verdict
from monitor.model.watch import Robots, WatchState
from monitor.store import Store, open_reader, open_writer
from tests.store.conftest import Opener
from tests.store.making import (
    HOUR,
    SOURCE,
    START,
    make_capture,
    make_check,
    make_record,
    make_snapshot,
    write_baseline,
    write_change,
)

if TYPE_CHECKING:
    from monitor.pipeline.digest_store import DigestStore
    from monitor.pipeline.ports import Outbox, Unit, WatchStore
    from monitor.store.unit import StoreUnit


class Unforeseen(Exception):
    pass


def test_the_store_fits_the_ports(store: Store) -> None:
    def fits(watch: "WatchStore", outbox: "Outbox", digest: "DigestStore", unit: "type[Unit]") -> None: ...

    if TYPE_CHECKING:
        fits(store, store.outbox, store.queries, StoreUnit)


def test_a_check_comes_back_as_it_was(store: Store) -> None:
    with store.unit() as unit:
        check_id = unit.check(make_check(3, Verdict.SUSPECT))
    kept = store.queries.check(check_id)
    assert kept is not None
    assert kept.id == check_id
    assert (kept.source_id, kept.slot_at, kept.ruling) == (
        SOURCE,
        START + 3 * HOUR,
        make_check(3, Verdict.SUSPECT).ruling,
    )
    assert store.queries.check(check_id + 1) is None


def test_ledger_ids_rise_in_the_order_of_commit(store: Store) -> None:
    ids = []
    for hour in (5, 2, 9):
        with store.unit() as unit:
            ids.append(unit.check(make_check(hour)))
    assert ids == sorted(ids)
    assert store.queries.last_seq() == ids[-1]
    assert store.queries.seq_before(START + 5 * HOUR) == ids[1]


def test_a_second_check_of_a_slot_still_leaves_a_row(store: Store) -> None:
    """By hand, within the same slot, even at the same instant."""
    check = make_check()
    with store.unit() as unit:
        ids = {unit.check(check) for _ in range(4)}
    kept = store.queries.ledger(SOURCE, START, START + HOUR)
    assert {one.id for one in kept} == ids
    assert {one.slot_at - START for one in kept} == {timedelta(microseconds=n) for n in range(4)}
    assert {one.started_at for one in kept} == {START}


def test_nothing_of_a_unit_is_kept_when_an_exception_leaves_it(store: Store) -> None:
    def fail() -> None:
        with store.unit() as unit:
            write_change(unit, 1)
            raise Unforeseen

    before = store.queries.counts()
    with pytest.raises(Unforeseen):
        fail()
    assert store.queries.counts() == before
    assert store.states() == {}
    assert store.queries.chain_head() is None
    with store.unit() as unit:
        assert unit.next_change_id(2026) == "CH-2026-0001"
        write_change(unit, 1)
    assert store.queries.verify_chain() is None


def test_a_failed_statement_spoils_its_unit_even_when_the_error_is_swallowed(store: Store) -> None:
    def swallow() -> None:
        with store.unit() as unit:
            write_change(unit, 1)
            with pytest.raises(StoreError):
                unit.capture(999, 0, make_capture(b"of no check"))

    with pytest.raises(StoreError) as caught:
        swallow()
    assert caught.value.code == "refused"
    assert store.queries.counts().checks == 0


def test_units_do_not_nest_and_do_not_outlive_their_block(store: Store) -> None:
    with store.unit() as unit:
        unit.check(make_check())
        with pytest.raises(RuntimeError, match="do not nest"), store.unit():
            pass
    with pytest.raises(RuntimeError, match="outside"):
        unit.check(make_check(1))
    assert store.queries.counts().checks == 1


def test_a_baseline_comes_back_with_its_pages_and_validators(store: Store) -> None:
    snapshot = make_snapshot(make_record("K1", name="A", note="é☃"), make_record("K2", name="B"))
    body = "K1,A,é\nK2,B\n".encode("cp1252") * 30
    with store.unit() as unit:
        check_id, snapshot_id = write_baseline(unit, body, snapshot)
    assert store.snapshot(snapshot_id) == snapshot
    page = Page(body=body, url="https://demo.invalid/list.csv", media_type="text/csv", charset="windows-1252")
    assert store.pages(snapshot_id) == (page,)
    assert store.queries.captures_of(check_id) == (make_capture(body),)
    good_at = START + timedelta(seconds=2)
    assert store.states() == {
        SOURCE: WatchState(
            source_id=SOURCE,
            snapshot_id=snapshot_id,
            body_sha256=make_capture(body).sha256,
            validators=Validators(etag='"abc"', url="https://demo.invalid/list"),
            extractor_version=1,
            first_good_at=good_at,
            last_good_at=good_at,
            last_full_get_at=good_at,
        )
    }
    assert store.queries.monitoring_since() == good_at


def test_a_bad_check_leaves_the_baseline_and_counts(store: Store) -> None:
    with store.unit() as unit:
        write_baseline(unit, b"body" * 50, make_snapshot(make_record("K1", name="A")))
    before = store.states()[SOURCE]
    with store.unit() as unit:
        for hour in (1, 2):
            check = make_check(hour, Verdict.BLOCKED)
            unit.partial(unit.check(check), b"half a page")
            unit.bad(check)
    failing = store.states()[SOURCE]
    assert (failing.failures_in_row, failing.unverified_since) == (2, START + HOUR)
    assert (failing.snapshot_id, failing.validators, failing.last_good_at) == (
        before.snapshot_id,
        before.validators,
        before.last_good_at,
    )
    with store.unit() as unit:
        unit.check(make_check(3))
        unit.good(make_check(3), full_get=False)
    healed = store.states()[SOURCE]
    assert (healed.failures_in_row, healed.unverified_since) == (0, None)
    assert healed.last_full_get_at == before.last_full_get_at
    assert healed.last_good_at == START + 3 * HOUR + timedelta(seconds=2)
    assert store.last_good_before(SOURCE, START + 3 * HOUR) == before.last_good_at


def test_a_mended_extractor_replaces_the_reading_and_not_the_bytes(store: Store) -> None:
    with store.unit() as unit:
        _, old_id = write_baseline(unit, b"K1;A\n" * 40, make_snapshot(make_record("K1", name="A;")))
    mended = make_snapshot(make_record("K1", name="A"), version=2)
    with store.unit() as unit:
        new_id = unit.reread(unit.check(make_check(1)), SOURCE, mended)
    state = store.states()[SOURCE]
    assert (state.snapshot_id, state.extractor_version) == (new_id, 2)
    assert state.validators.etag == '"abc"'
    assert store.pages(new_id) == store.pages(old_id)
    assert store.snapshot(new_id) == mended
    with pytest.raises(StoreError, match="no baseline"), store.unit() as unit:
        unit.reread(unit.check(make_check(2, source="demo.other")), SourceId("demo.other"), mended)


def test_absences_are_replaced_as_a_whole(store: Store) -> None:
    with store.unit() as unit:
        write_baseline(unit, b"x" * 80, make_snapshot(make_record("K1", name="A")))
        unit.absences(SOURCE, {RecordKey("K1"): START, RecordKey("K2"): START})
    with store.unit() as unit:
        unit.absences(SOURCE, {RecordKey("K2"): START})
    assert store.states()[SOURCE].absences == {RecordKey("K2"): START}


def test_times_are_kept_as_instants(store: Store) -> None:
    new_york = timezone(timedelta(hours=-5))
    with store.unit() as unit:
        unit.check(make_check())
        unit.audit("note", "x", {}, at=START.astimezone(new_york))
    assert store.database.value("SELECT at FROM audit") == "2026-11-23T09:00:00.000000Z"
    with pytest.raises(ValueError, match="without a time zone"), store.unit() as unit:
        unit.audit("note", "x", {}, at=datetime(2026, 1, 1))  # noqa: DTZ001 - the point of the test
    assert store.queries.counts().audit_entries == 1


def test_coverage_is_read_by_source_and_half_open(store: Store) -> None:
    with store.unit() as unit:
        for hour in range(4):
            unit.check(make_check(hour))
            unit.check(make_check(hour, Verdict.FAILED, "demo.other"))
    rows = store.queries.coverage_rows(START + HOUR, START + 3 * HOUR)
    assert {source: len(found) for source, found in rows.items()} == {SOURCE: 2, "demo.other": 2}
    newest = store.queries.last_checks()
    assert {source: check.started_at for source, check in newest.items()} == dict.fromkeys(rows, START + 3 * HOUR)
    assert store.queries.last_checks({SOURCE}) == {SOURCE: newest[SOURCE]}
    assert store.queries.last_checks(()) == {}
    assert store.queries.first_check_at(SOURCE) == START
    assert store.queries.monitoring_since() is None


def test_robots_files_are_written_with_the_next_unit(reopen: Opener) -> None:
    store = reopen()
    robots = Robots(origin="https://demo.invalid", status=200, text="User-agent: *\nDisallow:\ud800", fetched_at=START)
    store.hosts.save(robots)
    assert store.hosts.load("https://demo.invalid") == robots
    store = reopen()  # the close has written it
    kept = store.hosts.load("https://demo.invalid")
    assert kept is not None
    assert kept.text == "User-agent: *\nDisallow:?"
    newer = Robots(origin="https://demo.invalid", status=None, text="", fetched_at=START + HOUR)
    store.hosts.save(newer)
    with store.unit() as unit:
        unit.check(make_check())
    reader = open_reader(store.database.path)
    assert reader.hosts.load("https://demo.invalid") == newer
    reader.close()


def test_holds_are_replaced_as_a_whole(store: Store) -> None:
    store.hosts.save_holds({"a.invalid": START, "b.invalid": START})
    store.hosts.save_holds({"b.invalid": START + HOUR})
    assert store.hosts.holds() == {"b.invalid": START + HOUR}


def test_only_a_demo_database_has_a_clock_that_can_be_set(store: Store, tmp_path: Path) -> None:
    assert not store.is_demo
    assert store.demo_now() is None
    with pytest.raises(RuntimeError, match="demo"):
        store.set_demo_now(START)
    demo = open_writer(tmp_path / "demo.db", now=START, item_sha256=item_sha256, demo=True)
    assert demo.is_demo
    assert demo.demo_now() is None
    demo.set_demo_now(START)
    demo.set_demo_now(START + HOUR)
    assert demo.demo_now() == START + HOUR == datetime(2026, 11, 23, 10, tzinfo=UTC)
    demo.close()


def test_a_backup_is_a_whole_copy_for_its_owner_alone(store: Store, tmp_path: Path) -> None:
    with store.unit() as unit:
        write_change(unit, 1)
    copy = tmp_path / "copy.db"
    store.backup(copy)
    assert copy.stat().st_mode & 0o777 == 0o600
    reader = open_reader(copy)
    assert reader.queries.chain_head() == store.queries.chain_head()
    assert reader.queries.verify_chain() is None
    assert reader.queries.changes() == store.queries.changes()
    reader.close()
    with pytest.raises(StoreError, match="does not exist yet"):
        store.backup(copy)


def test_an_unknown_snapshot_or_object_is_named(store: Store) -> None:
    with pytest.raises(StoreError, match="no snapshot 7"):
        store.snapshot(7)
    assert store.pages(7) == ()
    with pytest.raises(StoreError, match="ab" * 32):
        store.queries.object_bytes(Sha256("ab" * 32))
