"""The rules as data: terms, guards, combinations, floors, codes, device types, documents, ladders and aliases."""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from monitor.assess.date_words import DateWords
from monitor.assess.matcher import Matcher
from monitor.model.assessment import Direction, Level, Topic


class Strength(StrEnum):
    """How much a term says by itself: strong is enough alone, medium and weak add up, context says nothing alone."""

    STRONG = "strong"
    MEDIUM = "medium"
    WEAK = "weak"
    CONTEXT = "context"


POINTS = {Strength.STRONG: 5, Strength.MEDIUM: 2, Strength.WEAK: 1, Strength.CONTEXT: 0}
"""What one term adds to an item's sum, once however often it occurs."""

WATCHED_CODE = "watched-code"
"""The id under which rules may refer to "some code of the watch list that is medium or higher"."""

ANY_CODE = "any-code"
"""The id under which rules may refer to "some code of a service, watched or not": ``1031T``, ``0612U``, ``G0691``."""

MEDIUM_FROM = 4
"""From this sum on an item with at least one medium term is medium."""


class Term(Struct, frozen=True, kw_only=True):
    """A term and what it argues for.

    ``near``: one of these ids must stand within ``within`` characters, else the term counts as absent. ``raises``: the
    level it argues for when one of ``raised_by`` stands near. ``says`` is the sentence shown to the reader.
    """

    id: str
    strength: Strength
    level: Level
    near: tuple[str, ...]
    within: int
    raises: Level | None
    raised_by: tuple[str, ...]
    topics: tuple[Topic, ...]
    ai_class: str | None
    says: str


class Guard(Struct, frozen=True, kw_only=True):
    """A confusable. ``mutes``: term ids it takes out when they stand within ``within`` characters (``*``: all).

    ``cap``: the most the item can be while the guard holds, unless a term of ``unless`` is present or (``yields``) an
    unmuted strong term is. ``beside``: it holds only where one of these is present too (empty: always).
    """

    id: str
    mutes: tuple[str, ...]
    within: int
    cap: Level | None
    yields: bool
    unless: tuple[str, ...]
    beside: tuple[str, ...]
    title_only: bool
    says: str


class Combination(Struct, frozen=True, kw_only=True):
    """Terms that mean something together: one of each group of ``all`` within ``within`` characters of the first, none
    of ``none`` anywhere. ``sources``: only for these (empty: all).
    """

    id: str
    all: tuple[tuple[str, ...], ...]
    none: tuple[str, ...]
    within: int
    level: Level
    sources: tuple[str, ...]
    topics: tuple[Topic, ...]
    says: str


class Floor(Struct, frozen=True, kw_only=True):
    """The least level of a source's items, whatever their words; with title words, only of items so titled."""

    id: str
    sources: tuple[str, ...]
    titled: bool
    types: tuple[str, ...]
    level: Level
    topics: tuple[Topic, ...]
    says: str


class TopicSigns(Struct, frozen=True, kw_only=True):
    """By what an item is known to be about a topic: its source, or words; the hits of ``matcher`` bear the topic."""

    sources: tuple[tuple[str, Topic], ...]
    matcher: Matcher


class Code(Struct, frozen=True, kw_only=True):
    """A billing code on the watch list, described in our own words."""

    code: str
    what: str
    category: str
    ai_class: str | None
    class_source: str
    effective: str
    note: str
    level: Level


class DeviceType(Struct, frozen=True, kw_only=True):
    """An FDA product code: what it is, whether autonomous by definition, and the billing codes it feeds."""

    product_code: str
    what: str
    ai_class: str | None
    codes: tuple[str, ...]
    level: Level
    note: str


class DeviceFamily(Struct, frozen=True, kw_only=True):
    """Devices known by name to feed a watched code."""

    id: str
    codes: tuple[str, ...]
    level: Level
    says: str


class Document(Struct, frozen=True, kw_only=True):
    """A watched document, by the regulator's number."""

    number: str
    about: str
    codes: tuple[str, ...]
    topics: tuple[Topic, ...]
    level: Level


class Step(Struct, frozen=True, kw_only=True):
    """One rung of a ladder, and what comes next."""

    id: str
    says: str
    next_step: str | None


class Scale(Struct, frozen=True, kw_only=True):
    """Two sides that a sentence can be on; ``to_one`` and ``to_other``: the way a text goes that changes sides, and
    the sentence the reader sees.
    """

    id: str
    level: Level
    topics: tuple[Topic, ...]
    negatable: bool
    to_one: tuple[Direction, str]
    to_other: tuple[Direction, str]


class Amounts(Struct, frozen=True, kw_only=True):
    """What is told when a number behind ``at least`` or ``at most`` moves."""

    level: Level
    topics: tuple[Topic, ...]
    weaker: str
    stronger: str


class Directions(Struct, frozen=True, kw_only=True):
    """How a turned text is known. ``matcher`` finds ``coverage:one``, ``coverage:other``, ``coverage:neither``,
    ``negation``, ``floor`` and ``ceiling``. ``common``: words that do not tell what a sentence is about.
    """

    matcher: Matcher
    about: frozenset[str]
    common: frozenset[str]
    scales: tuple[Scale, ...]
    amounts: Amounts


class Rules(Struct, frozen=True, kw_only=True):
    """Everything the assessment stands on. ``version`` names the files' versions and a digest of their content.

    ``loud``: the ids without one of which no term and no combination argues for anything; what else a text holds are
    contexts and guards. ``telling`` finds these, guards and floors; ``contexts`` the others, which say nothing alone:
    most texts need no look for them. ``document_words``: the last word of each watched document's number.

    ``aliases``: spellings of a whole value that mean the same (folded to letters and digits -> the usual one, folded
    too); for the comparison of rows, not for the assessment.
    """

    version: str
    telling: Matcher
    contexts: Matcher
    device_matcher: Matcher
    terms: Mapping[str, Term]
    guards: tuple[Guard, ...]
    combinations: tuple[Combination, ...]
    loud: frozenset[str]
    floors: tuple[Floor, ...]
    topics: TopicSigns
    codes: Mapping[str, Code]
    device_types: Mapping[str, DeviceType]
    families: Mapping[str, DeviceFamily]
    listed_product_codes: frozenset[str]
    documents: Mapping[str, Document]
    document_words: frozenset[str]
    directions: Directions
    dates: DateWords
    ladders: Mapping[str, Mapping[str, Step]]
    source_aliases: Mapping[str, str]
    aliases: Mapping[str, str]
    secondary: frozenset[str]
