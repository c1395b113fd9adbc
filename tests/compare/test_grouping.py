from collections.abc import Sequence

import pytest

from monitor.compare.differences import difference
from monitor.compare.grouping import counted, group
from monitor.model.difference import News
from monitor.model.ids import ChangeId, RecordKey
from monitor.model.snapshot import Snapshot
from monitor.model.source import Kind, Source
from tests.compare.build import devices, prose, record, source, table

LCDS = source("Medicare local coverage determinations", authority="CMS", noun="final LCD", kind=Kind.JSON)
APPENDIX = source("CPT Appendix S (taxonomy of AI)", authority="AMA", noun="passage", kind=Kind.PROSE)


def headlines(before: Snapshot, after: Snapshot, of: Source) -> Sequence[tuple[News, str]]:
    return [(d.news, d.headline) for d in group(difference(before, after), of, reverted={})]


def test_each_kind_of_news_is_one_draft() -> None:
    before = table(*devices(4), record("R1", device="gone"))
    after = table(
        record("K000001", device="device 1!", company="Company 1"),
        record("K000002", device="Renamed", company="Company 2"),
        *devices(4)[2:],
        *devices(136, start=1000),
    )
    assert headlines(before, after, source()) == [
        (News.ADDED, "FDA added 136 devices to the list of AI-enabled medical devices"),
        (News.REMOVED, "FDA removed R1: gone"),
        (News.MODIFIED, "FDA changed K000002: Renamed"),
        (News.EDITORIAL, "FDA respelled K000001: device 1! (no change in meaning)"),
    ]


def test_no_difference_is_no_draft() -> None:
    assert group((), source(), reverted={}) == ()


def test_a_lists_name_stands_only_where_it_reads_well() -> None:
    before, after = (
        table(*(record(f"L{n}", a="x") for n in range(3))),
        table(*(record(f"L{n}", a="y") for n in range(3))),
    )
    assert headlines(before, after, LCDS) == [(News.MODIFIED, "CMS changed 3 final LCDs")]
    named = source("AI-enabled device list")
    assert headlines(table(), table(*devices(2)), named) == [
        (News.ADDED, "FDA added 2 devices to the AI-enabled device list")
    ]


def test_items_without_a_noun_of_their_own_are_told_with_the_name_of_their_page() -> None:
    page = source("Medical policies", authority="ACME", noun="item", kind=Kind.TABLE)
    before, after = (table(*(record(f"P{n}", a=value) for n in range(2))) for value in "xy")
    assert headlines(before, after, page) == [(News.MODIFIED, "ACME changed 2 items on Medical policies")]
    assert headlines(table(), after, page) == [(News.ADDED, "ACME added 2 items to Medical policies")]


def test_one_item_is_named_and_an_address_is_not_a_name() -> None:
    one = table(record("L39840 v14", "Ambulatory EEG"))
    assert headlines(table(), one, LCDS) == [(News.ADDED, "CMS added L39840 v14: Ambulatory EEG")]
    link = table(record("https://www.ama-assn.org/system/files/a.pdf", "May 2026 summary"))
    index = source("CPT Panel actions", authority="AMA", noun="document", kind=Kind.LINKS)
    assert headlines(table(), link, index) == [(News.ADDED, "AMA published May 2026 summary")]


def test_an_entry_of_a_feed_goes_by_its_title_and_never_by_the_feeds_own_id() -> None:
    feed = source("CMS newsroom", authority="CMS", noun="notice", kind=Kind.FEED)
    titled, bare = record("tag-7f31", "DEMO fees for 2027"), record("tag-7f32", "tag-7f32")
    assert headlines(table(), table(titled), feed) == [(News.ADDED, "CMS published DEMO fees for 2027")]
    assert headlines(table(), table(bare), feed) == [(News.ADDED, "CMS published an entry without a title")]


