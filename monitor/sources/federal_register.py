"""Federal Register documents of CMS and FDA that speak of artificial intelligence or of payment for software.

- What: rules, proposed rules and notices (FDA announces guidance by notice), one query over their full text (the
  abstracts of the payment rules hold no AI word, so abstracts cannot be the filter), keyed by document number
  (``2026-13656``; corrections ``C1-2023-14768``).
- Where: the Federal Register's documents API. No key. An explicit list of fields: ``page_views`` moves all the
  time, and ``comment_url``, ``topics`` and ``images`` are filled in later.
- How often it moves: every working day; a dozen matches a month; payment rules in July and November.
- Caveats: newest first from a first day on, so older documents are not told of. ``total_pages`` is capped and the
  cursor sits in ``next_page_url``, which is followed as it is written. Full-text matches come and go as documents are
  re-indexed: a document gone is not a document withdrawn. A correction names what it corrects in ``correction_of``
  only when its number is one of the C1- kind; for the others see ``register_corrections``. The last form of a document
  that was on public inspection before: see ``public_inspection``.
"""

from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urlencode

from monitor.formats.json import flat_text, read_json
from monitor.formats.text import plain
from monitor.model.errors import Unreadable
from monitor.model.ids import RecordKey, SourceId
from monitor.model.snapshot import Page, Record, Snapshot
from monitor.model.source import Contract, FieldRoles, Follow, Kind, Reading, Route, Source
from monitor.sources.kinds.rows import collapse_duplicates
from monitor.sources.official import OfficialList
from monitor.sources.register_corrections import corrected_number, link_corrections

VERSION = 2

ORIGIN = "https://www.federalregister.gov"
FIRST_DAY = "{today-400d:%Y-%m-%d}"
"""Beyond a year, so that a proposed rule, the final one and its corrections stand on the list together."""

TERMS = (
    '"artificial intelligence" | "machine learning" | "software as a service" | "software as a medical service"'
    ' | "algorithm-driven" | "algorithmic analyses" | "computer-aided detection" | "computer-assisted detection"'
    ' | "computer-aided triage" | "device software functions" | "software device" | "diagnostic software"'
    ' | "medical software" | "software algorithm" | "lesion software"'
    ' | "clinical decision support" | "Digital Health Advisory Committee"'
)
"""The second half is FDA's: its orders on device types and its guidance need not say "artificial intelligence"."""
FIELDS = (
    "document_number",
    "title",
    "type",
    "action",
    "agency_names",
    "abstract",
    "publication_date",
    "effective_on",
    "comments_close_on",
    "dates",
    "docket_ids",
    "correction_of",
    "html_url",
)
COLUMNS = (
    "document_number",
    "title",
    "type",
    "action",
    "agencies",
    "abstract",
    "publication_date",
    "effective_on",
    "comments_close_on",
    "dates",
    "docket",
    "stage",
    "corrects",
    "text_url",
)
"""The columns kept; ``agencies`` and ``docket`` are lists in the answer, joined with "; " here. ``stage`` says where
the document stands on its way, ``corrects`` is the number of the document that this one corrects, ``text_url`` is
where a rule's plain text lies (made from date and number: the answer's own ``raw_text_url`` may be filled in late).
"""

_RENAMED = {"agency_names": "agencies", "docket_ids": "docket"}
_RULES = frozenset({"Rule", "Proposed Rule"})


_CONDITIONS = (
    ("conditions[term]", TERMS),
    ("conditions[agencies][]", "centers-for-medicare-medicaid-services"),
    ("conditions[agencies][]", "food-and-drug-administration"),
)


def query_url(first_day: str = FIRST_DAY) -> str:
    """The one query: full-text terms, both agencies, newest first, from ``first_day`` (or its placeholder) on."""
    fields = [("fields[]", name) for name in FIELDS]
    rest = [("order", "newest"), ("per_page", "1000")]
    asked = urlencode([*_CONDITIONS, *fields, *rest])
    return f"{ORIGIN}/api/v1/documents.json?conditions%5Bpublication_date%5D%5Bgte%5D={first_day}&{asked}"


