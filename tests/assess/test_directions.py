"""Which way a text was changed: what turns it round is seen, what does not is not."""

import pytest
from msgspec.structs import replace

from monitor.assess.assess import assess
from monitor.assess.directions import MAX_SENTENCES, turns_of
from monitor.assess.rules import parse_rules
from monitor.compare.passages import compare_passages
from monitor.model.assessment import Assessment, Direction, Level
from monitor.model.difference import Act, Difference, FieldChange, News, Weight
from monitor.model.errors import ConfigError
from monitor.model.ids import RecordKey
from monitor.model.snapshot import Passage, Snapshot
from tests.assess.samples import (
    TODAY,
    added,
    change,
    judged,
    lcd,
    modified,
    reference_files,
    removed,
    shipped_rules,
    source,
)


def reworded(old: str, new: str, heading: str = "Coverage") -> Difference:
    before, after = (Passage(headings=(heading,), text=text) for text in (old, new))
    edit = FieldChange(name="text", old=old, new=new, weight=Weight.MATERIAL)
    return Difference(
        act=Act.MODIFIED, key=RecordKey("§1a2b3c"), label=heading, before=before, after=after, fields=(edit,)
    )


def judged_edit(old: str, new: str) -> Assessment:
    return judged("payer.demo", reworded(old, new), news=News.MODIFIED)


REVERSED = [
    ("AI-QCT is considered medically necessary for adults.", "AI-QCT is considered investigational for adults."),
    ("Code 75577 is covered with a CT angiogram.", "Code 75577 is not covered with a CT angiogram."),
    (
        "AI reading of the retina is investigational.",
        "AI reading of the retina is no longer considered investigational.",
    ),
    (
        "The autonomous service may be billed without physician interpretation.",
        "The autonomous service may be billed only with physician interpretation.",
    ),
    ("A code for 0764T is separately payable.", "A code for 0764T is bundled."),
]
WEAKENED = [
    ("A physician must review the software report.", "A physician should review the software report."),
    ("Consent to AI analysis is required.", "Consent to AI analysis is recommended."),
    ("At least two images must be read by the software.", "At least one image must be read by the software."),
    ("The AI report is due within 30 days.", "The AI report is due within 60 days."),
]
UNTURNED = [
    ("The AI service is covered for adults.", "The AI service is covered for adults; it is not covered for children."),
    ("The AI service is covered. Call us.", "The AI service is covered for adults. Call us."),
    ("AI must not be used alone.", "AI may not be used alone."),
    (
        "AI-QCT is not covered without symptoms. It is covered in stable angina.",
        "It is covered in stable angina. AI-QCT is not covered without symptoms or risk.",
    ),
]


@pytest.mark.parametrize(("old", "new"), REVERSED)
def test_what_turns_into_its_opposite_is_at_least_high_either_way(old: str, new: str) -> None:
    for before, after in ((old, new), (new, old)):
        found = judged_edit(before, after)
        assert found.direction is Direction.REVERSED
        assert found.level.rank >= Level.HIGH.rank
        reason = next(one for one in found.reasons if one.rule.startswith("direction:"))
        assert before in reason.text
        assert reason.quote == after


@pytest.mark.parametrize(("old", "new"), WEAKENED)
def test_a_weakened_requirement_is_at_least_medium_and_the_way_back_is_strengthened(old: str, new: str) -> None:
    weakened, strengthened = judged_edit(old, new), judged_edit(new, old)
    assert weakened.direction is Direction.WEAKENED
    assert strengthened.direction is Direction.STRENGTHENED
    assert min(weakened.level.rank, strengthened.level.rank) >= Level.MEDIUM.rank


@pytest.mark.parametrize(("old", "new"), UNTURNED)
def test_what_keeps_its_meaning_is_only_changed(old: str, new: str) -> None:
    found = judged_edit(old, new)
    assert found.direction is Direction.CHANGED
    assert not any(reason.rule.startswith("direction:") for reason in found.reasons)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Vitamin D tests are covered.", "Vitamin D tests are not covered."),
        ("Coronary CT angiography (CCTA) is covered.", "Coronary CT angiography (CCTA) is not covered."),
        ("MolDX: the classifier algorithm is covered.", "MolDX: the classifier algorithm is not covered."),
        ("Dental AI for caries must be signed.", "Dental AI for caries should be signed."),
    ],
)
def test_another_matter_that_turns_is_no_more_than_it_was(old: str, new: str) -> None:
    found = judged_edit(old, new)
    assert found.level.rank <= Level.LOW.rank
    assert found.direction is Direction.CHANGED


def test_a_paragraph_of_a_watched_document_need_not_say_what_it_is_about() -> None:
    turned = [reworded("It is covered in stable angina.", "It is not covered in stable angina.")]
    told = change("cms.lcds/l39840", turned, news=News.MODIFIED)
    own = replace(source("cms.lcds/l39840"), name="L39840: AI-QCT/AI-CPA")
    found = assess(told, own, shipped_rules(), today=TODAY)
    assert (found.level, found.direction) == (Level.HIGH, Direction.REVERSED)


def test_a_sentence_that_moved_is_compared_with_its_own_wording() -> None:
    stays = "Software analysis is covered with symptoms."
    old, new = f"{stays} A physician must sign the AI report.", "A physician may sign the AI report."
    found = judged("payer.demo", reworded(old, new), added(Passage(headings=("B",), text=stays)), news=News.MODIFIED)
    assert found.direction is Direction.WEAKENED


