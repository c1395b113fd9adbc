"""What we believe a source said: keyed records of a list, or passages of a document."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from msgspec import Struct

from monitor.model.ids import RecordKey


class Record(Struct, frozen=True, kw_only=True):
    """One row, under the regulator's own id. ``fields`` keep the published spelling (decoded, ends stripped).

    ``document``: the id of the document that the row is one version of, where the version is part of the key (an LCD's
    next version then takes the place of the one before, instead of one row vanishing and another appearing).
    """

    key: RecordKey
    label: str
    fields: Mapping[str, str]
    url: str | None = None
    document: str | None = None


class Passage(Struct, frozen=True, kw_only=True):
    """One block of a document (paragraph, list item, heading, table row) with the headings above it."""

    headings: tuple[str, ...]
    text: str


class Page(Struct, frozen=True, kw_only=True):
    """One body handed to an extractor, with what is known of where it came from.

    ``layout``: of a PDF document, its text with places as JSON, as the sandbox told it (``monitor/sandbox/child.py``).
    """

    body: bytes
    url: str
    media_type: str | None = None
    charset: str | None = None
    layout: bytes | None = None


class Duplicate(Struct, frozen=True, kw_only=True):
    """A row published more than once under one key: the spelling kept and the one dropped."""

    key: RecordKey
    kept: Mapping[str, str]
    dropped: Mapping[str, str]


class StripKind(StrEnum):
    """What cuts: a ``drop:`` selector of the source, an element that never holds a document's text, a noise pattern."""

    SELECTOR = "selector"
    ELEMENT = "element"
    PATTERN = "pattern"


class Strip(Struct, frozen=True, kw_only=True):
    """What one rule cut out of one copy before it was read.

    ``rule``: the CSS selector, the element's name, or the pattern's name (see ``sources.kinds.noise``). ``parts``: how
    many pieces it took, ``chars`` characters in all, of the ``of_chars`` that the part of the page to be read held.
    """

    rule: str
    kind: StripKind
    parts: int
    chars: int
    of_chars: int

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return self.chars / self.of_chars if self.of_chars else 0.0


def add_up(strips: Iterable[Strip]) -> tuple[Strip, ...]:
    """One strip for each rule, in order of first use: those of several pages of one list, or of several cuts."""
    found: dict[tuple[StripKind, str], Strip] = {}
    for strip in strips:
        key = strip.kind, strip.rule
        known = found.get(key)
        found[key] = strip if known is None else _sum(known, strip)
    return tuple(found.values())


def _sum(one: Strip, other: Strip) -> Strip:
    return Strip(
        rule=one.rule,
        kind=one.kind,
        parts=one.parts + other.parts,
        chars=one.chars + other.chars,
        of_chars=one.of_chars + other.of_chars,
    )


class Snapshot(Struct, frozen=True, kw_only=True):
    """The content of one copy as an extractor read it.

    Exactly one of ``records`` and ``passages`` is used (the other is empty). ``columns`` are the column names found, in
    the canonical spelling of the source; ``declared_total`` is a count the page itself states; ``next_url`` is the
    address of the following page of the same list (only on partial reads); ``strips`` are what was cut out as noise;
    ``form`` is the format met (``csv``, ``xlsx``, ``xml``, ``html``, ``json``, ``feed``, ``pdf``, ``zip``).
    ``partial``: the copy came by a lesser way, which shows neither all items nor all fields; only its ``columns`` are
    sure, and what is missing proves nothing.
    """

    extractor: str
    extractor_version: int
    form: str
    records: tuple[Record, ...] = ()
    passages: tuple[Passage, ...] = ()
    title: str | None = None
    columns: tuple[str, ...] = ()
    declared_total: int | None = None
    duplicates: tuple[Duplicate, ...] = ()
    next_url: str | None = None
    strips: tuple[Strip, ...] = ()
    partial: bool = False

    @property
    def size(self) -> int:
        """How many items it holds."""
        return len(self.records) + len(self.passages)
