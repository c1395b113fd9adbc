"""Which way a text was changed: a requirement weakened or strengthened, or what it says turned into its opposite.

1. Sentences that stand in both copies, wherever, are left out; each that is gone is laid beside the most alike new one.
2. A sentence is on one side of a scale or on the other by the words of directions.yaml, the longest phrase counting and
   a negation before it turning it round; one that says both is on neither.
3. Sentences of a pair on two sides, or with another number behind ``at least``, are a turn.
4. What is left of passages removed and added is paired where it can be one split edit only (see ``split_edits``).
"""

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from msgspec import Struct
from msgspec.structs import replace

from monitor.assess.direction_rules import CEILING, FLOOR, OTHER
from monitor.assess.findings import Finding, highest
from monitor.assess.items import QUOTE_CHARS, Item, item_from_text
from monitor.assess.levels import judge_text, weigh
from monitor.assess.rulebook import Directions, Rules
from monitor.assess.sentences import WORD, Sentence, are_opposed, likeness, may_be_one_matter, read_sentence, side_of
from monitor.assess.split_edits import pairs_of, unpaired
from monitor.model.assessment import Direction, Level, Reason, Topic
from monitor.model.difference import Act, Difference, Weight
from monitor.model.snapshot import Passage
from monitor.model.source import Source

MAX_SENTENCES = 200
"""The most sentences of each side that are compared: a bound on time; a text rewritten at that length is read whole."""

UNPAIRED = "direction:unpaired"

_UNPAIRED_SAYS = (
    "one passage was removed and one added that say opposite things; whether of the same matter is for a reader to tell"
)
_ALIKE = 0.4
_SHOWN = 140
_FEW_WORDS = 6  # two values of a field this short need not be alike: "Covered" and "Not covered"
_MAX_TEXT = 200_000
_MAX_KEPT = 5_000
_STOP = re.compile(r"(?<=[.;:!?])\s+|\n+")
_AMOUNT = re.compile(r"\s+(\d{1,4}|[a-z]{3,6})\s+([a-z]{3,})")
_NUMBERS = {
    word: number
    for number, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"), start=1
    )
}


class Turn(Struct, frozen=True, kw_only=True):
    """A sentence that turned: the rule, the least level it asks for, and its words before and after."""

    rule: str
    direction: Direction
    level: Level
    topics: tuple[Topic, ...]
    says: str
    before: str
    after: str
    key: str
    """The item in which the sentence stands now."""
    old_key: str
    """The item in which it stood: another one where an edit was split into a passage removed and one added."""


def turns_of(differences: Sequence[Difference], directions: Directions) -> tuple[Turn, ...]:
    """Every turn of a Change, in the order of the old text, those of split edits behind."""
    gone: dict[str, tuple[str, str]] = {}
    come: dict[str, tuple[str, str]] = {}
    for difference in differences:
        for old, new in _texts(difference):
            _collect(old, difference.key, gone)
            _collect(new, difference.key, come)
    old_only = [gone[name] for name in gone if name not in come][:MAX_SENTENCES]
    new_only = [come[name] for name in come if name not in gone][:MAX_SENTENCES]
    if not old_only or not new_only:
        return ()
    before, after = ([read_sentence(*one, directions) for one in each] for each in (old_only, new_only))
    pairs = [(one, partner) for one in before if (partner := _partner(one, after)) is not None]
    turns = [turn for pair in pairs for turn in _turns_of(pair, directions)]
    return (*turns, *_split_turns(differences, pairs, (before, after), directions))


def _partner(before: Sentence, after: Sequence[Sentence]) -> Sentence | None:
    """The new sentence that is so alike that it must be this one's wording; None for a sentence that says nothing."""
    if not before.hits:
        return None
    partner = max(after, key=lambda one: likeness(before, one))
    alone = len(after) == 1 and partner.key == before.key
    if likeness(before, partner) >= _ALIKE:
        return partner if may_be_one_matter(before, partner) else None
    return partner if alone and len(before.words | partner.words) <= _FEW_WORDS else None


def _turns_of(pair: tuple[Sentence, Sentence], directions: Directions) -> Iterator[Turn]:
    yield from _scale_turns(pair, directions)
    yield from _amount_turns(*pair, directions)


def _scale_turns(pair: tuple[Sentence, Sentence], directions: Directions) -> Iterator[Turn]:
    for scale in directions.scales:
        if are_opposed(*pair, scale):
            direction, says = scale.to_other if side_of(pair[1], scale) == OTHER else scale.to_one
            yield _turn(f"direction:{scale.id}", direction, says, (scale.level, scale.topics), pair)


def _split_turns(
    differences: Sequence[Difference],
    pairs: Sequence[tuple[Sentence, Sentence]],
    sentences: tuple[Sequence[Sentence], Sequence[Sentence]],
    directions: Directions,
) -> Iterator[Turn]:
    """What passages that went and came say to one another, and plainly so where that cannot be told."""
    gone, come = (
        _left_over(each, {pair[side] for pair in pairs}, {d.key for d in differences if d.act is act})
        for side, (each, act) in enumerate(zip(sentences, (Act.REMOVED, Act.ADDED), strict=True))
    )
    split = list(pairs_of(gone, come, directions.scales))
    for pair in split:
        yield from _scale_turns(pair, directions)
    if not pairs and not split and (pair_left := unpaired(gone, come, directions.scales)):
        yield _turn(UNPAIRED, Direction.CHANGED, _UNPAIRED_SAYS, (Level.MEDIUM, ()), pair_left)


