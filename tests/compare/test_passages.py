import random
from collections import Counter
from time import process_time

from hypothesis import given
from hypothesis import strategies as st

from monitor.compare.canonical import visible
from monitor.compare.passages import compare_passages
from monitor.model.difference import Act, Weight
from monitor.model.snapshot import Passage, Snapshot
from tests.compare.build import passages, prose, under

LONG = "The software reads the image and hands the physician a report to sign"


def test_a_reworded_passage_is_one_difference_with_one_field() -> None:
    before, after = prose("Intro", LONG, "End"), prose("Intro", LONG.replace("physician", "patient"), "End")
    (found,) = compare_passages(before, after)
    assert found.act is Act.MODIFIED
    assert [(f.name, f.old, f.new, f.weight) for f in found.fields] == [
        ("text", LONG, LONG.replace("physician", "patient"), Weight.MATERIAL)
    ]


def test_case_and_punctuation_are_an_editorial_rewording() -> None:
    (found,) = compare_passages(prose(LONG), prose(LONG.upper() + "."))
    assert (found.act, found.weight) == (Act.MODIFIED, Weight.EDITORIAL)


def test_spaces_and_unseen_characters_are_no_difference() -> None:
    assert compare_passages(prose("a  b\u00adc"), prose("a\xa0bc ")) == ()


def test_unlike_passages_are_removed_and_added() -> None:
    found = compare_passages(prose("x", "Apples are red", "y"), prose("x", "CPT 92229 is retinal imaging", "y"))
    assert [d.act for d in found] == [Act.REMOVED, Act.ADDED]
    assert all(d.key.startswith("§") and len(d.key) == 11 for d in found)


def test_a_moved_passage_is_moved_and_nothing_else() -> None:
    found = compare_passages(prose("one", "two", "three", "four"), prose("two", "three", "four", "one"))
    assert [(d.act, d.weight) for d in found] == [(Act.MOVED, Weight.EDITORIAL)]


def test_best_pairs_win_a_double_claim() -> None:
    near, far = f"{LONG} within one day", "The software reads other things and hands nobody a report"
    found = compare_passages(prose("a", LONG, "b"), prose("a", far, near, "b"))
    assert [(d.act, d.after.text if isinstance(d.after, Passage) else "") for d in found] == [
        (Act.ADDED, far),
        (Act.MODIFIED, near),
    ]


def test_differences_come_in_the_order_of_the_document() -> None:
    before = prose("A one", "keep 1", "goes away", "keep 2", LONG)
    after = prose("keep 1", "keep 2", f"{LONG} today", "brand new words here")
    assert [d.act.value for d in compare_passages(before, after)] == ["removed", "removed", "modified", "added"]


def test_a_passage_under_another_lasting_heading_was_reclassified() -> None:
    one, other = under("Top", "Assistive"), under("Top", "Autonomous")
    first, last = under("Assistive", "Code A"), under("Autonomous", "Code C")
    before = passages(one, first, under("Assistive", "Code B"), other, last)
    after = passages(one, first, other, under("Autonomous", "Code B"), last)
    found = [d for d in compare_passages(before, after) if d.weight is Weight.MATERIAL]
    assert [(d.act, [(f.name, f.old, f.new) for f in d.fields]) for d in found] == [
        (Act.MODIFIED, [("section", "Assistive", "Autonomous")])
    ]


def test_a_passage_whose_old_heading_is_gone_was_not_reclassified() -> None:
    before = passages(under("Assistive", LONG), under("Autonomous", "Another passage."))
    after = passages(under("Autonomous", LONG), under("Autonomous", "Another passage."))
    assert compare_passages(before, after) == ()


def test_a_moved_passage_is_told_where_it_stands_now() -> None:
    first, *others = (f"{LONG} in room {word}" for word in ("one", "alpha", "beta", "gamma", "delta"))
    after = prose(*others[:2], f"{others[2]} at once", *others[3:], first)
    assert [d.act for d in compare_passages(prose(first, *others), after)] == [Act.MODIFIED, Act.MOVED]


def test_a_renamed_heading_does_not_touch_what_stands_below_it() -> None:
    before = passages(under("Top", "AI classes"), *(under("AI classes", f"Line {n}") for n in range(30)))
    after = passages(under("Top", "AI taxonomy"), *(under("AI taxonomy", f"Line {n}") for n in range(30)))
    assert len(compare_passages(before, after)) == 1


def test_an_edit_and_its_taking_back_have_one_key() -> None:
    one, other = prose(LONG), prose(LONG + " again")
    (there,), (back,) = compare_passages(one, other), compare_passages(other, one)
    assert there.key == back.key