def test_prose_is_one_revision() -> None:
    before = prose("Intro words", "The software supports the physician in reading images", "Old closing words", "End")
    after = prose("Intro words", "The software replaces the physician in reading images", "End", "Some new thing")
    assert headlines(before, after, APPENDIX) == [(News.MODIFIED, "AMA revised CPT Appendix S (3 passages)")]
    assert headlines(prose("a"), prose("a", "b"), APPENDIX) == [
        (News.MODIFIED, "AMA added 1 passage to CPT Appendix S")
    ]
    assert headlines(prose("a b"), prose("A b."), APPENDIX) == [
        (News.EDITORIAL, "AMA tidied CPT Appendix S (1 passage, no change in meaning)")
    ]
    assert headlines(prose("a", "b", "c"), prose("b", "c", "a"), APPENDIX) == [
        (News.EDITORIAL, "AMA rearranged CPT Appendix S (1 passage moved)")
    ]


def test_a_change_taken_back_names_the_change() -> None:
    before, after = table(*devices(3)), table(*(record(d.key, device="x") for d in devices(3)))
    reverted = {RecordKey("K000001"): ChangeId("CH-2026-0002"), RecordKey("K000002"): ChangeId("CH-2026-0001")}
    found = group(difference(before, after), source(), reverted=reverted)
    assert [(d.news, d.reverts, [x.key for x in d.differences]) for d in found] == [
        (News.MODIFIED, None, ["K000003"]),
        (News.REVERTED, "CH-2026-0001", ["K000002"]),
        (News.REVERTED, "CH-2026-0002", ["K000001"]),
    ]
    assert found[1].headline == "FDA took back its change to K000002: x"


def test_a_spelling_that_flips_back_is_still_only_a_spelling() -> None:
    found = difference(table(record("K1", a="Foo")), table(record("K1", a="FOO")))
    drafts = group(found, source(), reverted={RecordKey("K1"): ChangeId("CH-2026-0001")})
    assert [(d.news, d.reverts) for d in drafts] == [(News.EDITORIAL, None)]


@pytest.mark.parametrize("length", range(60, 100))
def test_a_headline_is_whole_up_to_89_characters_and_cut_at_a_word_beyond(length: int) -> None:
    name = "word " * 30
    whole = f"FDA removed R1: {name}"[:length].rstrip()
    ((_, headline),) = headlines(table(record("R1", device=whole.removeprefix("FDA removed R1: "))), table(), source())
    assert headline == whole if len(whole) <= 89 else headline.endswith("word…")
    assert len(headline) <= 89


@pytest.mark.parametrize(("length", "said"), [(89, " (no change in meaning)"), (90, "")])
def test_the_fullest_wording_that_fits_is_used(length: int, said: str) -> None:
    name = "x" * (length - len("FDA respelled R1:  (no change in meaning)"))
    before, after = (table(record("R1", name, device=device)) for device in ("Device", "DEVICE"))
    assert headlines(before, after, source()) == [(News.EDITORIAL, f"FDA respelled R1: {name}{said}")]


def test_hostile_and_endless_names_stay_one_short_line() -> None:
    label = "Evil\r\nSubject: x\x1b[2J\u202e " + "word " * 500
    ((_, headline),) = headlines(table(), table(record("K1", label)), source())
    assert len(headline) < 90
    assert headline.isprintable()
    assert headline.startswith("FDA added K1: Evil Subject: x [2J word")
    ((_, endless),) = headlines(table(), table(record("K1", "x" * 5000)), source())
    assert len(endless) < 90


@pytest.mark.parametrize(
    ("noun", "told"),
    [("device", "1,430 devices"), ("national coverage analysis", "1,430 national coverage analyses"),
     ("policy", "1,430 policies"), ("key", "1,430 keys"), ("index", "1,430 indexes")],
)  # fmt: skip
def test_nouns_are_counted_as_people_do(noun: str, told: str) -> None:
    assert counted(1430, noun) == told
    assert counted(1, noun) == f"1 {noun}"
