"""The standing sheet: the starter file, and what the record's answers and changes make of it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from monitor.assess.reading import Entry, Reading, topic_of
from monitor.model.assessment import Tier
from monitor.model.digest import OpenItem
from monitor.model.errors import ConfigError
from monitor.model.ids import ChangeId
from monitor.model.question import Answer, Knowledge, Question, SheetRow, StarterRow

FILE: Final = "questions.yaml"
STARTER: Final = "starter sheet"
"""Who answered what nobody has answered yet."""

_KEYS: Final = {"id", "asks", "short", "topics", "from", "state", "text", "cite"}


def read_starter(files: Mapping[str, str]) -> tuple[StarterRow, ...]:
    """The questions in the file's order, each with its first answer. Raises ``ConfigError`` with every fault."""
    reading = Reading(file=FILE)
    root = reading.load(files.get(FILE, ""))
    reading.check_keys(root, {"version", "looked_on", "questions"}, {"version", "looked_on", "questions"})
    looked_on = _day(reading, root)
    rows = tuple(_row(reading, entry, looked_on) for entry in reading.rows(root, "questions"))
    if len({row.question.id for row in rows}) < len(rows):
        reading.fault(root, "two questions have one id")
    if reading.problems:
        raise ConfigError(tuple(reading.problems))
    return rows


def _day(reading: Reading, root: Entry) -> date:
    written = reading.text(root, "looked_on")
    try:
        return date.fromisoformat(written)
    except ValueError:
        reading.fault(root, f"'looked_on' is '{written[:20]}'; write the day the answers speak of, such as 2026-07-31")
        return date.min


def _row(reading: Reading, entry: Entry, looked_on: date) -> StarterRow:
    reading.check_keys(entry, _KEYS, {"id", "asks", "short", "state", "text"})
    question = Question(
        id=reading.text(entry, "id"),
        asks=reading.text(entry, "asks"),
        short=reading.text(entry, "short"),
        topics=reading.choices(entry, "topics", topic_of),
        least=reading.choice(entry, "from", Tier, Tier.REVIEW),
    )
    answer = Answer(
        question_id=question.id,
        state=reading.choice(entry, "state", Knowledge, Knowledge.UNKNOWN),
        text=" ".join(reading.text(entry, "text").split()),
        citations=reading.texts(entry, "cite"),
        by=STARTER,
        looked_on=looked_on,
    )
    return StarterRow(question=question, answer=answer)


def sheet_of(
    starter: Sequence[StarterRow], answers: Sequence[Answer], items: Sequence[OpenItem]
) -> tuple[SheetRow, ...]:
    """Each question with its newest answer. ``answers``: oldest first; ``items``: changes that ask for a decision."""
    return tuple(
        _standing(row, [one for one in answers if one.question_id == row.question.id], items) for row in starter
    )


def _standing(row: StarterRow, answers: Sequence[Answer], items: Sequence[OpenItem]) -> SheetRow:
    answer = answers[-1] if answers else row.answer
    cited = [ChangeId(one) for given in reversed(answers) for one in given.citations if one.startswith("CH-")]
    return SheetRow(
        question=row.question,
        answer=answer,
        moved_by=cited[0] if cited else None,
        may_move=tuple(item.change_id for item in items if item.seq > answer.seq and _bears_on(row.question, item)),
    )


def _bears_on(question: Question, item: OpenItem) -> bool:
    return item.tier.rank >= question.least.rank and bool(set(question.topics) & set(item.topics))
