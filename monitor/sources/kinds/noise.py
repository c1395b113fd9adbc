"""Text that changes without any change of a document, by name: what is cut out of prose before it is compared.

Kept as data so that each cut can be counted under the name of its rule. The shapes are those met on the pages of AMA,
CMS, FDA and payers. A rule either cuts a whole passage (``whole``) or its group ``cut`` from within one. Rules are
narrow on purpose: a date of review or of effect is no noise, a mere "last updated" is.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct

from monitor.formats.text import without_icon_names
from monitor.model.snapshot import Passage, Strip, StripKind, add_up

_MONTH: Final = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_DATE: Final = (
    rf"(?:{_MONTH}\s+\d{{1,2}},?\s+\d{{4}}|\d{{1,2}}\s+{_MONTH}\s+\d{{4}}|\d{{1,4}}[/.-]\d{{1,2}}[/.-]\d{{1,4}})"
)
_TIME: Final = r"(?:,?\s*(?:at\s+)?\d{1,2}:\d{2}(?::\d{2})?\s*(?:[ap]\.?m\.?)?\s*(?:[a-z]{2,4})?)?"
_LONGEST: Final = 300  # characters of a passage that may be cut whole; noise is short


class Noise(Struct, frozen=True, kw_only=True):
    """One rule: its name as people see it, and its pattern."""

    name: str
    pattern: re.Pattern[str]
    whole: bool = True


def _whole(name: str, pattern: str) -> Noise:
    return Noise(name=name, pattern=re.compile(rf"(?:{pattern})[\s.:]*", re.IGNORECASE))


ICON_NAMES: Final = "icon-names"
"""The rule of ``formats.text.without_icon_names``, which knows the names."""

NOISE: Final = (
    _whole("reading-time", rf"(?:updated?\s*[|:·-]\s*)?(?:{_DATE}\s*[|·-]\s*)?\d{{1,3}}\s*min(?:ute)?s?\.?\s+read"),
    _whole(
        "updated-mark", rf"(?:(?:page|content|site)\s+)?(?:last\s+)?(?:updated|modified)(?:\s+on)?:?\s+{_DATE}{_TIME}"
    ),
    _whole("updated-mark", r"updated"),
    _whole("back-to-top", r"(?:back|return) to (?:the )?top(?: of (?:the )?page)?"),
    _whole("skip-link", r"skip to (?:main )?(?:content|navigation)"),
    _whole("print-share", r"(?:print|share|e-?mail|download)(?: this)?(?: page| article)?"),
    _whole("feedback-button", r"(?:give |send |site )?feedback|was this page helpful\?(?:\s*yes\s*no)?"),
    _whole(
        "copyright-line", r"(?:copyright\s*)?(?:©|\(c\)|copyright)[^.]{0,120}\d{4}[^.]{0,120}\.?\s*all rights reserved"
    ),
    _whole("viewstate", r"(?:__viewstate\w*\s*[:=]?\s*)?/wE[a-z0-9+/=]{20,}"),
    _whole("visitor-id", r"(?:user|visitor|session|request|reference) ?(?:id|#):?\s*[0-9a-f]{4,}(?:[.-][0-9a-f]{2,})+"),
    Noise(
        name="copyright-year",
        pattern=re.compile(
            r"(?:copyright|©|\(c\))(?:\s*(?:copyright|©|\(c\)))?(?P<cut>\s*(?:(?:19|20)\d\d\s*[-\u2013]\s*)?(?:19|20)\d\d)\b",
            re.IGNORECASE,
        ),
        whole=False,
    ),
)


def without_noise(passages: Sequence[Passage]) -> tuple[tuple[Passage, ...], tuple[Strip, ...]]:
    """The passages without what the rules cut, and what each rule cut."""
    of_chars = sum(len(passage.text) for passage in passages)
    cuts: list[Strip] = []
    kept: list[Passage] = []
    for passage in passages:
        text = _cleaned(_without_icons(passage.text, of_chars, cuts), of_chars, cuts)
        if text:
            kept.append(Passage(headings=tuple(map(without_icon_names, passage.headings)), text=text))
    return tuple(kept), add_up(cuts)


def _without_icons(text: str, of_chars: int, cuts: list[Strip]) -> str:
    bare = without_icon_names(text)
    if bare != text:
        chars = len(text) - len(bare)
        cuts.append(Strip(rule=ICON_NAMES, kind=StripKind.PATTERN, parts=1, chars=chars, of_chars=of_chars))
    return bare


def _cleaned(text: str, of_chars: int, cuts: list[Strip]) -> str:
    if len(text) <= _LONGEST:
        rule = next((rule for rule in NOISE if rule.whole and rule.pattern.fullmatch(text)), None)
        if rule is not None:
            cuts.append(_strip(rule, [text], of_chars))
            return ""
    for rule in NOISE:
        if not rule.whole and (found := [match["cut"] for match in rule.pattern.finditer(text)]):
            cuts.append(_strip(rule, found, of_chars))
            text = rule.pattern.sub(lambda match: match[0].replace(match["cut"], ""), text)
    return text


def _strip(rule: Noise, found: Iterable[str], of_chars: int) -> Strip:
    pieces = list(found)
    return Strip(
        rule=rule.name, kind=StripKind.PATTERN, parts=len(pieces), chars=sum(map(len, pieces)), of_chars=of_chars
    )