def split_edit(old: list[str], new: list[str]) -> Assessment:
    stays = [Passage(headings=("Members",), text=f"Chapter {name} is about members.") for name in ("one", "two")]
    before, after = ([Passage(headings=("Coverage",), text=text) for text in texts] for texts in (old, new))
    told = compare_passages(prose([stays[0], *before, stays[1]]), prose([*stays, *after]))
    assert {one.act for one in told} == {Act.REMOVED, Act.ADDED}
    return judged("payer.demo", *told, news=News.MODIFIED)


def prose(passages: list[Passage]) -> Snapshot:
    return Snapshot(extractor="prose", extractor_version=1, form="html", passages=tuple(passages))


NO_EVIDENCE = "The plan considers AI screening for diabetic retinopathy investigational, as evidence is lacking."
ONCE_A_YEAR = "Screening for diabetic retinopathy by AI (92229) is medically necessary once a year in diabetes."
SIGNED = "A physician must sign every report of the AI software before it is released."
RELEASED = "Reports of AI software may be released at once."
HEART_NOT = "AI software is not covered for the analysis of heart sounds, whatever the diagnosis of the patient."
HEART = "The plan covers the analysis of heart sounds by AI software with any diagnosis of the heart valves."


@pytest.mark.parametrize(
    ("old", "new", "direction"),
    [
        ([NO_EVIDENCE], [ONCE_A_YEAR], Direction.REVERSED),
        ([ONCE_A_YEAR], [NO_EVIDENCE], Direction.REVERSED),
        ([SIGNED], [RELEASED], Direction.WEAKENED),
        ([RELEASED], [SIGNED], Direction.STRENGTHENED),
        ([NO_EVIDENCE, HEART], [HEART_NOT, ONCE_A_YEAR], Direction.REVERSED),
    ],
)
def test_an_edit_split_into_a_passage_removed_and_one_added_is_seen_as_one(
    old: list[str], new: list[str], direction: Direction
) -> None:
    found = split_edit(old, new)
    assert found.direction is direction
    turns = [one for one in found.reasons if one.rule.startswith("direction:")]
    assert len(turns) == len(old)
    for turn in turns:
        assert turn.quote in new
        assert any(text in turn.text for text in old)


def test_passages_that_say_opposite_things_of_who_knows_what_are_told_as_one_removed_one_added() -> None:
    gone, came = (
        "Computer reading of the retina by AI is not covered.",
        "The plan pays for 75577 once in twelve months.",
    )
    found = split_edit([gone], [came])
    assert found.direction is Direction.CHANGED
    told = next(one for one in found.reasons if one.rule == "direction:unpaired")
    assert "one passage was removed and one added" in told.text.lower()
    assert gone in told.text
    assert told.quote == came


def test_a_passage_that_could_be_the_new_wording_of_two_is_paired_with_neither() -> None:
    twins = [f"Screening for glaucoma by AI is investigational in {place}." for place in ("shops", "homes")]
    found = split_edit(twins, ["Glaucoma screening by AI, wherever it takes place, is medically necessary."])
    assert found.direction is Direction.CHANGED
    assert [one.rule for one in found.reasons if one.rule.startswith("direction:")] == ["direction:unpaired"]


def test_sentences_of_two_items_that_differ_in_their_matter_are_not_one_that_turned() -> None:
    found = split_edit(["AI reading of the retina is covered."], ["AI reading of the ECG is not covered."])
    assert found.direction is Direction.CHANGED


def test_a_value_of_a_row_that_turns_is_seen() -> None:
    before = lcd("L99999", "AI software for ECG reading", status="Covered")
    found = judged("payer.demo", modified(before, lcd("L99999", "AI software for ECG reading", status="Not covered")))
    assert found.direction is Direction.REVERSED


def test_what_is_compared_of_a_rewritten_text_is_bounded() -> None:
    words = " ".join(f"w{number}" for number in range(20))
    old, new = (". ".join(f"{say} {number} {words}" for number in range(300)) for say in ("Must", "Should"))
    before, after = (Passage(headings=("A",), text=text) for text in (old, new))
    turns = turns_of([added(after), removed(before)], shipped_rules().directions)
    assert len(turns) <= MAX_SENTENCES


def test_without_a_turn_the_direction_is_what_happened() -> None:
    row = lcd("L39840", "AI-QCT")
    assert judged("cms.lcds", added(row)).direction is Direction.ADDED
    assert judged("cms.lcds", removed(row), news=News.REMOVED).direction is Direction.REMOVED


def test_faults_of_the_direction_rules_are_told_with_their_lines() -> None:
    files = reference_files()
    faulty = (
        files["directions.yaml"]
        .replace("about: [agent,", "about: [agnet,")
        .replace("kind: graded", "kind: sliding")
        .replace('neither: ["must|', 'neither: ["... must|')
    )
    with pytest.raises(ConfigError) as raised:
        parse_rules({**files, "directions.yaml": faulty})
    faults = ("agnet", "sliding", '"... must|')
    lines = {n for n, line in enumerate(faulty.splitlines(), start=1) if any(words in line for words in faults)}
    assert {problem.line for problem in raised.value.problems} == lines