def _left_over(sentences: Sequence[Sentence], paired: AbstractSet[Sentence], keys: AbstractSet[str]) -> list[Sentence]:
    return [one for one in sentences if one.hits and one.key in keys and one not in paired]


def _texts(difference: Difference) -> Iterator[tuple[str, str]]:
    """The running text of the two copies; a row that is new or gone turns nothing round."""
    before, after = difference.before, difference.after
    if isinstance(before or after, Passage):
        if difference.act is not Act.MOVED:
            yield (
                before.text if isinstance(before, Passage) else "",
                after.text if isinstance(after, Passage) else "",
            )
    elif difference.act is Act.MODIFIED:
        yield from ((edit.old, edit.new) for edit in difference.fields if edit.weight is Weight.MATERIAL)


def _collect(text: str, key: str, into: dict[str, tuple[str, str]]) -> None:
    for sentence in _STOP.split(text[:_MAX_TEXT]) if len(into) < _MAX_KEPT else ():
        name = " ".join(WORD.findall(sentence.lower()))
        if name:
            into.setdefault(name, (sentence.strip(), key))


def _amount_turns(before: Sentence, after: Sentence, directions: Directions) -> Iterator[Turn]:
    """A number that moved behind the same words and before the same unit."""
    amounts, old, new = directions.amounts, _amounts(before), _amounts(after)
    for place in old.keys() & new.keys():
        if old[place] == new[place]:
            continue
        weaker = (new[place] < old[place]) is (place[0] == FLOOR)
        way = (Direction.WEAKENED, amounts.weaker) if weaker else (Direction.STRENGTHENED, amounts.stronger)
        yield _turn("direction:amount", *way, (amounts.level, amounts.topics), (before, after))


def _amounts(sentence: Sentence) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for hit in sentence.hits:
        match = _AMOUNT.match(sentence.lower, hit.end) if hit.id in {FLOOR, CEILING} else None
        number = match and (int(match[1]) if match[1].isdigit() else _NUMBERS.get(match[1]))
        if match and number is not None:
            found.setdefault((hit.id, match[2].rstrip("s")), number)
    return found


def _turn(
    rule: str,
    direction: Direction,
    says: str,
    weight: tuple[Level, tuple[Topic, ...]],
    pair: tuple[Sentence, Sentence],
) -> Turn:
    before, after = pair
    return Turn(
        rule=rule,
        direction=direction,
        level=weight[0],
        topics=weight[1],
        says=says,
        before=before.text[:QUOTE_CHARS],
        after=after.text[:QUOTE_CHARS],
        key=after.key,
        old_key=before.key,
    )


def direction_of(differences: Sequence[Difference], turns: Sequence[Turn]) -> Direction:
    """The gravest turn; without one, what happened to the items."""
    turned = {turn.direction for turn in turns}
    for direction in (Direction.REVERSED, Direction.WEAKENED, Direction.STRENGTHENED):
        if direction in turned:
            return direction
    acts = {difference.act for difference in differences}
    return _ACTS.get(acts.pop(), Direction.CHANGED) if len(acts) == 1 else Direction.CHANGED


_ACTS = {Act.ADDED: Direction.ADDED, Act.REMOVED: Direction.REMOVED}


def turned_finding(finding: Finding, turn: Turn) -> Finding:
    """The finding of the item that turned, at least of the turn's level, both wordings quoted."""
    was = "Removed" if turn.rule == UNPAIRED else "Before"
    text = f"{turn.says[:1].upper()}{turn.says[1:]}. {was}: “{_shortened(turn.before)}”"
    reason = Reason(rule=turn.rule, text=text, quote=turn.after, level=turn.level, key=turn.key)
    found = replace(
        finding,
        level=highest((finding.level, turn.level)),
        reasons=(reason, *finding.reasons),
        topics=tuple(dict.fromkeys((*finding.topics, *turn.topics))),
    )
    if turn.rule == UNPAIRED:
        return found
    return replace(found, exact=True, ground="what it said before and says now, side by side")


def _shortened(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN].rsplit(' ', 1)[0]} ..."


def turns_that_matter(
    items: Sequence[Item], findings: Sequence[Finding], source: Source, rules: Rules, told: Sequence[Difference]
) -> tuple[Turn, ...]:
    """Those of relevant items. A paragraph of a watched document need not name what the document is about."""
    turns = turns_of(told, rules.directions)
    if not turns:
        return ()
    named = judge_text(item_from_text(source.name, "", ""), rules).level
    whole = highest((source.floor, named))
    by_key = {item.key: (item, finding) for item, finding in zip(items, findings, strict=True)}
    if whole.rank >= Level.MEDIUM.rank:
        return turns

    def matters(key: str) -> bool:
        item, finding = by_key[key]
        return _is_about(item, finding.level, rules)

    return tuple(turn for turn in turns if matters(turn.key) or (turn.old_key != turn.key and matters(turn.old_key)))


def _is_about(item: Item, level: Level, rules: Rules) -> bool:
    """Whether a turn of this item matters: it is medium or more, or low and speaks of what directions.yaml names."""
    if level.rank >= Level.MEDIUM.rank:
        return True
    if level is Level.NONE:
        return False
    found = weigh(item, rules)
    return not any(guard.cap for guard in found.guards) and any(name in rules.directions.about for name in found.hits)
