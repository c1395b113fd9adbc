"""Reading directions.yaml: the words by which a text that turned is known."""

from collections.abc import Collection, Iterable

from monitor.assess.matcher import build_matcher
from monitor.assess.reading import Entry, Reading, level_of, topic_of
from monitor.assess.rulebook import WATCHED_CODE, Amounts, Directions, Scale
from monitor.assess.terms import Pattern, compile_pattern
from monitor.model.assessment import Direction, Level

NEGATION, FLOOR, CEILING = "negation", "floor", "ceiling"
ONE, OTHER, NEITHER = "one", "other", "neither"

_SCALE_KEYS = {"id", "kind", "level", "negatable", "topics", ONE, OTHER, NEITHER, "to_one", "to_other"}
_AMOUNT_KEYS = {"level", "topics", "floors", "ceilings", "weaker", "stronger"}
_WAYS = {
    "opposite": (Direction.REVERSED, Direction.REVERSED),
    "graded": (Direction.STRENGTHENED, Direction.WEAKENED),
}


def read_directions(reading: Reading, root: Entry, terms: Collection[str]) -> Directions:
    """The rules of directions.yaml; ``about`` may name any of ``terms``."""
    reading.check_keys(root, {"version", "about", "common", "negations", "scales", "amounts"})
    patterns = list(_patterns(reading, root, NEGATION, "negations"))
    scales = tuple(_scale(reading, row, patterns) for row in reading.rows(root, "scales"))
    amounts = _amounts(reading, root, patterns)
    about = reading.texts(root, "about")
    for name in about:
        if terms and name not in terms and name != WATCHED_CODE:  # a file of terms that cannot be read has said so
            reading.fault(root.members["about"], f"'{name}' is no term or context of terms.yaml")
    common = frozenset(" ".join(reading.texts(root, "common")).lower().split())
    return Directions(
        matcher=build_matcher(patterns), about=frozenset(about), common=common, scales=scales, amounts=amounts
    )


def _patterns(reading: Reading, entry: Entry, pattern_id: str, name: str) -> Iterable[Pattern]:
    for words in reading.texts(entry, name):
        try:
            yield compile_pattern(pattern_id, words.lower())
        except ValueError as error:
            reading.fault(entry.members[name], f"'{words}': {error}")


def _scale(reading: Reading, row: Entry, patterns: list[Pattern]) -> Scale:
    reading.check_keys(row, _SCALE_KEYS, {"id", "kind", "level", ONE, OTHER, "to_one", "to_other"})
    scale_id = reading.text(row, "id")
    for side in (ONE, OTHER, NEITHER):
        patterns.extend(_patterns(reading, row, f"{scale_id}:{side}", side))
    to_one, to_other = reading.choice(row, "kind", _kind, _WAYS["opposite"])
    return Scale(
        id=scale_id,
        level=reading.choice(row, "level", level_of, Level.MEDIUM),
        topics=reading.choices(row, "topics", topic_of),
        negatable=reading.flag(row, "negatable"),
        to_one=(to_one, reading.text(row, "to_one")),
        to_other=(to_other, reading.text(row, "to_other")),
    )


def _kind(written: str) -> tuple[Direction, Direction]:
    if written not in _WAYS:
        msg = f"'{written}' is no kind of scale; write {' or '.join(_WAYS)}"
        raise ValueError(msg)
    return _WAYS[written]


def _amounts(reading: Reading, root: Entry, patterns: list[Pattern]) -> Amounts:
    row = root.members.get("amounts") or Entry(where="amounts", line=root.line, column=root.column)
    reading.check_keys(row, _AMOUNT_KEYS, {"level", "weaker", "stronger"})
    for pattern_id, name in ((FLOOR, "floors"), (CEILING, "ceilings")):
        patterns.extend(_patterns(reading, row, pattern_id, name))
    return Amounts(
        level=reading.choice(row, "level", level_of, Level.MEDIUM),
        topics=reading.choices(row, "topics", topic_of),
        weaker=reading.text(row, "weaker"),
        stronger=reading.text(row, "stronger"),
    )
