"""Reading terms.yaml: terms, contexts, guards, combinations, floors and topics."""

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.assess.matcher import build_matcher
from monitor.assess.reading import Entry, Reading, class_of, level_of, topic_of
from monitor.assess.rulebook import WATCHED_CODE, Combination, Floor, Guard, Strength, Term, TopicSigns
from monitor.assess.terms import Pattern, compile_pattern, literal_pattern
from monitor.model.assessment import Level, Topic
from monitor.model.errors import Problem

_NEAR = 250
"""How far apart words still belong to one statement, where a rule does not say: two or three sentences."""

_TERM_KEYS = {
    "id", "words", "strength", "level", "case", "near", "within", "raises", "raised_by", "topics", "class", "says",
}  # fmt: skip
_GUARD_KEYS = {"id", "words", "case", "mutes", "within", "cap", "yields", "unless", "title", "says"}
_COMBINATION_KEYS = {"id", "all", "none", "within", "level", "sources", "topics", "says"}
_TOPIC_KEYS = {"topic", "sources", "words"}
_FLOOR_KEYS = {"id", "sources", "title", "types", "level", "topics", "says"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TermFile:
    """What terms.yaml holds; ``patterns`` are those of terms, contexts, guards and floors together."""

    patterns: tuple[Pattern, ...]
    terms: dict[str, Term]
    guards: tuple[Guard, ...]
    combinations: tuple[Combination, ...]
    floors: tuple[Floor, ...]
    topics: TopicSigns


def read_terms(reading: Reading, root: Entry, watched: Sequence[str]) -> TermFile:
    """The rules of terms.yaml and one medium term for each of the user's own."""
    reading.check_keys(root, {"version", "contexts", "terms", "guards", "combinations", "floors", "topics"})
    patterns: list[Pattern] = []
    terms = _contexts(reading, root, patterns)
    for row in reading.rows(root, "terms"):
        term = _term(reading, row, patterns)
        if term.id in terms:
            reading.fault(row, f"'{term.id}' is used twice; ids must be unique")
        terms[term.id] = term
    for number, words in enumerate(watched, start=1):
        _add_watched(reading, number, words, patterns)
        terms[f"watched-{number}"] = _watched(number, words)
    guards = tuple(_guard(reading, row, patterns) for row in reading.rows(root, "guards"))
    combinations = tuple(_combination(reading, row) for row in reading.rows(root, "combinations"))
    floors = tuple(_floor(reading, row, patterns) for row in reading.rows(root, "floors"))
    _check_references(reading, root, terms)
    return TermFile(
        patterns=tuple(patterns),
        terms=terms,
        guards=guards,
        combinations=combinations,
        floors=floors,
        topics=_topics(reading, root),
    )


def _contexts(reading: Reading, root: Entry, patterns: list[Pattern]) -> dict[str, Term]:
    contexts: dict[str, Term] = {}
    member = root.members.get("contexts")
    if member is None:
        return contexts
    for name in member.members:
        _add_patterns(reading, member.members[name], name, reading.texts(member, name), patterns)
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


def _add_watched(reading: Reading, number: int, words: str, patterns: list[Pattern]) -> None:
    try:
        patterns.append(literal_pattern(f"watched-{number}", words))
    except ValueError as error:
        where = f"watch.terms[{number - 1}]"
        reading.problems.append(Problem(file="sources.yaml", line=1, column=1, where=where, what=str(error)))


def _add_patterns(
    reading: Reading,
    entry: Entry,
    pattern_id: str,
    spellings: Sequence[str],
    patterns: list[Pattern],
    *,
    exact: bool = False,
) -> None:
    for words in spellings:
        try:
            patterns.append(compile_pattern(pattern_id, words if exact else words.lower(), exact=exact))
        except ValueError as error:
            reading.fault(entry, f"'{words}': {error}")


def _term(reading: Reading, row: Entry, patterns: list[Pattern]) -> Term:
    reading.check_keys(row, _TERM_KEYS, {"id", "words", "strength", "says"})
    term_id, strength = reading.text(row, "id"), reading.choice(row, "strength", Strength, Strength.WEAK)
    _add_patterns(reading, row, term_id, reading.texts(row, "words"), patterns, exact=reading.flag(row, "case"))
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


def _guard(reading: Reading, row: Entry, patterns: list[Pattern]) -> Guard:
    reading.check_keys(row, _GUARD_KEYS, {"id", "words", "says"})
    guard_id = f"guard:{reading.text(row, 'id')}"
    _add_patterns(reading, row, guard_id, reading.texts(row, "words"), patterns, exact=reading.flag(row, "case"))
    return Guard(
        id=guard_id,
        mutes=reading.texts(row, "mutes"),
        within=reading.number(row, "within", 60),
        cap=reading.choice(row, "cap", level_of, None),
        yields="yields" not in row.members or reading.flag(row, "yields"),
        unless=reading.texts(row, "unless"),
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


def _floor(reading: Reading, row: Entry, patterns: list[Pattern]) -> Floor:
    reading.check_keys(row, _FLOOR_KEYS, {"id", "sources", "level", "says"})
    floor_id = f"floor:{reading.text(row, 'id')}"
    _add_patterns(reading, row, floor_id, reading.texts(row, "title"), patterns)
    return Floor(
        id=floor_id,
        sources=reading.texts(row, "sources"),
        titled="title" in row.members,
        types=reading.texts(row, "types"),
        level=reading.choice(row, "level", level_of, Level.LOW),
        topics=reading.choices(row, "topics", topic_of),
        says=reading.text(row, "says"),
    )


def _topics(reading: Reading, root: Entry) -> TopicSigns:
    patterns: list[Pattern] = []
    sources: list[tuple[str, Topic]] = []
    for row in reading.rows(root, "topics"):
        reading.check_keys(row, _TOPIC_KEYS, {"topic"})
        topic = reading.choice(row, "topic", topic_of, Topic.CODING)
        sources += [(source, topic) for source in reading.texts(row, "sources")]
        _add_patterns(reading, row, topic.value, reading.texts(row, "words"), patterns)
    return TopicSigns(sources=tuple(sources), matcher=build_matcher(patterns))


def _check_references(reading: Reading, root: Entry, terms: dict[str, Term]) -> None:
    """Every id named by another rule must be that of a term or context: a misspelt one would silently never hold."""
    for section, keys in (
        ("terms", ("near", "raised_by")),
        ("guards", ("mutes", "unless")),
        ("combinations", ("all", "none")),
    ):
        for row in reading.rows(root, section):
            for key in keys:
                for name in (part for text in reading.texts(row, key) for part in text.split("|")):
                    if name not in terms and name not in {"*", WATCHED_CODE}:
                        reading.fault(row.members[key], f"'{name}' is no term or context of this file")
