import html as entities
import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

import pytest
from jinja2 import DictLoader, UndefinedError
from msgspec import Struct
from msgspec.structs import fields, replace

from monitor.compose.cards import CardView
from monitor.compose.desk import Pointer
from monitor.compose.digest import HTML_LIMIT_BYTES, WORDS, limits_for, render_digest, view_of
from monitor.compose.environment import TEXT_WIDTH, render, text_environment
from monitor.compose.hostile import Link
from monitor.compose.view import DigestView, Limits, OlderItem, TierView
from monitor.compose.wording import DEMO_RIBBON
from monitor.model.assessment import Tier
from monitor.model.digest import Card, Digest, Message
from monitor.model.ids import ChangeId
from tests.compose import samples

TEMPLATES = samples.templates()
WEEKS = {
    "normal": samples.normal(),
    "empty": samples.empty(),
    "gap": samples.gap(),
    "all failed": samples.all_failed(),
    "baseline": samples.baseline(),
    "no sources": samples.empty(coverage=(), monitoring_since=None, chain_head=None),
    "no desk": samples.normal(link_base=None),
    "preview": samples.normal(preview=True, demo=False),
}
MAILS = {name: render_digest(digest, TEMPLATES) for name, digest in WEEKS.items()}

DATE = re.compile(r"\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{1,2}, \d{4}\b")
CHANGE_ID = re.compile(r"\bCH-2026-\d+\b")
TEXT_LINK = re.compile(r"https?://[^\s)]+")
HOSTILE = '<script>alert(1)</script>\r\nBcc: x@y.invalid\u202egnp.exe{{7*7}}\x00\x1b[31m<!channel>" onload="x'

all_mails = pytest.mark.parametrize("mail", MAILS.values(), ids=MAILS.keys())


