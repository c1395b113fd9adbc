"""The signals of one item: each a rule that fired, the level it argues for, and where it stands in the text."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from monitor.assess.codes import CodeHit
from monitor.assess.findings import highest
from monitor.assess.folding import Folded
from monitor.assess.items import Item
from monitor.assess.matcher import Hit, near
from monitor.assess.rulebook import MEDIUM_FROM, POINTS, Combination, Floor, Rules, Strength, Term
from monitor.assess.words import words_of
from monitor.model.assessment import Level, Topic

Hits = Mapping[str, Sequence[Hit]]
"""Where each term, context, guard and floor was found."""

_FIVE_DIGITS = re.compile(r"[0-9][0-9]{4}")
_NUMBER = re.compile(r"\b(?:(?:DL|L|A)|(?:C[0-9]-)?20[0-9]{2}-)[0-9]{5}\b")
_BEFORE_DIGITS = (1, 2, 8, 5)
"""How many characters of a document's number stand before its last five digits: L, DL, C1-2026-, 2026-."""


class Signal(Struct, frozen=True, kw_only=True):
    """One rule that fired: the level it argues for and where. ``firm`` signals stand against the caps of guards."""

    rule: str
    level: Level
    says: str
    start: int
    end: int
    topics: tuple[Topic, ...] = ()
    codes: tuple[str, ...] = ()
    firm: bool = False
    above_caps: bool = False


def floor_signals(item: Item, raw: Hits, rules: Rules) -> Iterable[Signal]:
    for floor in rules.floors:
        if not item.source_id.startswith(floor.sources):
            continue
        hit = _floor_hit(floor, item, raw)
        if hit:
            yield Signal(
                rule=floor.id, level=floor.level, says=floor.says, start=hit.start, end=hit.end, topics=floor.topics,
                firm=not floor.titled, above_caps=True,
            )  # fmt: skip


def _floor_hit(floor: Floor, item: Item, raw: Hits) -> Hit | None:
    if (floor.titled and floor.id not in raw) or not _is_from(item.source_id, floor.sources):
        return None
    if floor.types and item.fields and item.value("type") not in ("", *floor.types):
        return None
    if not floor.titled:
        start = len(item.title) + 1 if len(item.text) > len(item.title) + 1 else 0
        line = item.text.find("\n", start)
        return Hit(id=floor.id, start=start, end=min(start + 60, line if line > start else len(item.text)))
    return next((hit for hit in raw.get(floor.id, ()) if hit.start < len(item.title)), None)


def _is_from(source_id: str, sources: Sequence[str]) -> bool:
    return any(source_id == wanted or source_id.startswith(f"{wanted}.") for wanted in sources)


def document_signals(folded: Folded, rules: Rules) -> Iterable[Signal]:
    """Watched documents: by the row's own number, or by a number the text names."""
    if rules.document_words.isdisjoint(words_of(folded.lower).texts):
        return
    seen: set[str] = set()
    for match in _numbers(folded.exact):
        document = rules.documents.get(match.group())
        if document and document.number not in seen:
            seen.add(document.number)
            yield Signal(
                rule=f"document:{document.number}",
                level=document.level,
                says=f"is or names {document.number}, a watched document: {document.about}",
                start=match.start(),
                end=match.end(),
                topics=document.topics,
                codes=document.codes,
                firm=True,
            )


def _numbers(exact: str) -> Iterator[re.Match[str]]:
    """What is written as a document's number is, looked for only where five digits stand."""
    for digits in _FIVE_DIGITS.finditer(exact):
        for before in _BEFORE_DIGITS:
            start = digits.start() - before
            match = _NUMBER.match(exact, start) if start >= 0 else None
            if match:
                yield match
                break


def code_signals(codes: Sequence[CodeHit], rules: Rules) -> Iterable[Signal]:
    """One signal for each place: a range that holds several watched codes is one statement."""
    places: dict[tuple[int, int], list[str]] = {}
    for hit in codes:
        if hit.code in rules.codes:
            places.setdefault((hit.start, hit.end), []).append(hit.code)
    for (start, end), named in places.items():
        top = max((rules.codes[code] for code in named), key=lambda code: code.level.rank)
        others = f" and {len(named) - 1} more of the watch list" if len(named) > 1 else ""
        yield Signal(
            rule=f"code:{top.code}",
            level=top.level,
            says=f"names {top.code} ({top.what}){others}",
            start=start,
            end=end,
            topics=(Topic.CODING,) if top.level.rank >= Level.MEDIUM.rank else (),
            codes=tuple(named),
            firm=top.level.rank >= Level.MEDIUM.rank,
        )


def term_signals(hits: Hits, raw: Hits, rules: Rules) -> Iterable[Signal]:
    for name, found in hits.items():
        term = rules.terms.get(name)
        if term is None or term.strength is not Strength.STRONG:
            continue
        level, place = term.level, found[0]
        if term.raises:
            others = [other for other_id in term.raised_by for other in raw.get(other_id, ())]
            raised = near(found, others, term.within)
            level, place = (term.raises, raised) if raised else (level, place)
        yield Signal(
            rule=f"term:{name}",
            level=level,
            says=term.says,
            start=place.start,
            end=place.end,
            topics=term.topics,
            firm=True,
        )


def combination_signals(item: Item, hits: Hits, rules: Rules) -> Iterable[Signal]:
    names = hits.keys()
    for combination in rules.combinations:
        if any(map(names.isdisjoint, combination.all)):
            continue
        place = _combined(combination, item, hits)
        if place:
            yield Signal(
                rule=f"combination:{combination.id}",
                level=combination.level,
                says=combination.says,
                start=place.start,
                end=place.end,
                topics=combination.topics,
            )


def _combined(combination: Combination, item: Item, hits: Hits) -> Hit | None:
    if combination.sources and not _is_from(item.source_id, combination.sources):
        return None
    if not hits.keys().isdisjoint(combination.none):
        return None
    groups = [[hit for name in group for hit in hits.get(name, ())] for group in combination.all]
    within = combination.within
    return next((hit for hit in groups[0] if all(near((hit,), other, within) for other in groups[1:])), None)


def _signs(terms: Sequence[Term]) -> str:
    return "signs together" if len(terms) > 1 else "one sign"


def sum_signal(hits: Hits, rules: Rules, signals: Sequence[Signal]) -> Iterable[Signal]:
    """Medium and weak terms together, where nothing stronger has spoken."""
    terms = [
        rules.terms[name] for name in hits if name in rules.terms and rules.terms[name].strength is not Strength.CONTEXT
    ]
    if not terms:
        return
    points = sum(POINTS[term.strength] for term in terms)
    best = max(terms, key=lambda term: POINTS[term.strength])
    level = Level.MEDIUM if points >= MEDIUM_FROM and best.strength is not Strength.WEAK else Level.LOW
    if highest(tuple(signal.level for signal in signals)).rank >= level.rank:
        return
    place = hits[best.id][0]
    named = ", ".join(term.id for term in sorted(terms, key=lambda term: -POINTS[term.strength])[:6])
    yield Signal(
        rule="sum-of-terms",
        level=level,
        says=f"{best.says} ({_signs(terms)}: {named}; {points} point{'s' if points > 1 else ''})",
        start=place.start,
        end=place.end,
        topics=best.topics,
    )
