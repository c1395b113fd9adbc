"""What the AMA's pages have in common: where they lie, what rolls on them, and how an address of theirs is spelt.

The rules are those of real versions of these pages (the PLA page in four, the code process page in two, the nominations
page in two): between them the reading time, promotions, staff contacts, registration and nomination dates changed and
nothing of substance did. The site is known to refuse robots at times; see ``import-copy``.
"""

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from monitor.model.snapshot import Passage
from monitor.model.source import Contract

SITE: Final = "https://www.ama-assn.org"
PANEL: Final = f"{SITE}/about/cpt-editorial-panel"
CPT: Final = f"{SITE}/practice-management/cpt"

ROLLING_PARTS: Final = (
    "nav",
    "aside",
    "form",
    "[class*=promo]",
    "[class*=membership]",
    "[class*=read-time]",
    "[class*=share]",
    "[class*=related]",
    "[class*=back-to-top]",
)
"""Parts of the AMA's pages that change without any change of the text."""

_MONTHS: Final = "jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec"
_DATE: Final = rf"(?:(?:{_MONTHS})[a-z]*\.?\s+\d{{1,2}}(?:,?\s+\d{{4}})?|\d{{1,2}}/\d{{1,2}}/\d{{2,4}})"
_MINUTES: Final = r"\d{1,3}\s*min(?:ute)?s?\.?\s+read"
_READING_TIME: Final = re.compile(
    rf"(?:last\s+)?updated\W*(?:{_DATE}\W*)?(?:{_MINUTES}\W*)?|(?:{_DATE}\W*)?{_MINUTES}\W*", re.IGNORECASE
)
"""Not a bare date, nor the day something was posted: a deadline may hang on it."""

_BUTTON: Final = re.compile(
    r"back to top|skip to (?:main )?content|print(?: this)?(?: page)?|e-?mail|share|save|follow us|table of contents",
    re.IGNORECASE,
)
_PROMOTION: Final = re.compile(
    r"\bhalf (?:the|your) dues\b|\bmember(?:ship)? (?:dues|benefits?|discount|rates?)\b"
    r"|\b(?:join|renew)\b.{0,40}\b(?:ama|member(?:ship)?|today|now)\b|\bbecome a member\b|\bsave \d{1,2}\s?%"
    r"|\bspecial offer\b",
    re.IGNORECASE,
)
_REGISTRATION: Final = re.compile(
    r"\bregist(?:er|ration)\b.{0,120}\b(?:open|opens|opened|close|closes|closed|begins?|ends?|deadline|due|by|now|available)\b"
    r"|\b(?:deadline|last day)\b.{0,40}\bregist(?:er|ration)\b|\bhotel\b|\broom block\b",
    re.IGNORECASE,
)
_NOMINATIONS: Final = re.compile(r"\bnominat(?:e|ed|es|ing|ion|ions)\b|\bnominees?\b", re.IGNORECASE)
_CONTACT: Final = re.compile(r"\bcontacts?\b|\bquestions?\b|\be-?mail\b|\bcall\b|\bstaff\b", re.IGNORECASE)
_ADDRESS: Final = re.compile(
    r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,4}|\[e-?mail protected\]|\(?\b\d{3}\)?[ .-]\d{3}[.-]\d{4}\b",
    re.IGNORECASE,
)
_SUBSTANCE: Final = re.compile(
    r"\b(?:agendas?|applications?|tabs?|reconsider\w*|interested part(?:y|ies)|comments?|effective|codes?|descriptors?"
    r"|PLA|MAAA|RUC|Appendix|Category I{1,3}|CMAA|algorithmic|software|augmented|artificial|AI|Panel actions?)\b",
    re.IGNORECASE,
)
"""Words that make a sentence one about the work of the Panel: such a sentence is kept whatever else it says."""

_ASIDES: Final = (_PROMOTION, _REGISTRATION, _NOMINATIONS)
_LONGEST_ASIDE: Final = 400
_SENTENCE_END: Final = re.compile(r"(?<=[.!?])\s+")


def settled(passages: Iterable[Passage]) -> tuple[Passage, ...]:
    """The passages without those that roll, and without the names and addresses of staff.

    Whole passages go: reading times and buttons; promotions, registration and nominations unless they speak of the
    Panel's work too, for a deadline may stand in the same passage. Sentences go that only say whom to ask. E-mail
    addresses and telephone numbers go from whatever is kept.
    """
    texts = ((passage, _without_contacts(passage.text)) for passage in passages if not _rolls(passage.text.strip()))
    return tuple(Passage(headings=passage.headings, text=text) for passage, text in texts if text)


def _rolls(text: str) -> bool:
    if len(text) > _LONGEST_ASIDE:
        return False
    if _READING_TIME.fullmatch(text) or _BUTTON.fullmatch(text):
        return True
    return not _SUBSTANCE.search(text) and any(aside.search(text) for aside in _ASIDES)


def _without_contacts(text: str) -> str:
    if not _ADDRESS.search(text):
        return text
    kept = (sentence for sentence in _SENTENCE_END.split(text) if not _is_contact(sentence))
    return _ADDRESS.sub("(address)", " ".join(kept))


def _is_contact(sentence: str) -> bool:
    return bool(_ADDRESS.search(sentence) and _CONTACT.search(sentence)) and not _SUBSTANCE.search(sentence)


def one_address(url: str) -> str:
    """The one spelling of an address of the AMA's site: https, with www, without a slash at its end.

    The site serves one page under many (``http``, no ``www``, ``?ref=``; the last is cut off where links are read).
    """
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return url
    if host != "ama-assn.org":
        return url
    return urlunsplit(("https", "www.ama-assn.org", parts.path.rstrip("/") or "/", parts.query, ""))


def without_reading_time(text: str) -> str:
    """A link's words without the reading time and the mark of an update that the site puts behind them."""
    return re.sub(r"\s*\|?\s*(?:updated\s*\|?\s*)?\d{1,3}\s*min(?:ute)?s?\.?\s+read\s*$", "", text, flags=re.IGNORECASE)


def a_page(
    place: str, title: str | None = None, *sentinels: str, min_items: int = 3, max_shrink: float = 0.60
) -> Contract:
    """What a healthy page looks like: its address still ends so (whatever folder it moved to), its title and text still
    say what they are about.
    """
    return Contract(
        final_url=rf"(?i)ama-assn\.org/(?:.*/)?{place}/?(?:[?#]|$)",
        media_types=("text/html",),
        title=title,
        sentinels=sentinels,
        min_items=min_items,
        max_shrink=max_shrink,
    )
