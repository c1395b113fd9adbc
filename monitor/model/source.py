"""A watched official list or document, how it is read, and what a healthy copy of it looks like."""

import re
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct, field

from monitor.model.assessment import Level
from monitor.model.ids import SourceId


class Kind(StrEnum):
    """The shapes of page that can be watched through an entry in sources.yaml alone."""

    TABLE = "table"
    JSON = "json"
    PROSE = "prose"
    LINKS = "links"
    FEED = "feed"


GENERIC_NOUN: Final = "item"
"""What a row of a list is called when nobody said what it is."""


class Route(Struct, frozen=True, kw_only=True):
    """One way to a source's bytes. Routes are tried in order until one gives a healthy copy.

    ``url`` may hold dates, and then stands for the address of the day or for one a week (see ``model.dated``).
    ``link_text``: when set, ``url`` is only a page that holds the link to the data; the link whose visible text
    contains these words (case ignored) is followed.
    """

    url: str
    link_text: str | None = None

    @property
    def host(self) -> str:
        """With its port, where one is named."""
        return _host(self.url)


@lru_cache(maxsize=4096)  # asked for each source many times in one poll
def _host(url: str) -> str:
    return urlsplit(url).netloc


class Contract(Struct, frozen=True, kw_only=True):
    """What a healthy copy looks like. A copy that breaks it is SUSPECT and never becomes the baseline.

    ``final_url`` and ``key_pattern`` are regular expressions (``re.search`` and ``re.fullmatch``); ``title`` must
    occur in
    the document's title (case ignored); ``sentinels`` are keys (records) or phrases (passages) known to be permanent;
    ``max_shrink`` is a share (0.10 = a tenth) of the baseline's items that may vanish in one step and ``spare_shrink``
    a number of items that may always vanish; ``max_strip`` is the share of the text that one rule may suddenly begin
    to cut out as noise. ``fresh_within``: how old the newest date in the content (or, of a
    document, its Last-Modified) may be before the source counts as stale, whatever its checks say.
    ``dates_ahead``: how far in the future a date of the list may lie at most. ``nothing_found``: a regular expression
    for what an interface says, with status 404, when nothing fits the question: an empty answer, not a page gone.
    """

    final_url: str | None = None
    media_types: tuple[str, ...] = ()
    title: str | None = None
    columns: tuple[str, ...] = ()
    sentinels: tuple[str, ...] = ()
    min_items: int = 1
    max_shrink: float = 0.10
    spare_shrink: int = 2
    max_strip: float = 0.20
    key_pattern: str | None = None
    allow_empty: bool = False
    fresh_within: timedelta | None = None
    dates_ahead: timedelta = timedelta(days=1830)
    nothing_found: str | None = None

    def is_nothing_found(self, body: bytes) -> bool:
        """Whether ``body`` is the answer of an interface that found nothing; its first 2,000 bytes tell."""
        return self.nothing_found is not None and bool(re.search(self.nothing_found, body[:2000].decode("latin-1")))


class Reading(Struct, frozen=True, kw_only=True):
    """How a page of a known kind is read. Which members matter depends on the kind; the rest stay at their defaults.

    - ``selector``: CSS selector of the region (table, prose, links).
    - ``rows``: dotted path to the list of rows (json), e.g. ``data`` or ``results``.
    - ``next_page``: dotted path to the next page's URL (json); absent or empty ends the paging.
    - ``key``: the fields which together are the regulator's own id.
    - ``label``: the field shown to people as the row's name.
    - ``fields``: the fields kept; empty keeps all.
    - ``dates``: fields that hold dates; they are stored as ISO 8601 (``2026-11-24``) when they can be read.
    - ``where``: (field, value) pairs a row must have to be kept.
    - ``drop``: CSS selectors of volatile parts that are cut out first (html), or field names (json).
    - ``member``: the file inside a zip archive that is the list (table), a name with ``*`` and ``?``; a slash after an
      archive's name goes into it: ``current_lcd_csv.zip/lcd.csv``.
    - ``link_pattern``, ``link_text``: regular expressions a link's URL and its visible text must match (links).
    - ``link_field``: the field that holds the row's own official URL.
    """

    selector: str | None = None
    rows: str | None = None
    next_page: str | None = None
    key: tuple[str, ...] = ()
    label: str | None = None
    fields: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    where: tuple[tuple[str, str], ...] = ()
    drop: tuple[str, ...] = ()
    member: str | None = None
    link_pattern: str | None = None
    link_text: str | None = None
    link_field: str | None = None


