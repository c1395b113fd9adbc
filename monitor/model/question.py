"""The standing sheet: where CMAA stands, and the four questions of whoever must bill. A person answers; every answer is
kept.
"""

from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct

from monitor.model.assessment import Tier, Topic
from monitor.model.ids import ChangeId


class Knowledge(StrEnum):
    """How far a question is answered."""

    KNOWN = "known"
    PARTLY = "partly"
    UNKNOWN = "unknown"


class Question(Struct, frozen=True, kw_only=True):
    """``short`` is what a digest prints before the answer; a change on one of ``topics`` may move the answer
    when its tier is ``least`` or graver.
    """

    id: str
    asks: str
    short: str
    topics: tuple[Topic, ...]
    least: Tier = Tier.REVIEW


class Answer(Struct, frozen=True, kw_only=True):
    """What was answered, by whom and on what ground. ``citations`` are official addresses or change ids.

    ``looked_on`` is the day to which the answer speaks; ``seq`` the newest check when it was given (0: the starter
    sheet, which knows nothing of the record). ``id`` and ``given_at`` are None for the starter sheet.
    """

    question_id: str
    state: Knowledge
    text: str
    citations: tuple[str, ...]
    by: str
    looked_on: date
    seq: int = 0
    id: str | None = None
    given_at: datetime | None = None


class StarterRow(Struct, frozen=True, kw_only=True):
    """A question with the answer that comes with the program."""

    question: Question
    answer: Answer


class SheetRow(Struct, frozen=True, kw_only=True):
    """A question as it stands. ``moved_by``: the newest change that an answer cites as its ground; ``may_move``:
    changes since the answer on one of its topics, at which nobody has looked for this question.
    """

    question: Question
    answer: Answer
    moved_by: ChangeId | None
    may_move: tuple[ChangeId, ...]