def words_of(html: str) -> str:
    """What a reader sees, without style, title and preheader."""
    body = re.sub(r'<span class="id">([^<]*)</span>', r"\1", html[html.index("</head>") :])
    return " ".join(entities.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def hrefs(html: str) -> set[str]:
    return {entities.unescape(link) for link in re.findall(r'href="([^"]*)"', html)}


def flood(number: int, tier: Tier) -> tuple[Card, ...]:
    heads = (f"Headline {n} " + "<&" * 60 for n in range(number))
    return tuple(samples.card(samples.change(n, head), samples.opinion(tier)) for n, head in enumerate(heads))


@all_mails
def test_text_and_html_hold_the_same_items_dates_and_links(mail: Message) -> None:
    seen = words_of(mail.html)
    assert set(CHANGE_ID.findall(mail.text)) == set(CHANGE_ID.findall(seen))
    assert set(DATE.findall(" ".join(mail.text.split()))) == set(DATE.findall(seen))
    assert {link.rstrip(".") for link in TEXT_LINK.findall(mail.text)} == hrefs(mail.html)


@pytest.mark.parametrize("week", WEEKS)
def test_text_and_html_both_hold_every_word_of_the_view(week: str) -> None:
    text, seen = " ".join(MAILS[week].text.split()).lower(), words_of(MAILS[week].html).lower()
    for words in leaves(view_of(WEEKS[week], limits_for(WEEKS[week], TEMPLATES))):
        assert words.lower() in text, words
        assert words.lower() in seen, words


def leaves(part: object) -> Iterator[str]:
    """Every string of a view but those that stand for something else in one of the parts."""
    match part:
        case str():
            yield part
        case Link():
            return  # compared as addresses
        case Pointer():
            yield "" if part.link else part.command
        case tuple():
            for item in part:
                yield from leaves(item)
        case DigestView() | CardView() | TierView():
            hidden = {"subject", "preheader", "form"} | (set() if getattr(part, "gaps", True) else {"gap_since"})
            hidden |= set() if getattr(part, "confirm", True) else {"statement"}
            hidden |= {"all_changes", "filtered_page"}
            yield from (w for f in fields(part) if f.name not in hidden for w in leaves(getattr(part, f.name)))
        case Struct():
            names = (f.name for f in fields(part) if not (isinstance(part, OlderItem) and f.name == "redline"))
            yield from (w for name in names for w in leaves(getattr(part, name)))


@all_mails
def test_text_keeps_to_72_columns_but_for_addresses(mail: Message) -> None:
    long = [line for line in mail.text.splitlines() if len(line) > TEXT_WIDTH and "://" not in line]
    assert long == []
    assert not any(line != line.rstrip() for line in mail.text.splitlines())


@all_mails
def test_the_mail_is_small(mail: Message) -> None:
    assert len(mail.html.encode()) < HTML_LIMIT_BYTES
    assert len(mail.text.split()) < 1100


def test_a_busy_week_does_not_say_twice_what_it_said_above_and_leaves_nothing_out() -> None:
    week = samples.normal()
    ids = [ChangeId(f"CH-2026-{10 * n + at}") for n in (100, 101) for at in range(len(week.cards))]
    cards = [replace(card, change=replace(card.change, id=id_)) for card, id_ in zip(week.cards * 2, ids, strict=True)]
    busy = replace(week, cards=tuple(cards), dates_ahead=tuple(replace(d, change_id=ids[0]) for d in week.dates_ahead))
    limits = limits_for(busy, TEMPLATES)
    assert (limits.lean, limits.full_cards) == (True, 2)
    mail = render_digest(busy, TEMPLATES)
    for part in (" ".join(mail.text.split()), words_of(mail.html)):
        assert all(id_ in part for id_ in ids)
        assert "(stated" in part
    assert set(DATE.findall(" ".join(mail.text.split()))) == set(DATE.findall(words_of(mail.html)))
    wordy = view_of(busy, replace(limits, lean=False))
    assert len(mail.text.split()) < len(
        render(text_environment(TEMPLATES), "digest.txt", d=wordy, ribbon=DEMO_RIBBON).split()
    )


def test_an_empty_week_is_much_shorter_than_a_busy_one() -> None:
    assert len(MAILS["empty"].text.split()) < 420
    assert len(MAILS["baseline"].text.split()) < 420


def test_sections_stand_in_the_order_of_the_specification() -> None:
    order = [
        "THIS WEEK IN BRIEF",
        "ACT (1)",
        "REVIEW (2)",
        "FOR INFORMATION (1)",
        "DATES AHEAD (60 days)",
        "WHERE CMAA STANDS",
        "AWAITING YOUR DECISION (2)",
        "SOURCES CHECKED",
        "FILTERED OUT (11)",
        "AUDIT CHAIN",
        "CONFIRM THAT YOU REVIEWED",
        "Automated summary of public pages.",
    ]
    places = [MAILS["normal"].text.index(title) for title in order]
    assert all(a < b for a, b in pairwise(places))


def test_a_card_has_every_line_of_the_specification() -> None:
    text = " ".join(MAILS["normal"].text.split())
    for part in (
        "1. AMA posts Panel actions that name CMAA for the first time",
        "first seen Nov 18, 2026",
        'ADDED: "Tab DEMO-12 - Clinically Meaningful',
        "Why it matters (suggested)",
        "Stage On agenda -> PANEL ACTION POSTED Next: reconsideration window",
        "Affects code 92229; DEMO-K260007 RetinaDemo",
        "Dec 2, 2026 reconsideration closes (computed: 14 days after posting",
        "Confidence High: official page, added text, exact term",
        "CH-2026-0147. Last unchanged Nov 17, 2026, 7:03 AM ET; first changed Nov 18, 2026, 7:04 AM ET.",
        "Snapshots 8f31c2 -> b90a47",
        "Official page: https://ama-panel-actions.demo.invalid/list",
        "Redline: https://watch.demo.invalid/c/CH-2026-0147",
        "Decide: https://watch.demo.invalid/c/CH-2026-0147#decide",
    ):
        assert part in text, part


def test_every_date_ahead_has_its_basis_and_lies_within_60_days() -> None:
    near = samples.normal()
    far = replace(near.dates_ahead[0], date=replace(near.dates_ahead[0].date, on=near.made_at.date() + timedelta(61)))
    past = replace(far, date=replace(far.date, on=near.made_at.date() - timedelta(1)))
    view = view_of(replace(near, dates_ahead=(far, past, *near.dates_ahead)), Limits())
    assert [row.day for row in view.dates] == ["Dec 2, 2026", "Jan 1, 2027", "Jan 4, 2027"]
    assert all(row.basis.startswith(("computed", "stated", "entered")) for row in view.dates)


def test_where_cmaa_stands_is_the_sheet_with_the_first_sentence_of_each_answer() -> None:
    standing = view_of(samples.normal(), Limits()).standing
    assert standing.stage == "Nothing official found."
    assert standing.questions == (("Medicare?", "Unknown. Nothing official found."),)
    assert standing.whence == "Jul 31, 2026, starter sheet", "said once for all answers that share it"


@pytest.mark.parametrize(
    ("authority", "line"), [("CMS", "Not monitored (0 payer"), ("ACME", "Unknown. Nothing official")]
)
def test_what_payers_say_is_not_known_but_not_monitored_while_none_of_their_pages_is_watched(
    authority: str, line: str
) -> None:
    asked = samples.sheet()[1]
    payers = replace(asked, question=replace(asked.question, id="payers"))
    rows = tuple(replace(one, authority=authority) for one in samples.coverage())
    ((_, said),) = view_of(samples.empty(sheet=(payers,), coverage=rows), Limits()).standing.questions
    assert said.startswith(line)


def test_an_address_is_never_cut_in_two() -> None:
    address = "https://ama.demo.invalid/" + "a-long-way/" * 9
    panel = samples.panel_card()
    grounds = replace(panel.assessment, confidence_grounds=(address[:79],))
    text = render_digest(samples.normal(cards=(replace(panel, assessment=grounds),)), TEMPLATES).text
    assert address[:79] in text


def test_a_question_says_which_changes_may_have_moved_it_until_a_person_looks() -> None:
    ids = tuple(ChangeId(f"CH-2026-000{n}") for n in (1, 2, 3))
    digest = samples.normal(sheet=samples.sheet(may_move=ids))
    _, line = view_of(digest, Limits()).standing.questions[0]
    assert line.endswith("May have moved: CH-2026-0003, CH-2026-0002 and 1 more.")


def test_the_item_with_the_nearest_deadline_always_has_a_full_card() -> None:
    far = flood(9, Tier.ACT)
    near = replace(samples.lcd_card(), change=replace(samples.lcd_card().change, id=ChangeId("CH-2026-0999")))
    digest = samples.normal(cards=(*far, near))
    carded = [card.change_id for tier in view_of(digest, Limits()).tiers for card in tier.cards]
    assert (len(carded), carded[-1]) == (5, "CH-2026-0999")


@pytest.mark.parametrize(
    ("left", "reminded"),
    [(0, False), (2, True), (8, True), (13, True), (14, True), (20, True), (21, False), (30, False)],
)
def test_a_weekly_digest_reminds_of_an_open_date_when_a_mark_of_14_7_or_2_days_falls_before_the_next(
    left: int, reminded: bool
) -> None:
    shown = samples.lcd_card()
    due = replace(shown.assessment.dates[0], on=samples.MADE.date() + timedelta(days=left))
    ahead = replace(samples.ahead(shown, "Proposed LCD DEMO-DL1"), date=due)
    (row,) = view_of(samples.empty(awaiting=(samples.open_item(shown),), dates_ahead=(ahead,)), Limits()).dates
    assert row.reminder == (f"In {left} days, open" if reminded else "")
    (closed,) = view_of(samples.empty(awaiting=(), dates_ahead=(ahead,)), Limits()).dates
    assert closed.reminder == "", "nothing open, no reminder"


def test_a_busy_week_keeps_two_full_cards_and_a_quiet_one_all_of_them() -> None:
    assert limits_for(samples.empty(), TEMPLATES) == Limits()
    assert len(MAILS["normal"].text.split()) <= WORDS + 50
    assert limits_for(samples.normal(cards=flood(9, Tier.ACT)), TEMPLATES).full_cards <= 5


def test_gaps_that_began_on_different_days_name_no_common_copy() -> None:
    gap = samples.gap()
    first, second = gap.coverage[0], next(c for c in gap.coverage if not c.verified_at_end)
    assert second.last_good_at is not None
    other = replace(first, verified_at_end=False, last_good_at=second.last_good_at - timedelta(days=2))
    rows = (other, *gap.coverage[1:])
    assert "compared with its last verified copy" in " ".join(
        render_digest(replace(gap, coverage=rows), TEMPLATES).text.split()
    )


def test_no_longest_gap_is_claimed_where_nothing_was_ever_good() -> None:
    gap = samples.gap()
    rows = tuple(
        replace(c, verified_at_end=False, good=0, last_good_at=None, longest_gap_s=120.0) for c in gap.coverage
    )
    assert "Longest gap" not in render_digest(replace(gap, coverage=rows), TEMPLATES).text


def test_an_empty_week_lists_every_source_with_its_checks() -> None:
    text = MAILS["empty"].text
    assert "NO RELEVANT CHANGES." in text
    for _, name, _, _ in samples.SOURCES:
        assert re.search(re.escape(name) + r"\s+7/7\s+Sun 7:04 AM ET\s+unchanged", text)
    assert "Longest gap between good checks: 24 h 03 min" in " ".join(text.split())


def test_a_gap_week_opens_with_the_gap_and_what_to_do() -> None:
    text = " ".join(MAILS["gap"].text.split())
    assert text.index("COVERAGE GAP.") < text.index("THIS WEEK IN BRIEF")
    for part in (
        "1 of 9 sources could not be verified.",
        "last good check Wed Nov 18, 2026, 7:05 AM ET",
        "We do NOT know whether anything changed there",
        "Check by hand: https://cms-lcds.demo.invalid/list",
        "compared with the Nov 18 copy",
        "Found late: changed between Thu Nov 12, 2026, 7:04 AM ET and Wed Nov 18, 2026, 7:04 AM ET",
        "CORRECTIONS (1)",
        "takes back CH-2026-0147",
        "2 messages could not be delivered",
        "3/7",
        "UNVERIFIED",
    ):
        assert part in text, part
    assert "COVERAGE GAP" in MAILS["gap"].subject


def test_a_baseline_says_so_and_alerts_nobody() -> None:
    assert "BASELINE CAPTURED: 2,061 items from 9 sources, 0 alerts." in MAILS["baseline"].text
    assert "THIS WEEK IN BRIEF" not in MAILS["baseline"].text


def test_without_a_desk_commands_stand_where_links_would() -> None:
    mail = MAILS["no desk"]
    assert "cmaa-monitor show CH-2026-0147" in mail.text
    assert "cmaa-monitor show CH-2026-0147" in words_of(mail.html)
    assert "watch.demo.invalid" not in mail.text + mail.html
    assert "CONFIRM" not in mail.text
    assert "confirm" not in mail.html


@pytest.mark.parametrize("base", ["javascript:alert(1)", "watch.demo.invalid", "https://a b/", "ftp://x.invalid"])
def test_an_unusable_desk_address_is_no_desk(base: str) -> None:
    mail = render_digest(samples.normal(link_base=base), TEMPLATES)
    assert base not in mail.html
    assert "cmaa-monitor show CH-2026-0147" in mail.text


def test_the_demo_ribbon_stands_on_top_of_every_part() -> None:
    mail = MAILS["normal"]
    assert mail.text.startswith(DEMO_RIBBON)
    assert words_of(mail.html).index(DEMO_RIBBON) < words_of(mail.html).index("CMAA Watch: weekly digest")
    assert mail.subject.startswith("[DEMO] ")
    real = render_digest(samples.normal(demo=False), TEMPLATES)
    assert "DEMO -" not in real.text + real.html + real.subject


def test_a_preview_says_that_nothing_was_sent() -> None:
    assert "Nothing was sent" in MAILS["preview"].text
    assert "Nothing was sent" in MAILS["preview"].html


@pytest.mark.parametrize("tier", [Tier.ACT, Tier.REVIEW, Tier.FYI])
@pytest.mark.parametrize("number", [6, 60, 1000])
def test_a_flood_is_counted_and_stays_small(number: int, tier: Tier) -> None:
    digest = samples.normal(cards=flood(number, tier))
    mail, view = render_digest(digest, TEMPLATES), view_of(digest, Limits())
    assert len(mail.html.encode()) < HTML_LIMIT_BYTES
    (section,) = view.tiers
    assert section.total == number
    assert len(section.cards) == (0 if tier is Tier.FYI else 5)
    hidden = number - len(section.cards) - len(section.lines)
    assert section.more == (f"and {hidden:,} more" if hidden else "")
    assert f"({number})" in mail.text


def test_full_cards_go_to_what_must_be_acted_on_first() -> None:
    digest = samples.normal(cards=flood(9, Tier.REVIEW) + flood(4, Tier.ACT) + flood(3, Tier.FYI))
    act, review, fyi = view_of(digest, Limits()).tiers
    assert [len(s.cards) for s in (act, review, fyi)] == [4, 1, 0]
    numbers = [n for s in (act, review, fyi) for n in (*(c.number for c in s.cards), *(o.number for o in s.lines))]
    assert numbers == list(range(1, 17))


def worst_week() -> Digest:
    """1,000 sources and 3,000 changes, every text as long and as much escaped as it can be."""
    long = '"&<' * 2000
    base = samples.panel_card()
    opinion = replace(
        base.assessment,
        reasons=tuple(samples.reason(f"{n}{long}", long) for n in range(50)),
        codes=(long,) * 50,
        devices=(long,) * 50,
        dates=tuple(replace(base.assessment.dates[0], ground=long, key=long) for _ in range(50)),
        confidence_grounds=(long,) * 50,
    )
    differences = tuple(samples.rewritten(f"a {long}", f"b {long}", long) for _ in range(20))
    cards = tuple(
        replace(
            base,
            change=replace(base.change, id=ChangeId(f"CH-2026-{n}"), headline=long, differences=differences),
            assessment=replace(opinion, tier=tier),
            source_name=long,
            authority=long,
            official_url="https://x.invalid/" + "a" * 1900,
        )
        for n, tier in enumerate([Tier.ACT, Tier.REVIEW, Tier.FYI] * 1000)
    )
    broken = samples.with_gap(samples.coverage(source_name=long, failure_reason=long), "cms.lcds", "fda.ai-devices")
    ahead = tuple(samples.ahead(card, long) for card in cards[:300])
    return samples.gap(
        cards=cards,
        awaiting=tuple(map(samples.open_item, cards)),
        corrections=cards,
        filtered_cards=cards,
        coverage=broken * 120,
        dates_ahead=ahead,
    )


def test_even_the_worst_week_stays_under_the_limit() -> None:
    mail = render_digest(worst_week(), TEMPLATES)
    assert len(mail.html.encode()) < HTML_LIMIT_BYTES
    assert "1,000 to act on" in mail.text
    assert "and 1,0" in mail.text


def test_unverified_sources_are_never_cut_off_the_table() -> None:
    rows = samples.coverage() * 20
    digest = samples.gap(coverage=(*rows, *samples.with_gap(samples.coverage(), "cms.lcds")))
    view = view_of(digest, Limits())
    assert view.sources[0].result == "UNVERIFIED"
    assert view.more_sources == f"and {189 - 60} more sources"


def hostile_week() -> Digest:
    card = samples.panel_card()
    change = replace(
        card.change,
        headline=HOSTILE,
        differences=(samples.rewritten(f"{HOSTILE} old", f"{HOSTILE} new", HOSTILE),),
    )
    row = samples.added(samples.record(HOSTILE, HOSTILE, f=HOSTILE))
    listed = replace(samples.list_card().change, headline=HOSTILE, differences=(row, row))
    opinion = replace(
        card.assessment,
        reasons=(samples.reason(HOSTILE, HOSTILE, key=HOSTILE),),
        codes=(HOSTILE,),
        devices=(HOSTILE,),
        confidence_grounds=(HOSTILE,),
        dates=(replace(card.assessment.dates[0], ground=HOSTILE),),
    )
    bad = replace(card, change=change, assessment=opinion, source_name=HOSTILE, official_url="javascript:alert(1)")
    worse = replace(bad, change=listed)
    rows = samples.with_gap(samples.coverage(source_name=HOSTILE, failure_reason=HOSTILE), "cms.lcds")
    waiting = (samples.open_item(bad),)
    return samples.gap(
        cards=(bad, worse), awaiting=waiting, corrections=(bad,), filtered_cards=(bad,), coverage=rows,
        sheet=samples.sheet(HOSTILE), dates_ahead=(samples.ahead(bad, HOSTILE),),
    )  # fmt: skip


def test_page_text_can_forge_nothing() -> None:
    mail = render_digest(hostile_week(), TEMPLATES)
    assert "<script" not in mail.html
    assert "javascript:" not in mail.html + mail.text
    assert 'onload="x' not in mail.html
    assert "49" not in re.sub(r"CH-2026-\d+", "", mail.subject)
    assert "{{7*7}}" in mail.text
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f\u202e]", mail.text + mail.html)
    assert mail.subject.isprintable()
    assert not re.search(r"^Bcc:", mail.text, re.MULTILINE)


def test_links_lead_only_to_official_pages_and_the_desk() -> None:
    for mail in MAILS.values():
        assert all(re.match(r"https://(watch|[a-z-]+)\.demo\.invalid/", link) for link in hrefs(mail.html))


def test_an_unknown_name_in_a_template_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        render_digest(samples.empty(), DictLoader({**TEMPLATES, "digest.txt": "{{ nothing.here }}"}))


def test_the_same_digest_gives_the_same_mail() -> None:
    assert render_digest(samples.gap(), TEMPLATES) == MAILS["gap"]
