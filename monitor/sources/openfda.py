"""openFDA's answers: the one shape that all its device endpoints share.

Without a key it answers 240 requests a minute and 1,000 a day to one address (its documentation of June 2026); a watch
of some dozen documents a month needs no key. Finding nothing is an answer of its own: HTTP 404 with ``NOT_FOUND``.
What it holds FDA itself calls unvalidated: it is shown beside FDA's lists, never instead of them.
"""

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qs, urlsplit

from monitor.formats.json import flat_text, pick, read_json
from monitor.formats.text import plain
from monitor.model.errors import Unreadable
from monitor.model.snapshot import Page
from monitor.model.source import Contract

ORIGIN: Final = "https://api.fda.gov"
NOTHING_FOUND: Final = r'"code"\s*:\s*"NOT_FOUND"'

ANSWER: Final = Contract(
    final_url=r"^https?://[^/]+/(.*/)?device/",
    media_types=("application/json",),
    nothing_found=NOTHING_FOUND,
    allow_empty=True,
    max_shrink=1.0,
)
"""A healthy answer about one thing, which may be that there is none."""

Row = Mapping[str, object]


def read_results(page: Page) -> tuple[Row, ...]:
    """The answer's ``results``; none when nothing fits the question.

    Raises ``Unreadable`` (``no-results``, ``bad-rows``) for an answer that is neither.
    """
    answer = read_json(page.body)
    if pick(answer, "error.code") == "NOT_FOUND":
        return ()
    results = answer.get("results") if isinstance(answer, dict) else None
    if not isinstance(results, list):
        said = plain(flat_text(pick(answer, "error.message")))[:160]
        raise Unreadable("no-results", f"openFDA sent no list of results{f'; it says “{said}”' if said else ''}.")
    if not all(isinstance(row, dict) for row in results):
        raise Unreadable("bad-rows", "openFDA's list of results holds something that is not a row.")
    return tuple(results)


def asked(page: Page) -> Mapping[str, str]:
    """What the address of the answer searched for: field -> value, of a search such as ``a:X+AND+b:Y``."""
    search = parse_qs(urlsplit(page.url).query).get("search", [""])[0]
    terms = (term.partition(":") for term in search.split() if ":" in term)
    return {name: value.strip('"') for name, _, value in terms}


def text_of(row: Row, path: str) -> str:
    """A member, found by its dotted path, as plain text on one line; "" when it is not there."""
    return plain(flat_text(pick(row, path)))
