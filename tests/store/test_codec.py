import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model.assessment import (
    Assessment,
    Basis,
    DateKind,
    LegalDate,
    Level,
    Reason,
    Stage,
    Tier,
    Topic,
)
from monitor.model.capture import Hop
from monitor.model.difference import FieldChange, Weight
from monitor.model.snapshot import Duplicate, Passage, Record, Snapshot
from monitor.model.source import Contract, Source
from monitor.sources import DEFAULTS
from monitor.store.codec import canonical, from_json, item_from_json, item_json, to_json, to_terse_json
from monitor.store.times import to_moment, to_text
from tests.store.making import make_record, make_snapshot

TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=12)
FIELDS = st.dictionaries(TEXT, TEXT, max_size=4)
RECORDS = st.builds(Record, key=TEXT, label=TEXT, fields=FIELDS, url=st.none() | TEXT)
PASSAGES = st.builds(Passage, headings=st.lists(TEXT, max_size=3).map(tuple), text=TEXT)
SNAPSHOTS = st.builds(
    Snapshot,
    extractor=TEXT,
    extractor_version=st.integers(0, 99),
    form=TEXT,
    records=st.lists(RECORDS, max_size=3).map(tuple),
    passages=st.lists(PASSAGES, max_size=3).map(tuple),
    title=st.none() | TEXT,
    columns=st.lists(TEXT, max_size=3).map(tuple),
    declared_total=st.none() | st.integers(),
    duplicates=st.lists(st.builds(Duplicate, key=TEXT, kept=FIELDS, dropped=FIELDS), max_size=2).map(tuple),
    next_url=st.none() | TEXT,
)
ASSESSMENTS = st.builds(
    Assessment,
    level=st.sampled_from(Level),
    tier=st.sampled_from(Tier),
    rules_version=TEXT,
    reasons=st.lists(
        st.builds(Reason, rule=TEXT, text=TEXT, quote=TEXT, level=st.sampled_from(Level), key=st.none() | TEXT),
        max_size=2,
    ).map(tuple),
    topics=st.lists(st.sampled_from(Topic), max_size=2).map(tuple),
    codes=st.lists(TEXT, max_size=2).map(tuple),
    dates=st.lists(
        st.builds(LegalDate, kind=st.sampled_from(DateKind), on=st.dates(), basis=st.sampled_from(Basis), ground=TEXT),
        max_size=2,
    ).map(tuple),
    stage=st.none() | st.builds(Stage, ladder=TEXT, before=st.none() | TEXT, after=TEXT),
    confidence_grounds=st.lists(TEXT, max_size=2).map(tuple),
)


@settings(max_examples=60)
@given(SNAPSHOTS)
def test_a_snapshot_comes_back_whatever_is_in_it(snapshot: Snapshot) -> None:
    text = to_json(snapshot)
    text.encode()
    back = from_json(Snapshot, text)
    assert to_json(back) == text
    if not any("\udfff" >= c >= "\ud800" for c in repr(snapshot).encode().decode("unicode-escape", "surrogatepass")):
        assert back == snapshot


@settings(max_examples=60)
@given(ASSESSMENTS)
def test_an_assessment_comes_back_whatever_is_in_it(assessment: Assessment) -> None:
    assert to_json(from_json(Assessment, to_json(assessment))) == to_json(assessment)


@settings(max_examples=60)
@given(RECORDS | PASSAGES)
def test_an_item_comes_back_as_the_kind_it_was(item: Record | Passage) -> None:
    back = item_from_json(item_json(item))
    assert type(back) is type(item)
    assert item_json(back) == item_json(item)


def test_no_item_is_no_text() -> None:
    assert item_json(None) is None
    assert item_from_json(None) is None


def test_tuples_of_nouns_come_back() -> None:
    hops = (
        Hop(url="https://demo.invalid", status=302, peer="127.0.0.1"),
        Hop(url="https://demo.invalid/x", status=200),
    )
    assert from_json(tuple[Hop, ...], to_json(hops)) == hops
    fields = (FieldChange(name="a", old="1", new="2", weight=Weight.EDITORIAL),)
    assert from_json(tuple[FieldChange, ...], to_json(fields)) == fields


def test_rows_of_an_older_or_newer_program_stay_readable() -> None:
    old = '{"key":"K1","label":"L","fields":{}}'
    new = '{"key":"K1","label":"L","fields":{},"url":null,"colour":"red"}'
    assert from_json(Record, old) == from_json(Record, new) == Record(key=make_record("K1").key, label="L", fields={})


def test_facts_have_one_spelling() -> None:
    assert canonical({"b": 1, "a": [date(2026, 1, 2), datetime(2026, 1, 2, tzinfo=UTC)]}) == (
        '{"a":["2026-01-02","2026-01-02T00:00:00.000000Z"],"b":1}'
    )
    with pytest.raises(TypeError, match="not a fact"):
        canonical({"a": {1}})
    with pytest.raises(ValueError, match="JSON"):
        canonical({"a": float("nan")})


@given(st.datetimes(timezones=st.timezones()))
def test_text_order_is_time_order_and_keeps_the_instant(moment: datetime) -> None:
    try:
        text = to_text(moment)
    except OverflowError:  # the very first and last days of the calendar, once in UTC
        return
    assert len(text) == 27
    assert to_moment(text) == moment.astimezone(UTC)


def test_the_two_passes_of_a_repeated_hour_are_two_instants() -> None:
    zone = ZoneInfo("America/New_York")
    first, second = (datetime(2026, 11, 1, 1, 30, tzinfo=zone, fold=fold) for fold in (0, 1))
    assert to_text(first) == "2026-11-01T05:30:00.000000Z"
    assert to_text(second) == "2026-11-01T06:30:00.000000Z"


def test_three_thousand_records_are_read_and_written_in_a_fraction_of_a_second() -> None:
    names = [f"field_{n}" for n in range(8)]
    snapshot = make_snapshot(*(make_record(f"L{n}", **{x: f"{x} {n}" for x in names}) for n in range(3133)))
    began = time.process_time()
    assert from_json(Snapshot, to_json(snapshot)) == snapshot
    assert time.process_time() - began < 1.0


def test_a_source_is_read_back_from_its_terse_text_with_all_that_is_followed_behind_it() -> None:
    for source in DEFAULTS.values():
        assert from_json(Source, to_terse_json(source)) == source


def test_a_terse_text_leaves_out_what_is_at_its_default() -> None:
    assert (
        to_terse_json(Contract(min_items=3, fresh_within=timedelta(days=2)))
        == '{"fresh_within":172800.0,"min_items":3}'
    )
