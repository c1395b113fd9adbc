from typing import TYPE_CHECKING

from monitor.compare.canonical import item_sha256
from monitor.model.assessment import Level, Tier
from monitor.model.difference import Act, Difference
from monitor.model.ids import ChangeId, RecordKey, SourceId
from monitor.store import Store
from tests.store.making import (
    HOUR,
    SOURCE,
    START,
    make_assessment,
    make_capture,
    make_change,
    make_edit,
    make_record,
    make_snapshot,
    write_baseline,
    write_change,
)

if TYPE_CHECKING:
    pass


def test_a_change_comes_back_exactly(store: Store) -> None:
    before, after = make_record("K1", name="Old", code="QAS"), make_record("K1", name="New", code="QAS")
    gone = Difference(act=Act.REMOVED, key=RecordKey("K2"), label="K2", before=make_record("K2"), after=None)
    with store.unit() as unit:
        _, first_id = write_baseline(unit, b"one" * 50, make_snapshot(before))
        check_id, second_id = write_baseline(unit, b"two" * 50, make_snapshot(after), 1)
        change = make_change(unit.next_change_id(2026), make_edit(before, after), gone)
        unit.change(check_id, change, make_assessment(), first_id, second_id)
    (kept,) = store.queries.changes()
    assert kept == store.queries.change(change.id)
    assert (kept.change, kept.assessment, kept.check_id) == (change, make_assessment(), check_id)
    assert (kept.before_snapshot_id, kept.after_snapshot_id) == (first_id, second_id)
    assert (kept.before_sha, kept.after_sha) == (make_capture(b"one" * 50).sha256, make_capture(b"two" * 50).sha256)
    assert kept.delivered_at is None
    assert store.queries.change(ChangeId("CH-2026-9999")) is None


def test_change_ids_count_within_their_year_and_beyond_four_digits(store: Store) -> None:
    with store.unit() as unit:
        check_id, snapshot_id = write_baseline(unit, b"one" * 50, make_snapshot(make_record("K1", name="A")))
        unit.change(check_id, make_change("CH-2026-9999"), make_assessment(), None, snapshot_id)
        unit.change(check_id, make_change("CH-2025-0007"), make_assessment(), None, snapshot_id)
        given = [unit.next_change_id(2026), unit.next_change_id(2026), unit.next_change_id(2025)]
        assert given == ["CH-2026-10000", "CH-2026-10001", "CH-2025-0008"]
        unit.change(check_id, make_change(given[1]), make_assessment(), None, snapshot_id)
    with store.unit() as unit:
        assert unit.next_change_id(2026) == "CH-2026-10002"
        assert unit.next_change_id(2027) == "CH-2027-0001"


def test_changes_are_picked_by_time_tier_level_source_and_number(store: Store) -> None:
    tiers = [(Tier.ACT, Level.HIGH), (Tier.NOISE, Level.NONE), (Tier.ACT, Level.LOW)]
    with store.unit() as unit:
        for hour, (tier, level) in enumerate(tiers):
            check_id, snapshot_id = write_baseline(unit, b"%d" % hour * 80, make_snapshot(), hour)
            change = make_change(unit.next_change_id(2026), hour=hour)
            unit.change(check_id, change, make_assessment(tier, level), None, snapshot_id)
    pick = store.queries.changes
    assert [one.change.id for one in pick()] == ["CH-2026-0003", "CH-2026-0002", "CH-2026-0001"]
    assert len(pick(since=START + HOUR)) == 2
    assert len(pick(tiers=[Tier.ACT])) == 2
    assert len(pick(tiers=[Tier.ACT], levels=[Level.LOW])) == 1
    assert pick(sources=[SourceId("demo.other")]) == ()
    assert len(pick(limit=1)) == 1
    assert [one.change.id for one in store.queries.changes_between(1, 2)] == ["CH-2026-0001", "CH-2026-0002"]
    assert store.queries.changes_between(4, 3) == ()


def test_the_newest_assessment_counts_and_the_older_ones_stay(store: Store) -> None:
    with store.unit() as unit:
        write_change(unit, 1)
    with store.unit() as unit:
        unit.assess(ChangeId("CH-2026-0001"), make_assessment(Tier.ACT, Level.CRITICAL, rules="2"))
    (kept,) = store.queries.changes(tiers=[Tier.ACT])
    assert kept.assessment.rules_version == "2"
    assert store.queries.changes(tiers=[Tier.REVIEW]) == ()
    assert store.database.value("SELECT count(*) FROM assessment") == 2


def test_a_change_taken_back_names_the_one_that_made_it(store: Store) -> None:
    old, new = make_record("K1", name="Old"), make_record("K1", name="New")
    added = Difference(act=Act.ADDED, key=RecordKey("K2"), label="K2", before=None, after=old)
    with store.unit() as unit:
        check_id, snapshot_id = write_baseline(unit, b"one" * 50, make_snapshot(old))
        for _ in range(2):
            change = make_change(unit.next_change_id(2026), make_edit(old, new), added)
            unit.change(check_id, change, make_assessment(), None, snapshot_id)
    before, after = item_sha256(new), item_sha256(old)
    find = store.reverted_change
    assert find(SOURCE, RecordKey("K1"), before=before, after=after) == "CH-2026-0002"
    assert find(SOURCE, RecordKey("K1"), before=after, after=before) is None
    assert find(SOURCE, RecordKey("K9"), before=before, after=after) is None
    assert find(SourceId("demo.other"), RecordKey("K1"), before=before, after=after) is None
    assert find(SOURCE, RecordKey("K2"), before=after, after=None) == "CH-2026-0002"
    assert find(SOURCE, RecordKey("§ab12"), before=before, after=after) == "CH-2026-0002"
    assert [event.change_id for event in store.queries.item_history(SOURCE, RecordKey("K1"))] == [
        "CH-2026-0001",
        "CH-2026-0002",
    ]


def test_hostile_text_is_kept_without_harm(store: Store) -> None:
    """Lone surrogates (from JSON escapes), NUL, and quotes reach every text column."""
    nasty = "a\ud800b\x00c'\";--\u202e"
    record = make_record(nasty, name=nasty)
    edit = make_edit(record, make_record(nasty, name="x"))
    with store.unit() as unit:
        check_id, snapshot_id = write_baseline(unit, b"n" * 80, make_snapshot(record))
        unit.absences(SOURCE, {RecordKey(nasty): START})
        unit.change(check_id, make_change("CH-2026-0001", edit), make_assessment(), None, snapshot_id)
        unit.audit(nasty, nasty, {nasty: nasty}, at=START)
    assert store.snapshot(snapshot_id).records == (record,)
    (kept,) = store.queries.changes()
    assert kept.change.differences[0].before == record
    assert kept.change.differences[0].fields == edit.fields
    assert store.queries.verify_chain() is None
    assert len(store.queries.item_history(SOURCE, RecordKey(nasty))) == 1
