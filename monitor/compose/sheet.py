"""The standing sheet in words: each question with its state, what was answered, on what ground, and what may have moved
it since.
"""

from collections.abc import Iterable
from typing import Final

from monitor.compose.hostile import first_sentence, safe_line
from monitor.compose.wording import capital, day, listed, sentence
from monitor.model.question import Answer, SheetRow

STAGE: Final = "stage"
"""The question that asks where CMAA itself stands."""

PAYERS: Final = "payers"
"""The question that only pages of the reader's own choosing can answer."""

_LINE_LIMIT: Final = 160
_TEXT_LIMIT: Final = 600


def answer_line(row: SheetRow, *, dated: bool = True) -> str:
    """``Unknown. No official text found. (Jul 31, 2026, starter sheet)``, and the changes that may have moved it.

    ``dated``: whether who answered, and of which day, is said.
    """
    said = sentence(safe_line(first_sentence(row.answer.text), _LINE_LIMIT))
    words = said if row.question.id == STAGE else f"{capital(row.answer.state.value)}. {said}"
    ground = f" ({whence(row.answer)})" if dated else ""
    moved = f" May have moved: {_changes(row, 2)}." if row.may_move else ""
    return f"{words}{ground}{moved}"


def whence(answer: Answer) -> str:
    """``Nov 20, 2026, by A. Reviewer``."""
    who = safe_line(answer.by, 60)
    return f"{day(answer.looked_on)}, {f'by {who}' if answer.id else who}"


def sheet_lines(rows: Iterable[SheetRow]) -> list[str]:
    """The whole sheet for a terminal: one paragraph of indented lines for each question."""
    return [line for row in rows for line in _paragraph(row)]


def _paragraph(row: SheetRow) -> list[str]:
    answer = row.answer
    lines = [
        f"{safe_line(row.question.asks, 120)}  [{row.question.id}]",
        f"  {answer.state.value.upper()}: {safe_line(answer.text, _TEXT_LIMIT)}",
        f"  Last looked at: {whence(answer)}{f' ({answer.id})' if answer.id else ''}.",
    ]
    lines += [f"  Source: {safe_line(one, 300)}" for one in answer.citations]
    lines += [f"  Last moved by {row.moved_by}."] if row.moved_by else []
    if row.may_move:
        lines.append(f"  MAY HAVE MOVED: {_changes(row, 6)}; nobody has looked yet.")
    return lines


def answer_lines(answers: Iterable[Answer]) -> list[str]:
    """Every answer in two lines."""
    return [line for one in answers for line in _given(one)]


def _given(answer: Answer) -> list[str]:
    cited = f" [{listed((safe_line(one, 120) for one in answer.citations), 5)}]" if answer.citations else ""
    return [
        f"{answer.id}  {safe_line(answer.question_id, 40)}: {answer.state.value.upper()}  ({whence(answer)})",
        f"  {safe_line(answer.text, _TEXT_LIMIT)}{cited}",
    ]


def _changes(row: SheetRow, limit: int) -> str:
    """The newest first."""
    return listed((safe_line(one, 20) for one in reversed(row.may_move)), limit)
