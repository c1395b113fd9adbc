from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from monitor.compose.coverage import checks_words, show_gap, statement
from monitor.compose.headings import Form, form_of, preheader_of, status_of, subject_of
from monitor.model.assessment import Tier
from monitor.model.digest import Card, Digest
from tests.compose import samples

WEEKS = {
    "normal": samples.normal(demo=False),
    "empty": samples.empty(demo=False),
    "gap": samples.gap(demo=False),
    "all failed": samples.all_failed(demo=False),
    "baseline": samples.baseline(demo=False),
    "no sources": samples.empty(coverage=(), demo=False),
}


def flood(number: int, tier: Tier) -> tuple[Card, ...]:
    return tuple(samples.card(samples.change(n, f"Headline {n}"), samples.opinion(tier)) for n in range(number))


@pytest.mark.parametrize(
    ("week", "form", "subject"),
    [
        ("normal", Form.NORMAL, "1 to act on, 2 to review | CMAA Watch, week of Nov 16"),
        ("empty", Form.EMPTY, "No relevant changes, all 9 sources checked | CMAA Watch, Nov 16"),
        ("gap", Form.GAP, "COVERAGE GAP: 1 CMS source unchecked since Nov 18 | CMAA Watch"),
        ("all failed", Form.GAP, "COVERAGE GAP: all 9 sources unchecked since Nov 18 | CMAA Watch"),
        ("baseline", Form.BASELINE, "Baseline captured: 2,061 items, 0 alerts | CMAA Watch"),
        ("no sources", Form.GAP, "COVERAGE GAP: no source is configured | CMAA Watch"),
    ],
)
def test_each_kind_of_week_has_its_subject(week: str, form: Form, subject: str) -> None:
    assert form_of(WEEKS[week]) is form
    assert subject_of(WEEKS[week]) == subject


@pytest.mark.parametrize(
    ("week", "preheader"),
    [
        ("normal", "Act by Dec 2: reconsideration window. All 9 sources checked."),
        ("empty", "63 of 63 checks succeeded. Two older items still await your decision."),
        ("all failed", "0 of 9 sources checked. Please do not sign off this week yet."),
        ("baseline", "All 9 sources read for the first time. Alerts start with the next check."),
    ],
)
def test_the_preheader_adds_to_the_subject(week: str, preheader: str) -> None:
    assert preheader_of(WEEKS[week]) == preheader


@pytest.mark.parametrize("demo", [True, False])
@pytest.mark.parametrize("number", [0, 1, 2, 5, 40, 500])
def test_subjects_stay_short_whatever_the_flood(number: int, demo: bool) -> None:
    cards = flood(number, Tier.ACT) + flood(number, Tier.REVIEW) + flood(number, Tier.FYI)
    for week in WEEKS.values():
        digest = replace(week, cards=cards, demo=demo)
        assert len(subject_of(digest)) < 70
        assert len(preheader_of(digest)) < 90
        assert "CMAA Watch" in subject_of(digest)
        assert subject_of(digest).startswith("[DEMO] ") is demo


@settings(max_examples=60)
@given(st.text(min_size=1, max_size=120), st.integers(min_value=1, max_value=1200), st.booleans())
def test_no_name_breaks_a_gap_subject(name: str, total: int, demo: bool) -> None:
    row = samples.with_gap(samples.coverage(source_name=name, authority=name), "cms.lcds")[5]
    good = replace(row, verified_at_end=True)
    for coverage in ((row, *([good] * total)), (row,) * total, (row, row, *([good] * total))):
        subject = subject_of(samples.gap(coverage=coverage, demo=demo))
        assert len(subject) < 70
        assert subject.isprintable()
        assert "COVERAGE GAP" in subject
        assert len(preheader_of(samples.gap(coverage=coverage))) < 90


def test_a_gap_outranks_news() -> None:
    digest = samples.normal(coverage=samples.with_gap(samples.coverage(), "fda.ai-devices"))
    assert form_of(digest) is Form.GAP
    assert "1 to act on, 2 to review, 1 for information" in " ".join(status_of(digest))


