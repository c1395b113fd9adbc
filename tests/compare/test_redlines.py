import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from monitor.compare.canonical import visible
from monitor.compare.passages import compare_passages
from monitor.compare.records import compare_records
from monitor.compare.redlines import redline_differences, redline_passages
from monitor.model.difference import Act, Weight
from monitor.model.redline import PieceKind
from tests.compare.build import prose, record, table

LONG = "The software reads the image and hands the physician a report to sign within one day of the visit"
OTHER = "Payment for the service is made once for each patient and calendar year whatever the number of images"
THIRD = "Contractors keep the interpretation in the record and send it on when the reviewer asks for it"

VARIANTS = [LONG, OTHER, THIRD, f"{LONG} {OTHER}", f"{OTHER} {THIRD}", LONG.replace("physician", "patient")]
TINY = ["a", "b", "a b", "zzz", "A. b", "é", "e\u0301", "a  b", "", " "]
sentences = st.lists(st.sampled_from([*VARIANTS, OTHER.replace("once", "twice"), *TINY]), max_size=12)


@given(sentences, sentences)
def test_applying_the_redline_to_clean_before_gives_clean_after_exactly(one: list[str], other: list[str]) -> None:
    redline = redline_passages(prose(*one), prose(*other))
    assert redline.before() == tuple(map(visible, one))
    assert redline.after() == tuple(map(visible, other))


@given(sentences, sentences)
def test_both_ends_of_a_move_share_a_number(one: list[str], other: list[str]) -> None:
    pieces = redline_passages(prose(*one), prose(*other)).pieces
    left = sorted(piece.move or 0 for piece in pieces if piece.kind is PieceKind.MOVED_FROM)
    came = sorted(piece.move or 0 for piece in pieces if piece.kind is PieceKind.MOVED_TO)
    assert left == came
    assert all(
        (piece.move is None) == (piece.kind not in {PieceKind.MOVED_FROM, PieceKind.MOVED_TO}) for piece in pieces
    )


@given(st.permutations([f"{LONG} {n}" for n in range(8)] + ["a", "b", LONG, LONG]))
def test_another_order_gives_moves_and_nothing_else(texts: list[str]) -> None:
    before = prose(*sorted(texts))
    assert {d.act for d in compare_passages(before, prose(*texts))} <= {Act.MOVED}
    kinds = {piece.kind for piece in redline_passages(before, prose(*texts)).pieces}
    assert kinds <= {PieceKind.SAME, PieceKind.MOVED_FROM, PieceKind.MOVED_TO}


@given(st.lists(st.text(alphabet="aé e\u0301\u00ad\n\xa0\u200bü.", max_size=12), max_size=8), st.integers(0, 3))
def test_the_same_text_in_another_spelling_of_blanks_and_accents_is_no_difference(texts: list[str], form: int) -> None:
    spelled = [
        unicodedata.normalize(("NFC", "NFD", "NFC", "NFD")[form], text).replace(" ", " \t" if form > 1 else "\xa0\n")
        for text in texts
    ]
    assert compare_passages(prose(*texts), prose(*spelled)) == ()
    assert {piece.kind for piece in redline_passages(prose(*texts), prose(*spelled)).pieces} <= {PieceKind.SAME}


def test_a_passage_moved_and_edited_is_both() -> None:
    edited = LONG.replace("one day", "three days")
    stay = [f"A passage that stays where it is, with the number {n}" for n in range(6)]
    (found,) = compare_passages(prose(LONG, *stay), prose(*stay, edited))
    assert (found.act, found.weight) == (Act.MODIFIED, Weight.MATERIAL)
    assert [(f.name, f.old, f.new) for f in found.fields] == [
        ("text", LONG, edited),
        ("place", "passage 1", "passage 7"),
    ]
    redline = redline_passages(prose(LONG, *stay), prose(*stay, edited))
    (piece,) = (piece for piece in redline.pieces if piece.kind is PieceKind.MOVED_TO)
    assert piece.is_edited
    assert [(s.kind, s.text) for s in piece.spans if s.kind != "same"] == [
        ("removed", "one day"),
        ("added", "three days"),
    ]
    assert redline.counts() == {"edited": 1, "added": 0, "removed": 0, "moved": 1}


def test_a_short_passage_is_not_taken_for_one_that_stood_elsewhere() -> None:
    stay = [f"A passage that stays where it is, with the number {n}" for n in range(6)]
    found = compare_passages(prose("Fees apply here now", *stay), prose(*stay, "Fees apply here today"))
    assert [d.act for d in found] == [Act.REMOVED, Act.ADDED]


def test_a_block_of_passages_that_moved_together_has_one_number() -> None:
    block = [f"{LONG} in part {n} of the moved block" for n in range(5)]
    stay = [f"{OTHER} in part {n}" for n in range(12)]
    redline = redline_passages(prose(*block, *stay), prose(*stay, *block))
    assert {piece.move for piece in redline.pieces if piece.kind is PieceKind.MOVED_TO} == {1}


def test_a_split_paragraph_is_one_editorial_difference() -> None:
    whole, parts = prose("x", f"{LONG}. {OTHER}.", "y"), prose("x", f"{LONG}.", f"{OTHER}.", "y")
    (split,) = compare_passages(whole, parts)
    assert (split.act, split.weight) == (Act.MODIFIED, Weight.EDITORIAL)
    (merged,) = compare_passages(parts, whole)
    assert (merged.act, merged.weight, merged.key) == (Act.MODIFIED, Weight.EDITORIAL, split.key)


def test_a_split_paragraph_with_an_edit_in_it_names_the_edited_words_alone() -> None:
    edited = OTHER.replace("once", "twice")
    before, after = prose("x", f"{LONG} {OTHER} {THIRD}", "y"), prose("x", LONG, edited, THIRD, "y")
    (found,) = compare_passages(before, after)
    assert found.weight is Weight.MATERIAL
    (piece,) = (piece for piece in redline_passages(before, after).pieces if piece.kind is PieceKind.EDITED)
    words = [(s.kind, s.text.strip()) for s in piece.spans if s.kind != "same" and s.text.strip()]
    assert words == [("removed", "once"), ("added", "twice")]


def test_a_new_paragraph_behind_an_edited_one_is_no_split() -> None:
    found = compare_passages(prose("x", LONG, "y"), prose("x", f"{LONG} again", OTHER, "y"))
    assert [d.act for d in found] == [Act.MODIFIED, Act.ADDED]


def test_a_long_field_of_a_record_is_redlined_by_words() -> None:
    before, after = (
        table(record("K1", note=LONG, state="open")),
        table(record("K1", note=f"{LONG} again", state="open")),
    )
    (piece,) = redline_differences(compare_records(before, after)).pieces
    assert (piece.field, piece.headings) == ("note", ("K1",))
    assert [(s.kind, s.text) for s in piece.spans] == [("same", LONG), ("added", " again")]


def test_a_record_that_came_shows_its_filled_fields() -> None:
    pieces = redline_differences(compare_records(table(), table(record("K1", note="new", empty=" ")))).pieces
    assert [(piece.kind, piece.field, piece.new, piece.old) for piece in pieces] == [
        (PieceKind.ADDED, "note", "new", None)
    ]