RULE_TEXTS = Follow(
    kind=Kind.PROSE,
    extractor="federal-register.rule-text",
    where=(
        ("type", r"^(?:Proposed )?Rule$"),
        ("agencies", "Medicare"),
        ("title", r"(?i)physician fee schedule|outpatient prospective payment"),
        ("title", r"(?i)^(?!.*(?:correction|correcting amendment))"),
    ),
    url="{text_url}",
    name="{document_number}: {title}",
    sequel=("docket", r"CMS-\d{4}"),
    every=timedelta(days=7),
    noun="passage",
    limit=20,
    contract=Contract(media_types=("text/plain", "text/html"), allow_empty=True, max_shrink=0.5),
)
"""The full text of the two payment rules; the final rule is the sequel of the proposed one."""

SOURCE = Source(
    id=SourceId("federal-register"),
    name="Federal Register: CMS and FDA on AI and software payment",
    authority="Federal Register",
    kind=Kind.JSON,
    routes=(Route(url=query_url()),),
    page_url=f"{ORIGIN}/documents/search?" + urlencode(_CONDITIONS),
    every=timedelta(days=1),
    extractor="federal-register",
    contract=Contract(
        media_types=("application/json",),
        columns=("document_number", "title", "type", "publication_date"),
        max_shrink=0.20,
        key_pattern=r"([A-Z]\d*-)?\d{2,4}-\d{3,6}",
    ),
    reading=Reading(rows="results", next_page="next_page_url", key=("document_number",)),
    roles=FieldRoles(calendar=frozenset({"stage"}), stamps=frozenset({"publication_date"})),
    sliding=True,
    continues=SourceId("federal-register.public-inspection"),
    follow=(RULE_TEXTS,),
    why="Payment for software services is proposed, commented on and decided in the Federal Register.",
    noun="document",
)


def extract(page: Page, source: Source) -> Snapshot:
    """One page of the query's answer, keyed by document number; ``next_url`` where the answer goes on."""
    answer = read_json(page.body)
    results = answer.get("results") if isinstance(answer, dict) else None
    if not isinstance(answer, dict) or not isinstance(results, list):
        raise Unreadable(
            code="no-results", reason=f"The Federal Register sent no list of documents{_its_words(answer)}."
        )
    if not all(isinstance(row, dict) and row.get("document_number") for row in results):
        raise Unreadable(code="bad-rows", reason="The Federal Register's answer holds a document without a number.")
    rows = [_fields(row) for row in results]
    records, duplicates = collapse_duplicates(_record(row, raw) for row, raw in zip(rows, results, strict=True))
    return Snapshot(
        extractor=source.extractor,
        extractor_version=VERSION,
        form="json",
        records=link_corrections(records),
        columns=tuple(name for name in COLUMNS if all(name in row for row in rows)),
        duplicates=duplicates,
        next_url=_next_url(answer.get("next_page_url"), page.url),
    )


def _fields(row: Mapping[str, object]) -> dict[str, str]:
    named = {_RENAMED.get(name, name): _value(row[name]) for name in FIELDS if name in row}
    number, day = named["document_number"], named.get("publication_date", "")
    if day:
        named["stage"] = f"published {day}"
    if found := corrected_number(number, named.pop("correction_of", "")):
        named["corrects"] = found
    if named.get("type") in _RULES and day:
        named["text_url"] = f"{ORIGIN}/documents/full_text/text/{day.replace('-', '/')}/{number}.txt"
    return {name: named[name] for name in COLUMNS if name in named}


def _value(published: object) -> str:
    return plain(flat_text(published))


def _record(fields: Mapping[str, str], row: Mapping[str, object]) -> Record:
    url = row.get("html_url")
    return Record(
        key=RecordKey(fields["document_number"]),
        label=fields.get("title", ""),
        fields=fields,
        url=url if isinstance(url, str) and url.startswith("https://") else None,
    )


def _next_url(written: object, page_url: str) -> str | None:
    """The address of the next page as written, if it is on the host that was asked or on the Federal Register's own."""
    if written in (None, ""):
        return None
    if isinstance(written, str) and written.startswith((f"{ORIGIN}/", f"{_origin(page_url)}/")):
        return written
    raise Unreadable(
        code="strange-next-page",
        reason="The Federal Register's answer goes on at an address that is not its own; it was not followed.",
    )


def _origin(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.split('/', 1)[0]}"


def _its_words(answer: object) -> str:
    errors = answer.get("errors") or answer.get("message") if isinstance(answer, dict) else None
    return f"; it says “{plain(flat_text(errors))[:200]}”" if errors else ""


LIST = OfficialList(source=SOURCE, version=VERSION, extract=extract)