def test_several_gaps_of_one_authority_go_by_its_name() -> None:
    digest = samples.gap(coverage=samples.with_gap(samples.coverage(), "cms.lcds", "cms.ncds"), demo=False)
    assert subject_of(digest) == "COVERAGE GAP: 2 CMS sources unchecked since Nov 18 | CMAA Watch"


def test_a_source_that_never_was_verified_has_no_since() -> None:
    rows = samples.with_gap(samples.coverage(), "cms.lcds")
    never = tuple(replace(r, last_good_at=None) if not r.verified_at_end else r for r in rows)
    digest = samples.gap(coverage=never, demo=False)
    assert subject_of(digest) == "COVERAGE GAP: CMS LCD / articles (AI terms) not verified | CMAA Watch"
    assert show_gap(digest.gaps[0], "UTC").last_good == "never verified so far"
    assert "up to the end of Nov 22, 2026" in statement(digest, 1)


def test_items_for_information_are_counted_only_when_alone() -> None:
    assert subject_of(samples.normal(cards=flood(3, Tier.FYI), demo=False)).startswith("3 for information |")


def test_noise_is_not_news() -> None:
    assert form_of(samples.normal(cards=flood(3, Tier.NOISE))) is Form.EMPTY


def test_one_new_source_among_old_ones_is_no_baseline_week() -> None:
    rows = samples.empty().coverage
    assert form_of(samples.empty(coverage=(*rows[1:], replace(rows[0], result="baseline")))) is Form.EMPTY


def test_a_baseline_with_a_failed_source_is_a_gap_that_names_both() -> None:
    rows = samples.with_gap(samples.baseline().coverage, "cms.lcds")
    digest = samples.baseline(coverage=rows)
    assert form_of(digest) is Form.GAP
    assert "Baseline captured for 8 sources." in " ".join(status_of(digest))


def test_passed_dates_are_not_acted_by() -> None:
    later = samples.normal(made_at=datetime(2026, 12, 20, tzinfo=UTC))
    assert preheader_of(later) == "Next date Jan 4: comments close. All 9 sources checked."


def test_the_statement_of_a_gap_week_names_the_gap() -> None:
    words = statement(samples.gap(), 1)
    assert "8 of 9 sources checked" in words
    assert "CMS LCD / articles (AI terms) was not verified after Nov 18, 2026" in words
    assert "Nov 22, 2026" in words
    assert "not verified" not in statement(samples.normal(), 4)


def test_what_failed_is_said_in_words() -> None:
    gap = show_gap(samples.gap().gaps[0], "America/New_York")
    assert gap.failed.startswith("4 checks failed: the page answered, but the results table was missing")
    assert gap.last_good == "last good check Wed Nov 18, 2026, 7:05 AM ET"
    unrun = replace(samples.gap().gaps[0], failed=0, not_run=7, failing_since=None)
    assert show_gap(unrun, "UTC").failed == "7 checks were due and never ran."


def subject_of_day(first: date) -> str:
    return subject_of(samples.empty(period=replace(samples.PERIOD, first_day=first), demo=False))


def test_every_week_of_the_year_fits() -> None:
    assert all(len(subject_of_day(date(2026, month, 28))) < 70 for month in range(1, 13))


def test_a_digest_is_a_pure_function_of_its_model() -> None:
    digest: Digest = samples.normal()
    assert subject_of(digest) == subject_of(samples.normal())


def test_a_span_in_which_nothing_was_due_yet_is_not_called_checked() -> None:
    digest = samples.empty(coverage=samples.coverage(expected=0, good=0, failed=0, result="unchanged"))
    assert "No check was due yet" in subject_of(digest)
    assert "NOT CHECKED YET" in status_of(digest)[0]
    assert "succeeded" not in " ".join((preheader_of(digest), *status_of(digest)))


def test_a_try_that_failed_beside_the_due_checks_is_named_apart() -> None:
    digest = samples.empty(coverage=samples.coverage(expected=7, good=7, failed=1)[:1])
    assert checks_words(digest) == "7 of 7 checks succeeded, 1 further try failed"
    lost = samples.empty(coverage=samples.coverage(expected=7, good=6, failed=1)[:1])
    assert checks_words(lost) == "6 of 7 checks succeeded"
