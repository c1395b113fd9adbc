"""What retention lets go of, and what it never touches."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from monitor.model.errors import StoreError
from monitor.model.ids import DigestId, Sha256
from monitor.model.problem import Closing, Finding, Trouble
from monitor.model.retention import Retention, Rule
from monitor.model.verdict import Verdict
from monitor.model.watch import Held
from monitor.store import Store
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

RETENTION = Retention(unchanged=timedelta(days=400), unverified=timedelta(days=180))
LATER = START + timedelta(days=500)


@pytest.fixture
def store(reopen: Opener) -> Iterator[Store]:
    """With a baseline; so the first of the pages that follow are no keyframes."""
    store = reopen()
    with store.unit() as unit:
        write_baseline(unit, a_page("the baseline"), make_snapshot(make_record("K1", name="A")))
    yield store
    assert store.faults() == ()


def a_page(words: str) -> bytes:
    return (f"<html>{words}" + "".join(f"<p>line {n} of a page that is long enough</p>" for n in range(200))).encode()


def seen(store: Store, verdict: Verdict, body: bytes, hour: float, *, partial: bytes = b"") -> int:
    """A check that kept one page."""
    check = make_check(hour, verdict)
    with store.unit() as unit:
        check_id = unit.check(check)
        unit.capture(check_id, 0, make_capture(body, hour))
        if partial:
            unit.partial(check_id, partial)
        if verdict.verified:
            unit.good(check, full_get=True)
        else:
            unit.bad(check)
        facts = {"check": check_id, "verdict": verdict.value, "code": check.ruling.code}
        unit.audit("check", SOURCE, facts, at=check.ended_at)
    return check_id


def hash_of(body: bytes) -> Sha256:
    return Sha256(sha256(body).hexdigest())


def going(store: Store, at: datetime = LATER) -> dict[str, Rule]:
    return {one.sha256: one.rule for one in store.queries.surplus(RETENTION.older_than(at))}


def test_old_copies_without_news_and_of_unverified_checks_may_go_each_by_its_own_age(store: Store) -> None:
    same, blocked, cut = a_page("same"), a_page("blocked"), a_page("cut off")[:3000]
    seen(store, Verdict.SAME, same, 1)
    seen(
        store, Verdict.FAILED, a_page("blocked"), 2, partial=a_page("the whole version that others are differences to")
    )
    seen(store, Verdict.BLOCKED, blocked, 2, partial=cut)
    assert going(store, START + timedelta(days=100)) == {}
    unverified = {hash_of(blocked): Rule.UNVERIFIED, hash_of(cut): Rule.UNVERIFIED}
    assert going(store, START + timedelta(days=200)) == unverified
    assert going(store) == {**unverified, hash_of(same): Rule.UNCHANGED}
    assert Retention().older_than(LATER) == {}
    assert store.queries.surplus({}) == ()


def test_what_changes_and_baselines_rest_on_is_kept_for_ever(store: Store) -> None:
    with store.unit() as unit:
        write_change(unit, 1, hour=1)
        write_change(unit, 2, hour=2)
    assert going(store) == {}


def test_a_copy_that_came_also_in_a_check_that_matters_is_kept(store: Store) -> None:
    """The same error page is the evidence of a problem that is open."""
    page = a_page("sorry")
    seen(store, Verdict.BLOCKED, page, 1)
    newest = seen(store, Verdict.BLOCKED, page, 2)
    finding = Finding(
        source_id=SOURCE, trouble=Trouble.BLOCKED, code="blocked", reason="no", since=START, check_id=newest
    )
    with store.unit() as unit:
        problem = unit.open_problem(finding, at=START)
    assert going(store) == {}
    with store.unit() as unit:
        unit.close_problem(problem.id, Closing(at=START, how="mended"))
    assert set(going(store)) == {hash_of(page)}


def test_a_held_copy_is_kept_until_it_is_decided_on(store: Store) -> None:
    page = a_page("held")
    check_id = seen(store, Verdict.SUSPECT, page, 1)
    held = Held(code="mass-change", content_sha256=hash_of(b"x"), since=START, looks=1, pages=1, check_id=check_id)
    with store.unit() as unit:
        unit.hold(check_id, SOURCE, held)
    assert going(store) == {}
    with store.unit() as unit:
        unit.hold(check_id, SOURCE, None)
    assert set(going(store)) == {hash_of(page)}


def test_what_an_absence_rests_on_is_kept_until_it_is_confirmed(store: Store) -> None:
    seen(store, Verdict.SAME, a_page("before"), 1)
    seen(store, Verdict.SAME, a_page("without it"), 3)
    with store.unit() as unit:
        unit.absences(SOURCE, {make_record("K1", name="A").key: START + 2 * HOUR})
    assert set(going(store)) == {hash_of(a_page("before"))}


def test_what_the_next_digest_covers_is_kept(store: Store) -> None:
    seen(store, Verdict.SAME, a_page("before"), 1)
    with store.unit() as unit:
        unit.open_period(
            "weekly:UTC",
            period_id="weekly:1",
            digest_id=DigestId("2026-W48"),
            start_at=START,
            end_at=START + timedelta(days=7),
            first_day=date(2026, 11, 23),
            last_day=date(2026, 11, 29),
            from_seq=3,
        )
    seen(store, Verdict.SAME, a_page("in it"), 2)
    assert set(going(store)) == {hash_of(a_page("before"))}


def test_what_went_keeps_its_hash_and_says_when_and_why_and_the_record_stays_sound(store: Store) -> None:
    body = a_page("same")
    check_id = seen(store, Verdict.SAME, body, 1)
    before = store.database.value("SELECT sum(length(packed)) FROM object")
    assert store.let_go(RETENTION.older_than(LATER), at=LATER) == 1
    assert store.let_go(RETENTION.older_than(LATER), at=LATER) == 0
    assert store.database.value("SELECT sum(length(packed)) FROM object") < before
    (gone,) = store.queries.released()
    assert (gone.at, gone.rule, gone.copies) == (LATER, Rule.UNCHANGED, 1)
    assert store.queries.last_retention() == LATER
    assert store.faults() == ()
    with pytest.raises(StoreError, match="released by retention on 2028-04-06 under the rule “unchanged”") as told:
        store.captures_of(check_id)
    assert (told.value.code, hash_of(body) in told.value.what) == ("released", True)


def test_the_same_bytes_may_come_again(store: Store) -> None:
    body = a_page("same")
    seen(store, Verdict.SAME, body, 1)
    store.let_go(RETENTION.older_than(LATER), at=LATER)
    again = seen(store, Verdict.SAME, body, 24 * 501)
    assert [one.body for one in store.captures_of(again)] == [body]
    assert (store.queries.released(), going(store)) == ((), {})


def test_a_whole_version_stays_while_another_is_a_difference_to_it(store: Store) -> None:
    """Of 60 versions the 27th and the 53rd are whole; one in the middle is the evidence of a problem."""
    bodies = [a_page(f"version {n}") for n in range(60)]
    checks = [seen(store, Verdict.BLOCKED, body, n + 1) for n, body in enumerate(bodies)]
    finding = Finding(
        source_id=SOURCE, trouble=Trouble.BLOCKED, code="blocked", reason="no", since=START, check_id=checks[30]
    )
    with store.unit() as unit:
        unit.open_problem(finding, at=START)
    assert store.let_go(RETENTION.older_than(START), at=START) == 0
    while store.let_go(RETENTION.older_than(LATER), at=LATER):
        assert store.faults() == ()
    assert store.captures_of(checks[30])[0].body == bodies[30]
    gone = sum(one.copies for one in store.queries.released())
    assert gone >= 55
    assert store.faults() == ()


def test_bytes_that_someone_else_let_go_are_a_fault(store: Store, database: Path) -> None:
    body = a_page("same")
    seen(store, Verdict.SAME, body, 1)
    with closing(sqlite3.connect(database)) as meddler:
        with pytest.raises(sqlite3.IntegrityError, match="evidence"):
            meddler.execute("UPDATE object SET packed = x'', codec = 'plain', base_sha256 = NULL")
        meddler.rollback()
        meddler.execute(
            "INSERT INTO release (run, sha256, rule, at, packed_bytes) VALUES (7, ?, 'unchanged', ?, 1)",
            [hash_of(body), "2026-11-23T09:00:00.000000Z"],
        )
        change = "UPDATE object SET packed = x'', codec = 'plain', base_sha256 = NULL WHERE sha256 = ?"
        meddler.execute(change, [hash_of(body)])
        meddler.commit()
    (fault,) = store.faults()
    assert fault == (
        f"retention: that the bytes of the object {hash_of(body)} were let go is not what the audit chain says"
    )
    with store.unit() as unit:  # the fixtures ask for a sound record
        unit.audit("retention", "record", {"run": 7}, at=START)
