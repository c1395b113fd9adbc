"""Which of the house's own tools a Change touches, on what grounds, and what that does to the opinion about it."""

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from monitor.assess.fda_numbers import base_of, numbers_in, usual_number
from monitor.assess.items import QUOTE_CHARS, field_name
from monitor.model.assessment import Assessment, Level, Reason, Tier
from monitor.model.difference import Act, Change, Difference, News, Weight
from monitor.model.snapshot import Record
from monitor.model.tool import AUTONOMOUS, MatchBy, Tool, ToolMatch

MAX_SHOWN = 50
MAX_TEXT = 20_000
"""So much of an item is searched for names and numbers."""

_DEVICE = frozenset({"device", "devicename"})
_COMPANY = frozenset({"company", "applicant", "companyname"})
_NUMBER = frozenset({"submissionnumber", "knumber", "pmanumber"})
_LEGAL_FORMS = re.compile(
    r"\b(?:incorporated|inc|llc|ltd|limited|corp|corporation|co|company|gmbh|plc|pbc|sas|bv|ag|sa)\b"
)
_WORDS = re.compile(r"[a-z0-9]+")
_VERSION = re.compile(r"\b(?:v|version|release|rel)\s?\d[\d .]*$|\bv?\d+(?: \d+)+$")
_SURE = {"High": 2, "Medium": 1, "Low": 0}
_NAME_LIKE, _COMPANY_LIKE = 90.0, 85.0
_NAME_NEAR = 80.0
"""Likeness of names, from 0 to 100 (rapidfuzz), from which two are taken for one (or thought of as one)."""


class _Item(Struct, frozen=True, kw_only=True):
    """What one difference says that a tool can be known by."""

    difference: Difference
    key: str
    text: str
    numbers: frozenset[str]
    own_number: str | None
    device: str
    company: str


def with_tools(opinion: Assessment, change: Change, tools: Sequence[Tool] | None) -> Assessment:
    """The opinion with the tools that the change touches. ``tools``: the inventory; None: there is none.

    What materially touches a tool listed as autonomous, by more than a likeness of names, is at least to be reviewed
    (and to be acted on when the tool is no longer on FDA's list); any own tool that is no longer listed is to be
    reviewed.
    """
    if tools is None:
        return opinion
    matches = tools_touched(opinion, change, tools)
    found = replace(opinion, tools=matches[:MAX_SHOWN], tools_known=len(tools))
    for reason, tier in _grounds(matches, change):
        found = _raised(found, reason, tier)
    return found


def tools_touched(opinion: Assessment, change: Change, tools: Sequence[Tool]) -> tuple[ToolMatch, ...]:
    """Each tool once, by its surest match; the surest first, then by id."""
    items = [_item(difference) for difference in change.differences]
    named = _Names(tools)
    best: dict[str, ToolMatch] = {}
    for match in (*_by_item(items, named), *_by_code(opinion, items, tools), *_by_class(opinion, tools)):
        known = best.get(match.tool_id)
        if known is None or _surety(match) > _surety(known):
            best[match.tool_id] = match
    return tuple(sorted(best.values(), key=lambda match: (*(-part for part in _surety(match)), match.tool_id)))


def _surety(match: ToolMatch) -> tuple[int, int]:
    return _SURE[match.confidence], -list(MatchBy).index(match.by)


def _match(tool: Tool, by: MatchBy, confidence: str, ground: str, key: str | None) -> ToolMatch:
    return ToolMatch(
        tool_id=tool.id,
        product=tool.product,
        ai_class=tool.ai_class,
        sites=tool.sites,
        owner=tool.owner,
        by=by,
        confidence=confidence,
        ground=ground,
        key=key,
    )


def _item(difference: Difference) -> _Item:
    texts: list[str] = []
    device = company = ""
    own = usual_number(difference.key)
    for item in (difference.before, difference.after):
        if isinstance(item, Record):
            fields = {field_name(name): value for name, value in item.fields.items()}
            device = next((fields[name] for name in fields if name in _DEVICE), device)
            company = next((fields[name] for name in fields if name in _COMPANY), company)
            own = own or next((usual_number(fields[name]) for name in fields if name in _NUMBER), None)
            texts += [item.label, *item.fields.values()]
        elif item is not None:
            texts += [*item.headings, item.text]
    text = " | ".join(texts)[:MAX_TEXT]
    numbers = frozenset((*numbers_in(text), *((own,) if own else ())))
    return _Item(
        difference=difference,
        key=difference.key,
        text=_plain(text) if not device else "",
        numbers=numbers,
        own_number=own,
        device=_plain(device),
        company=_company(company),
    )


