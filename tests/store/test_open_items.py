"""What all of history has left to do: dates, and changes that wait for a decision."""

from datetime import date, timedelta

from msgspec.structs import replace

from monitor.model.assessment import Basis, DateKind, LegalDate, Tier
from monitor.model.capture import Validators
from monitor.model.decision import Decision, Outcome
from monitor.model.difference import Change, News
from monitor.model.ids import ChangeId, Sha256
from monitor.store import Store
from tests.fakes import NOW
from tests.store.making import SOURCE, make_assessment, make_change, make_check, make_edit, make_record, make_snapshot

ONE = make_edit(make_record("K1", name="Old"), make_record("K1", name="New"))
TWO = make_edit(make_record("K2", name="Old"), make_record("K2", name="New"))


def keep(store: Store, hour: int, change: Change, tier: Tier = Tier.REVIEW, *dates: LegalDate) -> int:
    with store.unit() as unit:
        check_id = unit.check(make_check(hour))
        snapshot_id = unit.accept(
            check_id, SOURCE, make_snapshot(make_record("K1")), Sha256("ab" * 32), Validators(), ()
        )
        unit.change(check_id, change, replace(make_assessment(tier), dates=dates), snapshot_id, snapshot_id)
    return check_id


def back(number: int, of: str, *differences: object) -> Change:
    change = make_change(f"CH-2026-{number:04d}", *differences)  # type: ignore[arg-type]
    return replace(change, news=News.REVERTED, reverts=ChangeId(of))


def waiting(store: Store, to_seq: int = 99) -> list[str]:
    return [item.change_id for item in store.queries.open_items(to_seq)]


def test_a_change_that_was_taken_back_whole_no_longer_awaits_a_decision(store: Store) -> None:
    keep(store, 1, make_change("CH-2026-0001", ONE, TWO))
    keep(store, 2, back(2, "CH-2026-0001", ONE), Tier.FYI)
    assert waiting(store) == ["CH-2026-0001"]  # one of its two items still stands
    keep(store, 3, back(3, "CH-2026-0001", TWO), Tier.FYI)
    assert waiting(store) == []


def test_only_what_asks_for_a_decision_and_was_found_by_then_awaits_one(store: Store) -> None:
    first = keep(store, 1, make_change("CH-2026-0001"), Tier.ACT)
    keep(store, 2, make_change("CH-2026-0002"), Tier.NOISE)
    keep(store, 3, make_change("CH-2026-0003"), Tier.REVIEW)
    assert waiting(store) == ["CH-2026-0001", "CH-2026-0003"]
    assert waiting(store, first) == ["CH-2026-0001"]


def test_the_dates_of_all_changes_are_told_newest_change_first(store: Store) -> None:
    due = LegalDate(kind=DateKind.COMMENT_CLOSES, on=date(2027, 1, 4), basis=Basis.STATED, ground="by Jan 4", key="K1")
    moved = replace(due, on=date(2027, 2, 1))
    keep(store, 1, make_change("CH-2026-0001"), Tier.REVIEW, due)
    keep(store, 2, make_change("CH-2026-0002"))
    keep(store, 3, make_change("CH-2026-0003"), Tier.FYI, moved)
    found = [(one.change_id, one.source_id, one.tier, one.date) for one in store.queries.dated_changes()]
    assert found == [("CH-2026-0003", SOURCE, Tier.FYI, moved), ("CH-2026-0001", SOURCE, Tier.REVIEW, due)]


def test_what_was_decided_is_known_with_its_change_and_what_is_in_hand_stays_though_it_was_taken_back(
    store: Store,
) -> None:
    keep(store, 1, make_change("CH-2026-0001", ONE))
    keep(store, 2, make_change("CH-2026-0002"), Tier.FYI)
    said = [
        Decision(change_id=ChangeId(f"CH-2026-000{n}"), outcome=Outcome.ACTION_NEEDED, by="A", at=NOW) for n in (1, 2)
    ]
    first, second = store.decisions.keep(said)
    keep(store, 3, back(3, "CH-2026-0001", ONE), Tier.FYI)
    items = store.queries.open_items(99)
    assert [(item.change_id, item.decision, item.in_hand) for item in items] == [
        ("CH-2026-0001", first, True),
        ("CH-2026-0002", second, True),
    ]
    store.decisions.keep([replace(one, outcome=Outcome.DONE) for one in said])
    assert waiting(store) == []
    assert {one.outcome for one in store.decisions.newest().values()} == {Outcome.DONE}


def test_what_counted_at_a_moment_is_told_as_it_was_then(store: Store) -> None:
    keep(store, 1, make_change("CH-2026-0001", ONE))
    one = Decision(change_id=ChangeId("CH-2026-0001"), outcome=Outcome.MONITOR, by="A", at=NOW)
    reopened = replace(one, outcome=Outcome.REOPENED, reason="DEMO", at=NOW + timedelta(hours=2))
    first, _ = store.decisions.keep([one, reopened])
    assert store.decisions.newest(NOW) == {}
    assert store.decisions.newest(NOW + timedelta(hours=1)) == {first.change_id: first}
    assert store.decisions.newest() == {}
