"""Which way a text was changed: a requirement weakened or strengthened, or what it says turned into its opposite.

1. Sentences that stand in both copies, wherever, are left out; each that is gone is laid beside the most alike new one.
2. A sentence is on one side of a scale or on the other by the words of directions.yaml, the longest phrase counting and
   a negation before it turning it round; one that says both is on neither.
3. Sentences of a pair on two sides, or with another number behind ``at least``, are a turn.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from monitor.assess.direction_rules import CEILING, FLOOR, NEGATION, ONE, OTHER
from monitor.assess.findings import Finding, highest
from monitor.assess.folding import fold
from monitor.assess.items import QUOTE_CHARS, Item
from monitor.assess.levels import weigh
from monitor.assess.matcher import Hit
from monitor.assess.rulebook import Directions, Rules, Scale
from monitor.model.assessment import Direction, Level, Reason, Topic
from monitor.model.difference import Act, Difference, Weight
from monitor.model.snapshot import Passage

MAX_SENTENCES = 200
"""The most sentences of each side that are compared: a bound on time; a text rewritten at that length is read whole."""

_ALIKE = 0.4
_SHOWN = 140
_FEW_WORDS = 6  # two values of a field this short need not be alike: "Covered" and "Not covered"
_REACH_WORDS = 3
_MAX_CHARS = 1_500
_MAX_TEXT = 200_000
_MAX_KEPT = 5_000
_STOP = re.compile(r"(?<=[.;:!?])\s+|\n+")
_WORD = re.compile(r"[^\W_]+")
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


class _Sentence(Struct, frozen=True, kw_only=True):
    text: str
    key: str
    words: frozenset[str]
    lower: str
    hits: tuple[Hit, ...]


def turns_of(differences: Iterable[Difference], directions: Directions) -> tuple[Turn, ...]:
    """Every turn of a Change, in the order of the old text."""
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
    before, after = (_read(each, directions) for each in (old_only, new_only))
    return tuple(turn for one in before for turn in _turns_of(one, after, directions))


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
        name = " ".join(_WORD.findall(sentence.lower()))
        if name:
            into.setdefault(name, (sentence.strip(), key))


def _read(sentences: Sequence[tuple[str, str]], directions: Directions) -> list[_Sentence]:
    return [_sentence(text[:_MAX_CHARS], key, directions) for text, key in sentences]


def _sentence(text: str, key: str, directions: Directions) -> _Sentence:
    folded = fold(text)
    hits = tuple(hit for found in directions.matcher.find(folded).values() for hit in found)
    words = frozenset(_WORD.findall(folded.lower))
    return _Sentence(text=text, key=key, words=words, lower=folded.lower, hits=hits)


def _turns_of(before: _Sentence, after: Sequence[_Sentence], directions: Directions) -> Iterator[Turn]:
    if not before.hits:
        return
    partner = max(after, key=lambda one: _likeness(before, one))
    alone = len(after) == 1 and partner.key == before.key
    if _likeness(before, partner) < _ALIKE and not (alone and len(before.words | partner.words) <= _FEW_WORDS):
        return
    for scale in directions.scales:
        sides = _side(before, scale), _side(partner, scale)
        if sides in {(ONE, OTHER), (OTHER, ONE)}:
            direction, says = scale.to_other if sides[1] == OTHER else scale.to_one
            yield _turn(f"direction:{scale.id}", direction, says, (scale.level, scale.topics), (before, partner))
    yield from _amount_turns(before, partner, directions)


def _likeness(one: _Sentence, other: _Sentence) -> float:
    """Shared words as a share of all, the same item a little ahead."""
    share = len(one.words & other.words) / (len(one.words | other.words) or 1)
    return share + (0.05 if one.key == other.key else 0.0)


def _side(sentence: _Sentence, scale: Scale) -> str | None:
    """The side that every phrase of the sentence is on; None when there is none, or they differ."""
    own = [hit for hit in sentence.hits if hit.id.startswith(f"{scale.id}:")]
    telling = [hit for hit in own if not any(_within(hit, longer) for longer in own)]
    sides = {side for hit in telling if (side := _turned(sentence, hit, scale)) in {ONE, OTHER}}
    return sides.pop() if len(sides) == 1 else None


def _within(hit: Hit, longer: Hit) -> bool:
    inside = longer.start <= hit.start and hit.end <= longer.end
    return inside and longer.end - longer.start > hit.end - hit.start


def _turned(sentence: _Sentence, hit: Hit, scale: Scale) -> str:
    side = hit.id.removeprefix(f"{scale.id}:")
    if not scale.negatable or side not in {ONE, OTHER}:
        return side
    negated = any(
        no.id == NEGATION
        and no.end <= hit.start
        and len(_WORD.findall(sentence.lower[no.end : hit.start])) <= _REACH_WORDS
        for no in sentence.hits
    )
    return (OTHER if side == ONE else ONE) if negated else side


def _amount_turns(before: _Sentence, after: _Sentence, directions: Directions) -> Iterator[Turn]:
    """A number that moved behind the same words and before the same unit."""
    amounts, old, new = directions.amounts, _amounts(before), _amounts(after)
    for place in old.keys() & new.keys():
        if old[place] == new[place]:
            continue
        weaker = (new[place] < old[place]) is (place[0] == FLOOR)
        way = (Direction.WEAKENED, amounts.weaker) if weaker else (Direction.STRENGTHENED, amounts.stronger)
        yield _turn("direction:amount", *way, (amounts.level, amounts.topics), (before, after))


def _amounts(sentence: _Sentence) -> dict[tuple[str, str], int]:
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
    pair: tuple[_Sentence, _Sentence],
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
    text = f"{turn.says[:1].upper()}{turn.says[1:]}. Before: “{_shortened(turn.before)}”"
    reason = Reason(rule=turn.rule, text=text, quote=turn.after, level=turn.level, key=turn.key)
    return replace(
        finding,
        level=highest((finding.level, turn.level)),
        reasons=(reason, *finding.reasons),
        topics=tuple(dict.fromkeys((*finding.topics, *turn.topics))),
        exact=True,
        ground="what it said before and says now, side by side",
    )


def _shortened(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN].rsplit(' ', 1)[0]} ..."


def is_about(item: Item, level: Level, rules: Rules) -> bool:
    """Whether a turn of this item matters: it is medium or more, or low and speaks of what directions.yaml names."""
    if level.rank >= Level.MEDIUM.rank:
        return True
    if level is Level.NONE:
        return False
    found = weigh(item, rules)
    return not any(guard.cap for guard in found.guards) and any(name in rules.directions.about for name in found.hits)
