"""Rows that changed without news of content: a date that came, a contractor with another name."""

import pytest
from msgspec.structs import replace

from monitor.compare.absences import settle_absences
from monitor.compare.aliases import folded_aliases
from monitor.compare.differences import difference
from monitor.compare.grouping import Draft, group
from monitor.compare.versions import superseded
from monitor.model.difference import News
from monitor.model.ids import RecordKey
from monitor.model.snapshot import Record
from monitor.model.source import Source
from monitor.sources.cms_local import ROLES
from tests.compare.build import NOW, source, table

NGS, WELLPOINT, CGS = "National Government Services, Inc.", "Wellpoint Federal", "CGS Administrators, LLC"
ALIASES = folded_aliases({WELLPOINT: NGS, "NGS": NGS})
LCDS: Source = replace(source("Medicare LCDs", authority="CMS", noun="LCD"), roles=ROLES)


def lcd(number: int = 39297, version: int = 6, *, note: str = "", title: str = "A title", **fields: str) -> Record:
    display = f"L{number}"
    own = {"contractor_name_type": f"{NGS} (MAC - Part A)", "effective_date": "2025-09-07", "updated_on": "2025-08-06"}
    names = {"document_display_id": display, "document_version": str(version), "title": title, "note": note}
    return Record(
        key=RecordKey(f"{display} v{version}"), label=title, fields={**names, **own, **fields}, document=display
    )


def drafts(before: list[Record], after: list[Record]) -> tuple[Draft, ...]:
    old, new = table(*before), table(*after)
    return group(difference(old, new, aliases=ALIASES), LCDS, reverted={}, superseded=superseded(old, new))


def told(before: list[Record], after: list[Record]) -> list[tuple[News, str, int]]:
    return [(one.news, one.headline, len(one.differences)) for one in drafts(before, after)]


@pytest.mark.parametrize(
    ("old", "new", "event"),
    [
        ("Future", "", "took effect"),
        ("Future(Notice Ends 09/06/2025)", "(Notice Ended 09/06/2025)", "took effect"),
        ("(Notice Ended 09/06/2025)", "", "moved on by the calendar"),
        ("Future", "Future(Notice Ends 09/06/2025)", "moved on by the calendar"),
        ("", "Retired", "was retired"),
        ("In Comment", "Comments Ended", "closed for comment"),
        ("Comments Ended", "In Notice", "went into notice"),
    ],
)
def test_a_note_that_the_calendar_moved_is_a_step_of_its_life(old: str, new: str, event: str) -> None:
    found = told([lcd(note=old)], [lcd(note=new, updated_on="2025-09-07")])
    assert found == [(News.LIFECYCLE, f"CMS LCD {event}: L39297 v6: A title", 1)]


def test_many_steps_on_one_day_are_one_event_that_counts_them() -> None:
    before = [lcd(number, note="Future") for number in range(30001, 30301)] + [lcd(30400, note="(Notice Ended 1)")]
    after = [replace(r, fields={**r.fields, "note": ""}) for r in before]
    assert told(before, after) == [
        (News.LIFECYCLE, "CMS: 300 LCDs took effect, 1 LCD moved on by the calendar", 301),
    ]


def test_a_note_that_moves_with_the_content_is_content() -> None:
    found = told([lcd(note="Future")], [lcd(note="", title="Another title")])
    assert [news for news, _, _ in found] == [News.MODIFIED]
    found = told([lcd(note="")], [lcd(note="Retired", retirement_date="2025-10-01")])
    assert [news for news, _, _ in found] == [News.MODIFIED]


def test_a_new_version_with_a_note_is_a_new_version() -> None:
    assert [news for news, _, _ in told([lcd(version=6)], [lcd(version=7, note="Future")])] == [News.MODIFIED]


def test_the_version_in_force_gives_way_to_the_one_announced_and_neither_is_called_removed() -> None:
    before = [lcd(version=3), lcd(version=6, note="Future")]
    assert told(before, [lcd(version=6)]) == [
        (News.LIFECYCLE, "CMS: 1 LCD gave way to the next version, 1 LCD took effect", 2)
    ]
    settled = settle_absences(table(*before), table(lcd(version=6)), {}, now=NOW, confirm_after=NOW - NOW)
    assert (settled.pending, [r.key for r in settled.effective.records]) == ({}, ["L39297 v6"])


def test_an_announced_version_that_is_withdrawn_is_removed() -> None:
    found = told([lcd(version=3), lcd(version=6, note="Future")], [lcd(version=3)])
    assert found == [(News.REMOVED, "CMS removed L39297 v6: A title", 1)]


def held(by: str, *, version: int = 6, number: int = 39297, **fields: str) -> Record:
    return lcd(number, version, contractor_name_type=f"{by} (MAC - Part A)", **fields)


def test_a_contractor_renamed_over_300_rows_is_one_event_also_where_the_version_moves_with_it() -> None:
    before = [held(NGS, number=number) for number in range(30001, 30301)]
    same = [held(WELLPOINT, number=number) for number in range(30001, 30151)]
    moved = [held(WELLPOINT, number=n, version=7, effective_date="2026-04-01") for n in range(30151, 30301)]
    headline = f"Renamed: {NGS} is now {WELLPOINT} (300 LCDs)"
    assert told(before, same + moved) == [(News.RENAMED, headline, 300)]


def test_two_contractors_renamed_are_two_events() -> None:
    found = told([held(NGS), held("NGS", number=30000)], [held(WELLPOINT), held(WELLPOINT, number=30000)])
    assert [(news, count) for news, _, count in found] == [(News.RENAMED, 1), (News.RENAMED, 1)]


def test_one_of_two_contractors_that_share_a_document_may_be_renamed() -> None:
    shared = [lcd(contractor_name_type=f"{CGS} (DME MAC) {name} (DME MAC)") for name in (NGS, WELLPOINT)]
    assert told(shared[:1], shared[1:]) == [(News.RENAMED, f"Contractor renamed: {NGS} is now {WELLPOINT} (1 LCD)", 1)]


def test_a_document_that_passes_to_another_contractor_or_changes_its_title_with_the_name_is_content() -> None:
    assert [news for news, _, _ in told([held(NGS)], [held(CGS)])] == [News.MODIFIED]
    assert [news for news, _, _ in told([held(NGS)], [held(WELLPOINT, title="Other")])] == [News.MODIFIED]


def test_a_name_spelled_otherwise_is_no_renaming() -> None:
    assert [news for news, _, _ in told([held(NGS)], [held("National Government Services Inc")])] == [News.EDITORIAL]


def test_both_versions_of_a_document_that_get_a_new_number_have_a_successor_each() -> None:
    before = [held(NGS, version=3), held(NGS, version=6, note="Future")]
    after = [held(WELLPOINT, version=4), held(WELLPOINT, version=7, note="Future")]
    (draft,) = drafts(before, after)
    assert [(d.before.key, d.key) for d in draft.differences if d.before] == [  # type: ignore[union-attr]
        ("L39297 v3", "L39297 v4"),
        ("L39297 v6", "L39297 v7"),
    ]