class _Names:
    """The inventory, ready to be looked up by number and by name."""

    def __init__(self, tools: Sequence[Tool]) -> None:
        self.tools = tools
        self.by_number = {tool.fda_number: tool for tool in tools if tool.fda_number}
        self.by_base = {base_of(number): tool for number, tool in self.by_number.items()}
        self.product = {tool.id: _plain(tool.product) for tool in tools}
        self.vendor = {tool.id: _company(tool.vendor) for tool in tools}
        self.by_first_word: dict[str, list[Tool]] = {}
        for tool in tools:
            first = self.product[tool.id].partition(" ")[0]
            self.by_first_word.setdefault(first, []).append(tool)
        self._by_vendor: dict[str, list[Tool]] = {}
        for tool in tools:
            if self.vendor[tool.id] and self.product[tool.id]:
                self._by_vendor.setdefault(self.vendor[tool.id], []).append(tool)
        self._like: dict[str, tuple[tuple[Tool, float], ...]] = {}

    def of_companies_like(self, company: str) -> tuple[tuple[Tool, float], ...]:
        """The tools whose vendor is like that company, with the likeness from 0 to 100; each company is asked once."""
        if company not in self._like:
            from rapidfuzz import fuzz

            near = ((vendor, fuzz.ratio(vendor, company)) for vendor in self._by_vendor if company)
            self._like[company] = tuple(
                (tool, alike) for vendor, alike in near if alike >= _NAME_NEAR for tool in self._by_vendor[vendor]
            )
        return self._like[company]


def _by_item(items: Sequence[_Item], names: _Names) -> Iterator[ToolMatch]:
    for item in items:
        yield from _by_number(item, names)
        yield from _by_device(item, names) if item.device else _by_words(item, names)


def _by_number(item: _Item, names: _Names) -> Iterator[ToolMatch]:
    for number in item.numbers:
        if (tool := names.by_number.get(number)) is not None:
            yield _match(tool, MatchBy.NUMBER, "High", f"FDA number {number}", item.key)
        elif (tool := names.by_base.get(base_of(number))) is not None and number.startswith("P"):
            ground = f"{number} belongs to the same approval as the tool's {tool.fda_number}"
            yield _match(tool, MatchBy.NUMBER, "Medium", ground, item.key)


def _by_device(item: _Item, names: _Names) -> Iterator[ToolMatch]:
    """A row of a list of devices: its name and company against those of each tool."""
    for tool, company in names.of_companies_like(item.company):
        alike = _likeness(item, names.product[tool.id], names.vendor[tool.id], company)
        if alike is None:
            continue
        confidence, ground = alike
        if tool.fda_number and item.own_number and tool.fda_number != item.own_number:
            confidence = "Medium" if confidence == "High" else "Low"
            ground += f"; the row is {item.own_number}, the tool {tool.fda_number}"
        yield _match(tool, MatchBy.NAME, confidence, ground, item.key)


def _likeness(item: _Item, product: str, vendor: str, company: float) -> tuple[str, str] | None:
    """How surely the row is a tool of that product and vendor, whose likeness to the row's company is ``company``, and
    why; None when it is not.
    """
    same_name, same_company = product == item.device, vendor == item.company
    if same_name and same_company:
        return "High", "name and company are the same"
    from rapidfuzz import fuzz  # imported here: most changes are no rows of devices

    family = _unversioned(product) == _unversioned(item.device) != ""
    name = 100.0 if same_name else fuzz.ratio(product, item.device)
    if not family and name < _NAME_NEAR:
        return None
    figures = (
        f"name {'but for the version' if family and not same_name else f'{name:.0f} %'} alike, company {company:.0f} %"
    )
    sure = (family or name >= _NAME_LIKE) and company >= _COMPANY_LIKE and _digits(product, item.device, family=family)
    return ("Medium" if sure else "Low"), figures


def _digits(one: str, other: str, *, family: bool) -> bool:
    """Whether two names that are merely alike agree in every digit: ``Lunit CXR 2`` is not ``Lunit CXR 3``."""
    return family or re.findall(r"\d+", one) == re.findall(r"\d+", other)


