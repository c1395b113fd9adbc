import re

from msgspec.structs import replace

from monitor.compose.terminal import WIDTH, render_card
from monitor.model.assessment import Tier
from monitor.model.difference import Act
from tests.compose import samples

ZONE = "America/New_York"


def test_the_five_times_stand_in_both_zones() -> None:
    shown = render_card(samples.panel_card(), time_zone=ZONE)
    assert "Last unchanged Tue Nov 17, 2026, 7:03 AM ET  (2026-11-17T12:03:40Z)" in shown
    assert "First changed  Wed Nov 18, 2026, 7:04 AM ET  (2026-11-18T12:04:11Z)" in shown
    assert "Delivered      Wed Nov 18, 2026, 7:05 AM ET" in shown
    assert "Acknowledged   not recorded" in shown
    assert "Decided        not decided" in shown


def test_hashes_are_whole_and_on_one_line() -> None:
    lines = render_card(samples.panel_card(), time_zone=ZONE).splitlines()
    assert any(line.endswith("8f31c2" + "0" * 58) for line in lines)
    assert any(line.endswith("b90a47" + "0" * 58) for line in lines)


def test_lines_keep_to_the_terminal() -> None:
    for card in (samples.panel_card(), samples.lcd_card(), samples.list_card(), samples.fyi_card()):
        lines = render_card(card, time_zone=ZONE, demo=True).splitlines()
        assert all(len(line) <= WIDTH or "sha" in line.lower() for line in lines)


def test_the_limit_counts_what_it_hides_and_none_shows_all() -> None:
    some = render_card(samples.list_card(), time_zone=ZONE, limit=3)
    assert "  and 12 more; --all shows them" in some
    everything = render_card(samples.list_card(), time_zone=ZONE, limit=None)
    assert "more; --all" not in everything
    assert all(f"DEMO-K26{n:04d} SampleDevice {n}" in everything for n in range(100, 113))


def test_every_field_edit_is_shown() -> None:
    shown = render_card(samples.list_card(), time_zone=ZONE)
    assert 'panel: "Orthopedic" -> "Cardiovascular"' in shown
    assert 'company: "Demo Cardio LLC" -> "Demo Cardio Inc." (spelling only)' in shown


def test_late_and_reverting_changes_say_so() -> None:
    card = samples.panel_card()
    late = replace(card, change=replace(card.change, found_late=True, reverts=samples.fyi_card().change.id))
    shown = render_card(late, time_zone=ZONE)
    assert "Found late: changed between Tue Nov 17, 2026" in shown
    assert "Takes back     CH-2026-0146" in shown


def test_a_card_with_nothing_known_still_renders() -> None:
    bare = samples.card(
        replace(samples.change(9, ""), differences=()),
        samples.opinion(Tier.NOISE),
        delivered_at=None, before_sha=None, after_sha=None, official_url="",
    )  # fmt: skip
    shown = render_card(bare, time_zone="UTC")
    assert "not delivered to anyone" in shown
    assert "No rule fired." in shown


def test_page_text_cannot_move_the_cursor_or_forge_lines() -> None:
    bad = "\x1b[2J\x1b]0;x\x07\r\nDecided        yes\u202e"
    card = samples.panel_card()
    rows = (
        samples.added(samples.record(bad, bad, **{bad: bad})),
        samples.rewritten(f"{bad} a", f"{bad} b", bad),
        replace(samples.added(samples.passage(bad, bad)), act=Act.MOVED),
    )
    hostile = replace(
        card,
        change=replace(card.change, headline=bad, differences=rows),
        assessment=replace(card.assessment, reasons=(samples.reason(bad, bad, key=bad),), codes=(bad,)),
        source_name=bad,
        official_url="https://x.invalid/\x1b[2J",
    )
    shown = render_card(hostile, time_zone=ZONE)
    assert re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", shown) is None
    assert not re.search(r"^\s*Decided +yes", shown, re.MULTILINE)
