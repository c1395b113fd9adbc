"""The answers a person gave to the standing questions: added to, never altered."""

from datetime import date, datetime
from typing import Final

from monitor.model.question import Answer, Knowledge
from monitor.store.codec import from_json, to_json
from monitor.store.connection import Database, Row
from monitor.store.numbering import next_id
from monitor.store.times import to_moment, to_text

_CITATIONS = tuple[str, ...]
_COLUMNS: Final = "id, question, state, text, citations, by, looked_on, given_at, seq"


def insert_answer(database: Database, answer: Answer) -> str:
    """Keeps the answer; returns its id, ``AN-2026-0001``. ``given_at`` must be set."""
    assert answer.given_at is not None  # noqa: S101 - only the starter sheet has none, and it is never kept
    answer_id = next_id(database, "answer", "AN", answer.given_at)
    database.write(
        f"INSERT INTO answer ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
        [
            answer_id,
            answer.question_id,
            answer.state.value,
            answer.text,
            to_json(answer.citations),
            answer.by,
            answer.looked_on.isoformat(),
            to_text(answer.given_at),
            answer.seq,
        ],
    )
    return answer_id


def answers(database: Database, before: datetime | None = None) -> tuple[Answer, ...]:
    """All of them, oldest first; or those given before that moment."""
    found = database.rows(
        f"SELECT {_COLUMNS} FROM answer WHERE ?1 IS NULL OR given_at < ?1 ORDER BY number",  # noqa: S608
        [None if before is None else to_text(before)],
    )
    return tuple(map(_answer, found))


def _answer(row: Row) -> Answer:
    id_, question, state, text, citations, by, looked_on, given_at, seq = row
    return Answer(
        id=id_,
        question_id=question,
        state=Knowledge(state),
        text=text,
        citations=from_json(_CITATIONS, citations),
        by=by,
        looked_on=date.fromisoformat(looked_on),
        given_at=to_moment(given_at),
        seq=seq,
    )
