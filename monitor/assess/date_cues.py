"""What a day in a sentence is the day of, by the words around it.

1. The text is cut into sentences; each day looks back in its own for the nearest cue that no other day has used up.
2. A cue names a kind (``effective``), a history that matters to no deadline (``published``, ``dated``), or only that
   something ends (``no later than``); then the sentence's subject (comments, reconsideration, notice) tells of what.
3. Without one, the words right behind the day are asked: ``January 1, 2027 is the effective date``.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from operator import attrgetter

from msgspec import Struct
from msgspec.structs import replace

from monitor.assess.date_ranges import is_replaced, ranges
from monitor.assess.date_words import DateWords, Sign
from monitor.assess.days import Day, clock_at, days_and_months
from monitor.assess.headed_days import headed_days
from monitor.model.assessment import DateKind

REACH = 140
"""How many characters a cue may stand before its day."""

_BEHIND = 70
_NOTHING = re.compile("(?!)")
_LEADS_ON = re.compile(
    r"[\s,]*(?:(?:on|by|from|until|as of)[\s,]*)?"
)  # to the next day, which the words before are about
_CELL_ENDS = frozenset("|:")
_LABEL_CHARS = 60
_LABEL = re.compile(r"(?::|\b(?:dates?|starts?|ends?|due|deadline|closes?|begins?|effective|meetings?)\)?)\s*")
_STOP = re.compile(  # begins with a set of signs, so that a search flies over everything else
    r"[.!?;\n](?:"
    r"(?<=[.!?])(?=\s+[^a-z\s]|\s*$)(?<![.\s][a-z].)(?<!\b(?:no|st|dr|vs|mr|ms).)(?<!\b[ap]\.m.)"
    r"|(?<=\n)\n*"
    r"|(?<=;)(?!\s*(?:and\s+)?[a-z]{3,9}\.?\s+\d))"
)

_GO_WITH_AN_END = frozenset(
    {Sign.FROM, DateKind.EFFECTIVE, DateKind.RETIREMENT, DateKind.NOTICE_ENDS, DateKind.NOTICE_STARTS,
     DateKind.DECISION_DUE, DateKind.RELEASE}
)  # fmt: skip
"""What keeps its meaning with an end behind it: ``effective date is delayed until``."""

_LIST_GAP = re.compile(r"[\s,;]*(?:and|or|to|through|until|-|&)?[\s,]*(?:\w+ly\s+)?(?:(?:on|from|as of)\s+)?")


class Dated(Struct, frozen=True, kw_only=True):
    """A day with its kind, the span of words it stands on, and its time of day as a span."""

    kind: DateKind
    day: Day
    start: int
    end: int
    clock: tuple[int, int] | None


class _Cue(Struct, frozen=True):
    sign: DateKind | Sign
    start: int
    end: int


def find_dated(lower: str, words: DateWords) -> Iterator[Dated]:
    """Every day of a folded, lower-case text that by ``words`` is a deadline or a turning point, in text order."""
    days, months = days_and_months(lower)
    if headed := list(headed_days(lower, days, months)):
        days = sorted((*days, *headed), key=attrgetter("start"))
    if not days:
        return
    stops = [0, *_stops(lower, days), len(lower)]
    number, count = 0, len(days)
    while number < count:
        sentence = bisect_right(stops, days[number].start)
        low, high = stops[sentence - 1], stops[min(sentence, len(stops) - 1)]
        first, number = number, number + 1
        while number < count and days[number].start < high:
            number += 1
        yield from _of_sentence(lower, words, (low, high), ranges(lower, days[first:number]))


def _stops(lower: str, days: Sequence[Day]) -> list[int]:
    """Where sentences end: never within a day, nor between a label and its day."""
    ends = [match.end() for match in _STOP.finditer(lower)]
    for day in days if ends else ():
        first = bisect_left(ends, day.start if _has_label_above(lower, day) else day.start + 1)
        while first < len(ends) and ends[first] < day.end:
            del ends[first]
    return ends


def _has_label_above(lower: str, day: Day) -> bool:
    """Whether a day stands alone on its line, or several begin it, and a line that asks for one is above it: a table
    written cell by cell.
    """
    if lower[day.start - 1 : day.start] != "\n":
        return False
    alone = (lower[day.end : day.end + 3].strip(" ")[:1] or "\n") == "\n"
    if not (alone or day.until):
        return False
    above = lower[max(0, day.start - _LABEL_CHARS) : day.start].rstrip().rpartition("\n")[2]
    label = _LABEL.search(above)
    while label and label.end() < len(above):
        label = _LABEL.search(above, label.end())
    return label is not None


def _of_sentence(lower: str, words: DateWords, span: tuple[int, int], days: Sequence[Day]) -> Iterator[Dated]:
    low, high = span
    used: dict[int, int] = {}
    passed: list[Day] = []
    cues = _cues_between(lower, words, max(low, days[0].start - 2 * REACH), days[-1].start, high)
    instead = 0
    for number, day in enumerate(days):
        following = days[number + 1] if number + 1 < len(days) else None
        if following is not None and is_replaced(lower, day, following):
            instead = day.end
            continue
        behind = following.start if following else high
        free = _left_after(cues, instead) if instead else cues
        cue = _cue_before(lower, free, day, passed[-3:], used)
        instead = 0
        passed.append(day)
        kind = _kind_of(lower, words, cue, day, (low, behind))
        if cue is not None and (cue.sign is Sign.FROM or (cue.sign is Sign.BEHIND and kind is None)):
            kind = _of_verb(cues, cue, used)
        if cue is not None:
            used[cue.start] = day.end
        if kind is None:
            continue
        first = cue.start if cue is not None else day.start
        clock = clock_at(lower, day, low, behind)
        for named, at in _ends_of(kind, day, lower, low):
            yield Dated(kind=named, day=at, start=first, end=day.end, clock=clock)


def _cues_between(lower: str, words: DateWords, start: int, stop: int, end: int) -> Sequence[_Cue]:
    """The cues that begin between ``start`` and ``stop`` and are over at ``end``."""
    cues = []
    for match in words.leads.found(lower, start, stop, end):
        sign = words.sign_of(match)
        if sign is not Sign.NOTHING:
            cues.append(_Cue(sign, *match.span()))
    return cues


def _left_after(cues: Sequence[_Cue], instead: int) -> Sequence[_Cue]:
    """The cues for a day that stands for another, which ended at ``instead``: those of the sentence's kind, else what
    ends.
    """
    kinds = [cue for cue in cues if (isinstance(cue.sign, DateKind) or cue.sign is Sign.FROM) and cue.end < instead]
    return kinds or [cue for cue in cues if cue.sign is Sign.ENDS]


def _cue_before(
    lower: str, cues: Sequence[_Cue], day: Day, earlier: Sequence[Day], used: dict[int, int]
) -> _Cue | None:
    """The nearest free cue; a used one serves again only where the days are listed together. A mere ``by`` or ``until``
    gives way to a word of kind, unless what stands before it is history or another day.
    """
    ends: _Cue | None = None
    for cue in reversed(cues):
        if cue.end > day.start:
            continue
        if day.start - cue.end > REACH:
            break
        taken = used.get(cue.start)
        if taken is not None and not _LIST_GAP.fullmatch(lower, taken, day.start):
            if ends is not None:
                return ends
            continue
        if cue.sign is Sign.ENDS:
            ends = ends or cue
            continue
        if ends is None:
            return cue
        if cue.sign is Sign.PAST or cue.sign is Sign.BEHIND or any(cue.end <= one.start for one in earlier):
            return ends
        return cue if cue.sign in _GO_WITH_AN_END else ends
    return ends


def _of_verb(cues: Sequence[_Cue], cue: _Cue, used: Mapping[int, int]) -> DateKind | None:
    """What begins or is over on a day that follows ``on or after`` or ``as of``: the words before that tell."""
    verbs = (one.sign for one in reversed(cues) if one.end <= cue.start and one.start not in used)
    verb = next((sign for sign in verbs if isinstance(sign, DateKind)), None)
    if verb is DateKind.RETIREMENT or cue.sign is Sign.FROM:
        return DateKind.RETIREMENT if verb is DateKind.RETIREMENT else DateKind.EFFECTIVE
    return verb if verb is DateKind.EFFECTIVE else None


def _kind_of(lower: str, words: DateWords, cue: _Cue | None, day: Day, span: tuple[int, int]) -> DateKind | None:
    _, behind = span
    if words.undone.match(lower, day.end, min(behind, day.end + _BEHIND)):
        return None
    if cue is None and day.until is None:
        return _labelled(lower, words, day, span[0]) or _trailing(lower, words, day, behind)
    sign = cue.sign if cue is not None else Sign.ENDS  # a range says by itself that something ends
    if isinstance(sign, DateKind):
        return sign
    if sign is Sign.PAST:
        return None
    subject = _subject(lower, words, day, span) if sign is Sign.ENDS else None
    return words.kind_of(subject) if subject else _trailing(lower, words, day, behind)


def _subject(lower: str, words: DateWords, day: Day, span: tuple[int, int]) -> re.Match[str] | None:
    """What ends on the day: named before it, else behind it, else in the clause before (``...; it is due by``)."""
    low, behind = span
    regions = [(max(low, day.start - 2 * REACH), day.start), (day.end, min(behind, day.end + _BEHIND))]
    if lower[low - 1 : low] == ";":
        regions.append((max(_last_stop(lower, low), low - 2 * REACH), low))
    found = (list(words.subject.finditer(lower, *region)) for region in regions)
    return next((subjects[-1] for subjects in found if subjects), None)


def _labelled(lower: str, words: DateWords, day: Day, low: int) -> DateKind | None:
    """The kind of a day in the second cell of a line whose first one names a subject: ``Comments | 01/15/2027``."""
    label = lower[max(low, day.start - _BEHIND) : day.start].rstrip()
    if label[-1:] not in _CELL_ENDS:
        return None
    subjects = list(words.subject.finditer(label))
    return words.kind_of(subjects[-1]) if subjects and label[subjects[-1].end() : -1].strip() == "" else None


def _last_stop(lower: str, before: int) -> int:
    """Where the clause begins that ends at ``before``."""
    ends = [stop.end() for stop in _STOP.finditer(lower, max(0, before - 2 * REACH), before - 1)]
    return ends[-1] if ends else 0


def _trailing(lower: str, words: DateWords, day: Day, behind: int) -> DateKind | None:
    region = lower[day.end : min(behind, day.end + _BEHIND)]
    found = ((pattern.match(region), kind) for pattern, kind in words.trails)
    to_next = lower[behind - 1 : behind].isspace() and lower[behind : behind + 1].isalnum()
    leads_on = _LEADS_ON if to_next else _NOTHING
    return next((kind for match, kind in found if match and not leads_on.fullmatch(region, match.end())), None)


def _ends_of(kind: DateKind, day: Day, lower: str, low: int) -> tuple[tuple[DateKind, Day], ...]:
    """Which end of a range is meant; a notice period has two."""
    if day.until is None:
        return ((kind, day),)
    last = replace(day, on=day.until, until=None)
    if kind in {DateKind.NOTICE_STARTS, DateKind.NOTICE_ENDS} or (
        kind is not DateKind.COMMENT_CLOSES and lower[low : day.start].rstrip().endswith("notice period")
    ):
        return ((DateKind.NOTICE_STARTS, day), (DateKind.NOTICE_ENDS, last))
    if kind in {DateKind.COMMENT_CLOSES, DateKind.RECONSIDERATION_CLOSES}:
        return ((kind, last),)
    return ((kind, day),)
