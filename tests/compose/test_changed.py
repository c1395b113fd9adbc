from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from monitor.compose.changed import excerpts, field_edits, item_name, what_changed
from monitor.model.assessment import Assessment, Tier
from monitor.model.difference import Act, Difference, News, Weight
from monitor.model.ids import RecordKey
from tests.compose import samples

NOTHING = samples.opinion(Tier.REVIEW)
WORDS = st.lists(st.sampled_from(["the", "image", "report", "x" * 80, "physician", "<b>"]), max_size=80).map(" ".join)


def test_the_rows_named_in_reasons_come_first_and_the_rest_is_counted() -> None:
    card = samples.list_card()
    added, changed = what_changed(card.change, card.assessment, "device")
    assert added.text == "14 devices"
    assert added.rows[0] == "DEMO-K260200 RetinaDemo Two"
    assert added.more == f"and {14 - len(added.rows)} more rows"
    assert changed.mark == "CHANGED"
    assert 'panel: "Orthopedic" -> "Cardiovascular"' in changed.text
    assert changed.text.index("panel") < changed.text.index("company")


def test_a_rewritten_passage_shows_the_words_around_the_difference() -> None:
    removed, added = what_changed(samples.lcd_card().change, NOTHING, "passage")
    assert (removed.mark, added.mark) == ("REMOVED", "ADDED")
    assert removed.text.endswith("keeps the image and the interpretation in the record.")
    assert samples.LCD_TEXT in added.text
    assert added.where == "Documentation Requirements"


def test_an_insertion_far_inside_a_long_passage_is_found() -> None:
    start, end = "same " * 2000, " tail" * 300
    old, new = excerpts(f"{start}old words{end}", f"{start}new words{end}", 300)
    assert "old words" in old
    assert "new words" in new
    assert old.startswith("... same")
    assert old.endswith("tail ...")


@given(WORDS, WORDS, st.integers(min_value=20, max_value=300))
def test_an_excerpt_never_exceeds_its_limit(old: str, new: str, limit: int) -> None:
    assert all(len(text) <= limit for text in excerpts(old, new, limit))


@settings(max_examples=40)
@given(st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=8))
def test_a_card_quotes_at_most_twice_300_characters(pairs: list[tuple[str, str]]) -> None:
    rewritten = [samples.rewritten(old, new, "Heading") for old, new in pairs]
    rows = [samples.added(samples.record(f"DEMO-{n}", old)) for n, (old, _) in enumerate(pairs)]
    for differences in (rewritten, rows):
        lines = what_changed(samples.change(1, "x", *differences), NOTHING, "row")
        assert sum(len(line.text) + sum(map(len, line.rows)) for line in lines) <= 620
        for line in lines:
            assert not line.quoted or len(line.text) <= 300


def test_passages_beyond_the_room_are_counted() -> None:
    many = [samples.added(samples.passage(f"Paragraph {n} " + "word " * 40)) for n in range(130)]
    lines = what_changed(samples.change(1, "x", *many), NOTHING, "passage")
    assert len(lines) == 2
    assert lines[-1].more == "and 128 more passages"


def test_moved_passages_are_counted_not_quoted() -> None:
    moved = [replace(samples.added(samples.passage(f"P{n}")), act=Act.MOVED) for n in range(3)]
    (line,) = what_changed(samples.change(1, "x", *moved, news=News.EDITORIAL), NOTHING, "passage")
    assert (line.mark, line.text) == ("MOVED", "3 passages, wording unchanged")


def test_a_single_new_row_shows_its_first_fields() -> None:
    one = samples.added(samples.record("DEMO-K1", "RetinaDemo", panel="Ophthalmic", empty="", code="PIB"))
    (line,) = what_changed(samples.change(1, "x", one), NOTHING, "device")
    assert line.text == "DEMO-K1 RetinaDemo; panel: Ophthalmic; code: PIB"


def test_a_new_row_neither_repeats_its_name_nor_shows_a_column_in_machine_words() -> None:
    row = samples.record("DEMO-L1 v4", "DEMO: a title", display_id="DEMO-L1", title="DEMO: a title", effective_date="x")
    (line,) = what_changed(samples.change(1, "h", samples.added(row)), NOTHING, "document")
    assert line.text == "DEMO-L1 v4 DEMO: a title; effective date: x"


def test_an_emptied_field_and_a_spelling_are_said_in_words() -> None:
    edits = (samples.edit("note", "gone", ""), samples.edit("name", "A", "a", Weight.EDITORIAL))
    assert field_edits(edits, 300) == 'note: "gone" -> (empty); name: "A" -> "a" (spelling only)'


def test_many_edited_fields_are_counted() -> None:
    edits = [samples.edit(f"field{n}", "a", "b") for n in range(9)]
    assert field_edits(edits, 300).endswith("and 6 more fields")


def test_an_id_inside_the_name_is_not_repeated() -> None:
    both = samples.added(samples.record("L39840", "L39840 v14 Plaque"))
    assert item_name(both, 100) == "L39840 v14 Plaque"


def test_a_change_without_differences_has_no_lines() -> None:
    empty = replace(samples.change(1, "x"), differences=())
    assert what_changed(empty, Assessment(level=NOTHING.level, tier=NOTHING.tier, rules_version="1"), "row") == ()


def test_a_difference_with_neither_side_is_shown_by_its_name() -> None:
    bare = Difference(act=Act.REMOVED, key=RecordKey("K1"), label="Name", before=None, after=None)
    (line,) = what_changed(samples.change(1, "x", bare), NOTHING, "row")
    assert line.text == "K1 Name"
