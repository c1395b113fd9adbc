"""The words that tell what a day is the day of, as dates.yaml has them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from monitor.assess.cues import Cues
from monitor.model.assessment import DateKind


class Sign(Enum):
    """What a cue says that is no kind of its own: something past that no deadline hangs on; that something ends; from
    when something holds, or no longer does; that the words behind the day tell, else those before, and that it is past
    where neither do; or nothing, where the words would be taken for another cue.
    """

    PAST = "past"
    ENDS = "ends"
    BEHIND = "behind"
    FROM = "from"
    NOTHING = "nothing"


@dataclass(frozen=True, kw_only=True)
class DateWords:
    """What dates.yaml says; expressions are made ready when the first day is met.

    ``columns``: by name as ``field_name`` has it, the name as written and the kind of date it holds. ``before``,
    ``after`` and ``subjects``: the expressions of each kind, in the order in which they count.
    """

    columns: Mapping[str, tuple[str, DateKind]]
    before: Sequence[tuple[DateKind | Sign, Sequence[str]]]
    after: Sequence[tuple[DateKind | Sign, Sequence[str]]]
    subjects: Sequence[tuple[DateKind | None, Sequence[str]]]

    @cached_property
    def leads(self) -> Cues:
        """Words before a day. Of two that begin at one place the upper counts."""
        return Cues([expressions for _, expressions in self.before])

    @cached_property
    def trails(self) -> tuple[tuple[re.Pattern[str], DateKind], ...]:
        """Words right behind a day that has none before it."""
        return tuple((_behind(each), kind) for kind, each in self.after if isinstance(kind, DateKind))

    @cached_property
    def undone(self) -> re.Pattern[str]:
        """Words right behind a day that nothing happens on, whatever stands before it."""
        return _behind([one for sign, each in self.after if sign is Sign.PAST for one in each] or ["(?!)"])

    @cached_property
    def subject(self) -> re.Pattern[str]:
        """What a sentence is about."""
        groups = (f"(?P<k{number}>{'|'.join(each)})" for number, (_, each) in enumerate(self.subjects))
        return re.compile(rf"\b(?:{'|'.join(groups) or '(?!)'})\b")

    def sign_of(self, match: re.Match[str]) -> DateKind | Sign:
        """What the words that ``leads`` found say."""
        return self._signs[match.lastgroup]

    @cached_property
    def _signs(self) -> Mapping[str | None, DateKind | Sign]:
        return {f"k{number}": sign for number, (sign, _) in enumerate(self.before)}

    def kind_of(self, match: re.Match[str]) -> DateKind | None:
        """The kind of a date that ends what ``subject`` found; None: nothing that is watched."""
        return self.subjects[_group(match)][0]


def _behind(expressions: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"[\s,\"'\u201d\u2019)]*(?:{'|'.join(expressions)})")


def _group(match: re.Match[str]) -> int:
    return int((match.lastgroup or "k0")[1:])
