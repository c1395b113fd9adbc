"""Which version of a document is in force is said by the date alone."""

from datetime import date

import pytest
from msgspec.structs import replace

from monitor.compose.digest import render_digest
from monitor.compose.versions import version_words, versions_of
from monitor.model.source import DocumentVersion
from tests.compose import samples

NEW = DocumentVersion(document="DEMO appendix", first_day=date(2027, 1, 1))
OLD = DocumentVersion(document="DEMO appendix", first_day=date(2022, 1, 1), last_day=date(2026, 12, 31))


@pytest.mark.parametrize(
    ("today", "new", "old"),
    [
        (date(2026, 11, 23), "effective later (from Jan 1, 2027)", "in force today (until Dec 31, 2026)"),
        (date(2026, 12, 31), "effective later (from Jan 1, 2027)", "in force today (until Dec 31, 2026)"),
        (date(2027, 1, 1), "in force today (since Jan 1, 2027)", "no longer in force (until Dec 31, 2026)"),
        (date(2021, 12, 31), "effective later (from Jan 1, 2027)", "effective later (from Jan 1, 2022)"),
    ],
)
def test_the_labels_move_with_the_date(today: date, new: str, old: str) -> None:
    assert version_words(NEW, today) == f"DEMO appendix: {new}"
    assert version_words(OLD, today) == f"DEMO appendix: {old}"
    rows = (*samples.coverage()[:1], replace(samples.coverage()[1], version=OLD))
    both = (*rows, replace(samples.coverage()[2], version=NEW))
    assert versions_of(both, today) == (
        f"DEMO appendix, {old}: AMA Panel agendas and calendar; {new}: AMA Appendix S.",
    )


def test_a_version_without_days_is_in_force() -> None:
    assert version_words(DocumentVersion(document="DEMO"), date(2026, 1, 1)) == "DEMO: in force today"


def test_the_digest_says_it_beside_the_item_and_under_the_sources() -> None:
    digest = samples.normal()
    digest = replace(
        digest,
        cards=tuple(replace(card, version=NEW) for card in digest.cards),
        coverage=tuple(replace(row, version=NEW) for row in digest.coverage[:1]) + digest.coverage[1:],
    )
    message = render_digest(digest, samples.templates())
    for part in (message.text, message.html):
        flat = " ".join(part.split())
        assert flat.count("DEMO appendix: effective later (from Jan 1, 2027)") >= 2
        assert "DEMO appendix, effective later (from Jan 1, 2027): AMA Panel actions." in flat
