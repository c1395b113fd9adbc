"""Reading terms.yaml: terms, contexts, guards, combinations, floors and topics."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from msgspec import Struct

from monitor.assess.matcher import build_matcher
from monitor.assess.reading import Entry, Reading, class_of, level_of, topic_of
from monitor.assess.rulebook import ANY_CODE, WATCHED_CODE, Combination, Floor, Guard, Strength, Term, TopicSigns
from monitor.assess.terms import Pattern, compile_pattern, literal_pattern, with_lists
from monitor.model.assessment import Level, Topic
from monitor.model.errors import Problem

_NEAR = 250
"""How far apart words still belong to one statement, where a rule does not say: two or three sentences."""

_TERM_KEYS = {
    "id", "words", "strength", "level", "case", "near", "within", "raises", "raised_by", "topics", "class", "says",
}  # fmt: skip
_GUARD_KEYS = {"id", "words", "case", "mutes", "within", "cap", "yields", "unless", "beside", "title", "says"}
_COMBINATION_KEYS = {"id", "all", "none", "within", "level", "sources", "topics", "says"}
_TOPIC_KEYS = {"topic", "sources", "words"}
_FLOOR_KEYS = {"id", "sources", "title", "types", "level", "topics", "says"}


class TermFile(Struct, frozen=True, kw_only=True):
    """What terms.yaml holds; ``patterns`` are those of terms, contexts, guards and floors together."""

    patterns: tuple[Pattern, ...]
    terms: dict[str, Term]
    guards: tuple[Guard, ...]
    combinations: tuple[Combination, ...]
    floors: tuple[Floor, ...]
    topics: TopicSigns

    @property
    def loud(self) -> frozenset[str]:
        """Every term that is more than a context, and of each combination one group without which it cannot hold."""
        loud = {term.id for term in self.terms.values() if term.strength is not Strength.CONTEXT}
        for combination in self.combinations:
            groups = map(frozenset, combination.all)
            loud |= min(groups, key=lambda group: (len(group - loud), len(group)), default=loud)
        return frozenset(loud)

    @property
    def telling(self) -> frozenset[str]:
        """What has to be looked for in every text: the loud, guards and what these depend on, floors."""
        held = {name for guard in self.guards for name in (guard.id, *guard.unless, *guard.beside)}
        return self.loud | held | {floor.id for floor in self.floors}


@dataclass(slots=True, kw_only=True)
class _Spellings:
    """Every pattern of the file as it is read; ``lists`` are the word lists that patterns may name."""

    reading: Reading
    lists: Mapping[str, str]
    patterns: list[Pattern] = field(default_factory=list)

    def add(self, entry: Entry, pattern_id: str, spellings: Sequence[str], *, exact: bool = False) -> None:
        for words in spellings:
            try:
                whole = with_lists(words, self.lists)
                self.patterns.append(compile_pattern(pattern_id, whole if exact else whole.lower(), exact=exact))
            except ValueError as error:
                self.reading.fault(entry, f"'{words}': {error}")


def read_terms(reading: Reading, root: Entry, watched: Sequence[str]) -> TermFile:
    """The rules of terms.yaml and one medium term for each of the user's own."""
    reading.check_keys(root, {"version", "lists", "contexts", "terms", "guards", "combinations", "floors", "topics"})
    lists = _lists(reading, root)
    spellings = _Spellings(reading=reading, lists=lists)
    terms = _contexts(reading, root, spellings)
    for row in reading.rows(root, "terms"):
        term = _term(reading, row, spellings)
        if term.id in terms:
            reading.fault(row, f"'{term.id}' is used twice; ids must be unique")
        terms[term.id] = term
    for number, words in enumerate(watched, start=1):
        _add_watched(number, words, spellings)
        terms[f"watched-{number}"] = _watched(number, words)
    guards = tuple(_guard(reading, row, spellings) for row in reading.rows(root, "guards"))
    combinations = tuple(_combination(reading, row) for row in reading.rows(root, "combinations"))
    floors = tuple(_floor(reading, row, spellings) for row in reading.rows(root, "floors"))
    _check_references(reading, root, terms)
    return TermFile(
        patterns=tuple(spellings.patterns),
        terms=terms,
        guards=guards,
        combinations=combinations,
        floors=floors,
        topics=_topics(root, _Spellings(reading=reading, lists=lists)),
    )


def _lists(reading: Reading, root: Entry) -> dict[str, str]:
    """The word lists by name, their words with bars between."""
    member = root.members.get("lists")
    if member is None:
        return {}
    return {name: "|".join("|".join(reading.texts(member, name)).split()) for name in member.members}


def _contexts(reading: Reading, root: Entry, spellings: _Spellings) -> dict[str, Term]:
    contexts: dict[str, Term] = {}
    member = root.members.get("contexts")
    if member is None:
        return contexts
    for name in member.members:
        spellings.add(member.members[name], name, reading.texts(member, name))
        contexts[name] = _plain_term(name, Strength.CONTEXT, Level.NONE, "")
    return contexts