def test_keys_are_unique_even_when_a_text_repeats() -> None:
    found = compare_passages(prose("x"), prose("x", "promo words", "promo words", "promo words"))
    assert len({d.key for d in found}) == len(found) == 3


def test_the_label_is_the_nearest_heading_or_the_first_words() -> None:
    (one,) = compare_passages(passages(under("H", "x")), passages(under("H", "x"), under("Fees", "new text")))
    (other,) = compare_passages(prose("x"), prose("x", "word " * 40))
    assert one.label == "Fees"
    assert len(other.label) <= 70
    assert other.label.startswith("word word")


words = st.lists(st.sampled_from(["a", "b", "c", "a b c d", "a b c e", "A b c d.", "zzz", "a b  c d"]), max_size=12)


@given(words)
def test_a_document_does_not_differ_from_itself(texts: list[str]) -> None:
    assert compare_passages(prose(*texts), prose(*texts)) == ()


@given(words, words)
def test_the_differences_account_for_every_passage(one: list[str], other: list[str]) -> None:
    before, after = prose(*one), prose(*other)
    found = compare_passages(before, after)
    held = Counter(visible(text) for text in one)
    held.subtract(visible(d.before.text) for d in found if isinstance(d.before, Passage))
    assert min(held.values(), default=0) >= 0
    held.update(visible(d.after.text) for d in found if isinstance(d.after, Passage))
    assert +held == Counter(visible(text) for text in other)
    assert found == compare_passages(before, after)


def large_pair() -> tuple[Snapshot, Snapshot]:
    """20,000 passages; 200 edited, five blocks of 40 moved, 20 added, 20 removed."""
    pick = random.Random(7)  # noqa: S311 - a fixed sample, not a secret
    vocabulary = [f"word{n}" for n in range(5_000)]
    old = [" ".join(pick.choices(vocabulary, k=pick.randint(20, 70))) for _ in range(20_000)]
    new = old.copy()
    for place in pick.sample(range(len(new)), 200):
        new[place] = new[place].replace(" ", " edited ", 1)
    for _ in range(5):
        start, to = pick.randrange(18_000), pick.randrange(18_000)
        block = new[start : start + 40]
        del new[start : start + 40]
        new[to:to] = block
    for _ in range(20):
        new.insert(pick.randrange(len(new)), " ".join(pick.choices(vocabulary, k=30)))
        del new[pick.randrange(len(new))]
    return prose(*old), prose(*new)


def test_a_large_document_is_compared_right_and_fast() -> None:
    before, after = large_pair()
    started = process_time()
    acts = Counter(d.act for d in compare_passages(before, after))
    assert process_time() - started < 1.5  # 0.2 s on an idle machine
    assert 190 <= acts[Act.MODIFIED] <= 202
    assert 150 <= acts[Act.MOVED] <= 202
    assert acts[Act.ADDED] <= 40
    assert acts[Act.REMOVED] <= 40


def test_unrelated_and_repetitive_texts_end_in_bounded_time() -> None:
    started = process_time()
    compare_passages(prose(*(f"a{n} b{n}" for n in range(25_000))), prose(*(f"c{n} d{n}" for n in range(25_000))))
    compare_passages(prose(*["x"] * 10_000), prose(*["x", "y"] * 5_000))
    crowd = [" ".join(["w"] * 400) + f" {n}" for n in range(300)]
    compare_passages(prose(*crowd), prose(*(text + " z" for text in crowd)))
    assert process_time() - started < 8


def test_an_edit_in_a_text_without_blanks_is_a_modification() -> None:
    text = "".join(f"Abschnitt{n}Regel" for n in range(3_000))
    (found,) = compare_passages(prose("x", text, "y"), prose("x", text.replace("Abschnitt7Regel", "neu"), "y"))
    assert found.act is Act.MODIFIED


def test_shapes_made_to_be_slow_end_in_bounded_time() -> None:
    few = [f"word{n % 50}" for n in range(20_000)]
    crowd = [f"The software reads the image and hands the physician a report within {n} days" for n in range(2_000)]
    started = process_time()
    for one, other in (
        (["same"] * 20_000, ["same"] * 10_000 + ["other"] + ["same"] * 9_000),
        (few, [f"{word}{'x' * (n % 400 == 0)}" for n, word in enumerate(few)]),
        ([f"{n} words of its own" for n in range(10_000)], [f"{n} words of its own" for n in reversed(range(10_000))]),
        (crowd, [text.replace("physician", "patient") for text in crowd]),
    ):
        compare_passages(prose(*one), prose(*other))
    assert process_time() - started < 8  # under 1 s on an idle machine