def _by_words(item: _Item, names: _Names) -> Iterator[ToolMatch]:
    """Running text: the product's name in whole words, surer when its vendor is named too."""
    padded = f" {item.text} "
    words = set(item.text.split())
    for tool in (tool for word in sorted(words & names.by_first_word.keys()) for tool in names.by_first_word[word]):
        product, vendor = names.product[tool.id], names.vendor[tool.id]
        if len(product) < 4 or f" {product} " not in padded:
            continue
        if vendor and f" {vendor} " in padded:
            yield _match(tool, MatchBy.NAME, "Medium", "product and vendor are named in the text", item.key)
        elif len(product) >= 6:
            yield _match(tool, MatchBy.NAME, "Low", "only a text like the product's name stands there", item.key)


def _by_code(opinion: Assessment, items: Sequence[_Item], tools: Sequence[Tool]) -> Iterator[ToolMatch]:
    """Tools that list a code which the change is about; surest where the code itself stands in the text."""
    watched = frozenset(opinion.codes)
    for tool in tools:
        shared = [code for code in tool.codes if code in watched]
        if not shared:
            continue
        key = next((item.key for item in items if f" {shared[0].lower()} " in f" {item.text} "), None)
        words = f"the tool lists code {', '.join(shared[:6])}"
        if key is not None:
            yield _match(tool, MatchBy.CODE, "High", f"{words}, which the text names", key)
        else:
            yield _match(tool, MatchBy.CODE, "Low", f"{words}, to which this is only known to lead", None)


def _by_class(opinion: Assessment, tools: Sequence[Tool]) -> Iterator[ToolMatch]:
    """A text that itself speaks of a class touches the tools of that class."""
    if opinion.ai_class_basis != "stated" or opinion.level.rank < Level.MEDIUM.rank:
        return
    for tool in tools:
        if tool.ai_class is not None and opinion.ai_class == tool.ai_class:
            ground = f"the text speaks of {tool.ai_class} services, and the tool is listed as {tool.ai_class}"
            yield _match(tool, MatchBy.CLASS, "Medium", ground, None)


def _grounds(matches: Sequence[ToolMatch], change: Change) -> Iterator[tuple[Reason, Tier]]:
    """What each tool that counts asks for, with its reason."""
    if change.news in {News.EDITORIAL, News.RENAMED}:
        return
    by_key: dict[str, Difference] = {difference.key: difference for difference in change.differences}
    for match in matches:
        difference = by_key.get(match.key or "")
        if difference is not None and difference.weight is not Weight.MATERIAL:
            continue
        if difference is not None and _is_delisting(match, difference):
            tier = Tier.ACT if match.ai_class == AUTONOMOUS else Tier.REVIEW
            yield (
                _reason("own-tool-delisted", f"Your tool {match.product} is no longer on the list", match, difference),
                tier,
            )
        elif match.ai_class == AUTONOMOUS and match.confidence != "Low":
            text = f"It touches {match.product}, which you list as autonomous"
            yield _reason("own-autonomous-tool", text, match, difference or change.differences[0]), Tier.REVIEW


def _is_delisting(match: ToolMatch, difference: Difference) -> bool:
    """Whether the row of that very number is gone, not merely a text that names it."""
    is_row = usual_number(difference.key) is not None and difference.act is Act.REMOVED
    return is_row and match.by is MatchBy.NUMBER and match.confidence == "High"


def _reason(rule: str, text: str, match: ToolMatch, difference: Difference) -> Reason:
    return Reason(
        rule=f"{rule}:{match.tool_id}",
        text=f"{text} ({match.ground}).",
        quote=difference.label[:QUOTE_CHARS],
        level=Level.HIGH if rule == "own-tool-delisted" else Level.MEDIUM,
        key=difference.key,
    )


def _raised(opinion: Assessment, reason: Reason, tier: Tier) -> Assessment:
    return replace(
        opinion,
        level=max(opinion.level, reason.level, key=lambda level: level.rank),
        tier=max(opinion.tier, tier, key=lambda one: one.rank),
        reasons=tuple(sorted((reason, *opinion.reasons), key=lambda one: -one.level.rank)),
    )


def _unversioned(name: str) -> str:
    return _VERSION.sub("", name).strip()


def _plain(text: str) -> str:
    return " ".join(_WORDS.findall(text.casefold()))


def _company(text: str) -> str:
    """A company's name without its legal form."""
    return " ".join(_LEGAL_FORMS.sub(" ", _plain(text)).split())