def _plain_term(term_id: str, strength: Strength, level: Level, says: str) -> Term:
    return Term(
        id=term_id, strength=strength, level=level, near=(), within=_NEAR, raises=None, raised_by=(), topics=(),
        ai_class=None, says=says,
    )  # fmt: skip


def _watched(number: int, words: str) -> Term:
    return _plain_term(
        f"watched-{number}", Strength.STRONG, Level.MEDIUM, f"names '{words}', a term on your own watch list"
    )


def _add_watched(number: int, words: str, spellings: _Spellings) -> None:
    try:
        spellings.patterns.append(literal_pattern(f"watched-{number}", words))
    except ValueError as error:
        where = f"watch.terms[{number - 1}]"
        spellings.reading.problems.append(Problem(file="sources.yaml", line=1, column=1, where=where, what=str(error)))


def _strength_of(written: str) -> Strength:
    if written not in set(Strength) - {Strength.CONTEXT}:
        msg = f"'{written}' is no strength; write strong, medium or weak"
        raise ValueError(msg)
    return Strength(written)


def _term(reading: Reading, row: Entry, spellings: _Spellings) -> Term:
    reading.check_keys(row, _TERM_KEYS, {"id", "words", "strength", "says"})
    term_id, strength = reading.text(row, "id"), reading.choice(row, "strength", _strength_of, Strength.WEAK)
    spellings.add(row, term_id, reading.texts(row, "words"), exact=reading.flag(row, "case"))
    return Term(
        id=term_id,
        strength=strength,
        level=reading.choice(row, "level", level_of, Level.MEDIUM if strength is Strength.STRONG else Level.LOW),
        near=reading.texts(row, "near"),
        within=reading.number(row, "within", _NEAR),
        raises=reading.choice(row, "raises", level_of, None),
        raised_by=reading.texts(row, "raised_by"),
        topics=reading.choices(row, "topics", topic_of),
        ai_class=reading.choice(row, "class", class_of, None),
        says=reading.text(row, "says"),
    )


def _guard(reading: Reading, row: Entry, spellings: _Spellings) -> Guard:
    reading.check_keys(row, _GUARD_KEYS, {"id", "words", "says"})
    guard_id = f"guard:{reading.text(row, 'id')}"
    spellings.add(row, guard_id, reading.texts(row, "words"), exact=reading.flag(row, "case"))
    return Guard(
        id=guard_id,
        mutes=reading.texts(row, "mutes"),
        within=reading.number(row, "within", 60),
        cap=reading.choice(row, "cap", level_of, None),
        yields="yields" not in row.members or reading.flag(row, "yields"),
        unless=reading.texts(row, "unless"),
        beside=reading.texts(row, "beside"),
        title_only=reading.flag(row, "title"),
        says=reading.text(row, "says"),
    )


def _combination(reading: Reading, row: Entry) -> Combination:
    reading.check_keys(row, _COMBINATION_KEYS, {"id", "all", "level", "says"})
    return Combination(
        id=reading.text(row, "id"),
        all=tuple(tuple(group.split("|")) for group in reading.texts(row, "all")),
        none=reading.texts(row, "none"),
        within=reading.number(row, "within", 1_000_000),
        level=reading.choice(row, "level", level_of, Level.LOW),
        sources=reading.texts(row, "sources"),
        topics=reading.choices(row, "topics", topic_of),
        says=reading.text(row, "says"),
    )


def _floor(reading: Reading, row: Entry, spellings: _Spellings) -> Floor:
    reading.check_keys(row, _FLOOR_KEYS, {"id", "sources", "level", "says"})
    floor_id = f"floor:{reading.text(row, 'id')}"
    spellings.add(row, floor_id, reading.texts(row, "title"))
    return Floor(
        id=floor_id,
        sources=reading.texts(row, "sources"),
        titled="title" in row.members,
        types=reading.texts(row, "types"),
        level=reading.choice(row, "level", level_of, Level.LOW),
        topics=reading.choices(row, "topics", topic_of),
        says=reading.text(row, "says"),
    )


def _topics(root: Entry, spellings: _Spellings) -> TopicSigns:
    reading = spellings.reading
    sources: list[tuple[str, Topic]] = []
    for row in reading.rows(root, "topics"):
        reading.check_keys(row, _TOPIC_KEYS, {"topic"})
        topic = reading.choice(row, "topic", topic_of, Topic.CODING)
        sources += [(source, topic) for source in reading.texts(row, "sources")]
        spellings.add(row, topic.value, reading.texts(row, "words"))
    return TopicSigns(sources=tuple(sources), matcher=build_matcher(spellings.patterns))


def _check_references(reading: Reading, root: Entry, terms: dict[str, Term]) -> None:
    """Every id named by another rule must be that of a term or context: a misspelt one would silently never hold."""
    for section, keys in (
        ("terms", ("near", "raised_by")),
        ("guards", ("mutes", "unless", "beside")),
        ("combinations", ("all", "none")),
    ):
        for row in reading.rows(root, section):
            for key in keys:
                for name in (part for text in reading.texts(row, key) for part in text.split("|")):
                    if name not in terms and name not in {"*", WATCHED_CODE, ANY_CODE}:
                        reading.fault(row.members[key], f"'{name}' is no term or context of this file")