class Follow(Struct, frozen=True, kw_only=True):
    """Which documents behind a list are watched too, each as a source of its own (a child), and how each is read.

    - ``kind``, ``extractor``, ``reading``, ``contract``, ``noun``: of the child, as on ``Source``.
    - ``where``: (name, regular expression) pairs; a record is followed when each is found (``re.search``) in what the
      record calls so: a field, or ``key``, ``label``, ``url``, ``document``; several with ``|`` between, of which one
      is enough.
    - ``url``: the child's address with such names in braces, quoted for an address (``.../{key}.html``); None: the
      record's own address.
    - ``name``: what people call the child, with such names in braces, and ``{parent}`` for the list's own name.
    - ``identity``: a regular expression whose first group, found in the record's address or key, is the id of the
      document, for names that carry a version or a date. None: the record's own document id, else its key.
    - ``sequel``: a name and a regular expression; documents in which it finds the same are about one matter, and each
      is the sequel of the one numbered before it (a final rule of the proposed one).
    - ``part``: a word put after the document's id, where one document has several children (its text, its codes).
    - ``every``, ``floor``: None stands for the parent's.
    - ``limit``: of more documents than this only the first are followed, in the list's order; the rest is said.
    - ``beside``: what the child says belongs beside the news of its record: cards and ``show`` tell it there.
    - ``browser``: as on ``Source``.
    - ``follow``: documents behind the child in its turn.
    """

    kind: Kind
    extractor: str
    where: tuple[tuple[str, str], ...] = ()
    url: str | None = None
    name: str = "{label}"
    identity: str | None = None
    sequel: tuple[str, str] | None = None
    part: str | None = None
    every: timedelta | None = None
    floor: Level | None = None
    noun: str = GENERIC_NOUN
    limit: int = 100
    reading: Reading = field(default_factory=Reading)
    contract: Contract = field(default_factory=Contract)
    beside: bool = False
    browser: bool = False
    follow: "tuple[Follow, ...]" = ()


class FieldRoles(Struct, frozen=True, kw_only=True):
    """What some fields of a list are, where that decides which kind of news their change is.

    ``calendar``: fields that the calendar moves, such as the note "Future" that goes when a version takes effect;
    ``holder``: the field that names who holds the document; ``versions``: fields that move with each version;
    ``stamps``: fields that move whenever the row is touched; ``identity``: fields that together say what the item is:
    when all of them change at once, its id was given to another item.
    """

    calendar: frozenset[str] = frozenset()
    holder: str | None = None
    versions: frozenset[str] = frozenset()
    stamps: frozenset[str] = frozenset()
    identity: frozenset[str] = frozenset()


IN_FORCE: Final = "in force today"


class DocumentVersion(Struct, frozen=True, kw_only=True):
    """Which version of ``document`` a source holds, where several are published side by side: the one valid from
    ``first_day`` to ``last_day``, both included (None: not known, or open).
    """

    document: str
    first_day: date | None = None
    last_day: date | None = None

    def standing(self, today: date) -> str:
        """``in force today``, ``effective later`` or ``no longer in force``: a matter of the date alone."""
        if self.first_day is not None and today < self.first_day:
            return "effective later"
        if self.last_day is not None and today > self.last_day:
            return "no longer in force"
        return IN_FORCE


OFFICIAL: Final = frozenset({"AMA", "CMS", "FDA", "Federal Register"})
"""The authorities whose lists come with the program: what they publish is the official text itself."""


class Source(Struct, frozen=True, kw_only=True):
    """One watched official list or document.

    ``extractor`` names an entry of ``monitor.sources.SOURCES`` (an official list with a module of its own), or is the
    kind's name for a page described in sources.yaml. ``sliding``: the page shows only a window of its newest items, so
    an item that is gone has not been removed. ``leaves_after``: the field with the day (ISO) from which on an item may
    be gone without having been removed. ``continues``: the list on which this list's items stood before under the same
    ids: what comes from there has moved on, it is not new. ``floor``: the least level any material change of this
    source has. ``follow``: the documents behind it that are watched too; each of those names this source as its
    ``parent``, and in ``sequel_to`` the document that it is the sequel of. ``schedule``: the source that tells when the
    data of this one were last refreshed; in one run it is checked first, and a check that finds nothing new repeats
    what it says.
    ``max_body_bytes``: a larger body is not read (None: as usual for its kind). ``version``: which version of a
    document it is, where another source holds another one. ``browser``: the page only exists after its scripts ran.
    """

    id: SourceId
    name: str
    authority: str
    kind: Kind
    routes: tuple[Route, ...]
    every: timedelta
    extractor: str
    contract: Contract
    reading: Reading = field(default_factory=Reading)
    roles: FieldRoles = field(default_factory=FieldRoles)
    page_url: str | None = None
    floor: Level = Level.NONE
    sliding: bool = False
    leaves_after: str | None = None
    continues: SourceId | None = None
    respect_robots: bool = True
    max_body_bytes: int | None = None
    why: str = ""
    noun: str = GENERIC_NOUN
    follow: tuple[Follow, ...] = ()
    parent: SourceId | None = None
    schedule: SourceId | None = None
    version: DocumentVersion | None = None
    sequel_to: SourceId | None = None
    browser: bool = False

    @property
    def host(self) -> str:
        """Of the first route; empty where there is none."""
        return self.routes[0].host if self.routes else ""

    @property
    def official_url(self) -> str:
        """The address to show a person: the page when one is known, else the first route."""
        return self.page_url or self.routes[0].url
