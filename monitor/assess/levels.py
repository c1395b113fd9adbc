"""From the words, codes and document numbers of one item to its level: every step is a named rule with its quote."""

import re
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from monitor.assess.codes import CodeHit, find_codes, is_service
from monitor.assess.findings import Finding, highest
from monitor.assess.folding import Folded, fold
from monitor.assess.items import Item, cut_quote
from monitor.assess.matcher import Hit, near
from monitor.assess.rulebook import ANY_CODE, WATCHED_CODE, Guard, Rules
from monitor.assess.signals import (
    Signal,
    code_signals,
    combination_signals,
    document_signals,
    floor_signals,
    sum_signal,
    term_signals,
)
from monitor.assess.topics import topics_of
from monitor.model.assessment import Level, Reason

MAX_CODES = 60
"""The most codes listed for one item; a whole code book names hundreds."""

_NO_EXACT_TERM = "no exact term, only signs of one"
_NOTHING = Finding(level=Level.NONE, ground="no watched term, code or document number in it")
_CLASSES = re.compile(r"\b(assistive|augmentative|augmentive|autonomous)(?:ly)?\b")
_CLASS_STEMS = ("assist", "augment", "autonomous")
_AI_AUGMENTED = re.compile(r"\bai[- ](assisted|augmented)\b")


class Weighing(Struct, frozen=True, kw_only=True):
    """How an item's words were weighed: what was found, what was left of it, and what each rule argued for."""

    folded: Folded
    raw: dict[str, list[Hit]]
    in_company: dict[str, list[Hit]]
    hits: dict[str, list[Hit]]
    guards: tuple[Guard, ...]
    uncapped: tuple[Signal, ...]
    signals: list[Signal]


def judge_text(item: Item, rules: Rules) -> Finding:
    """The level of an item by its text."""
    found = weigh(item, rules)
    return _conclude(item, found.folded, found.signals, found.hits, rules)


def weigh(item: Item, rules: Rules) -> Weighing:
    """Every argument for a level that the text gives.

    1. Find terms, drop those whose company is missing or that a confusable mutes.
    2. Each strong term, combination, watched code, watched document and floor argues for a level; medium and weak terms
       add up.
    3. Confusables cap what is left; the highest remaining argument is the level.
    """
    folded = fold(item.text)
    raw = rules.telling.find(folded)
    codes = find_codes(folded, rules.codes)
    if codes:
        raw.update(_code_hits(codes, rules))
    is_loud = not rules.loud.isdisjoint(raw)
    if is_loud:
        raw.update(rules.contexts.find(folded))
    guards = _active_guards(item, raw, rules)
    in_company = _in_company(raw, rules) if is_loud else raw
    hits = _unmuted(in_company, raw, guards) if is_loud else raw
    signals = [
        *floor_signals(item, raw, rules),
        *document_signals(folded, rules),
        *(code_signals(codes, rules) if codes else ()),
    ]
    if is_loud:
        signals.extend(term_signals(hits, raw, rules))
        signals.extend(combination_signals(item, hits, rules))
        signals.extend(sum_signal(hits, rules, signals))
    return Weighing(
        folded=folded,
        raw=raw,
        in_company=in_company,
        hits=hits,
        guards=tuple(guards),
        uncapped=tuple(signals),
        signals=_capped(signals, guards, raw),
    )


def _code_hits(codes: Sequence[CodeHit], rules: Rules) -> Iterator[tuple[str, list[Hit]]]:
    """The codes under the ids by which rules refer to them."""
    watched = [
        hit for hit in codes if hit.code in rules.codes and rules.codes[hit.code].level.rank >= Level.MEDIUM.rank
    ]
    services = [hit for hit in codes if hit in watched or is_service(hit.code)]
    for name, hits in ((WATCHED_CODE, watched), (ANY_CODE, services)):
        if hits:
            yield name, [Hit(name, hit.start, hit.end) for hit in hits]


def _in_company(raw: dict[str, list[Hit]], rules: Rules) -> dict[str, list[Hit]]:
    """The term hits whose ``near`` condition holds (contexts pass as they are)."""
    kept: dict[str, list[Hit]] = {}
    for name, hits in raw.items():
        term = rules.terms.get(name)
        if term is None or not term.near:
            kept[name] = hits
            continue
        others = [other for other_id in term.near for other in raw.get(other_id, ())]
        close = [hit for hit in hits if near((hit,), others, term.within)]
        if close:
            kept[name] = close
    return kept


def _active_guards(item: Item, raw: dict[str, list[Hit]], rules: Rules) -> list[Guard]:
    active: list[Guard] = []
    if not raw:
        return active
    for guard in [guard for guard in rules.guards if guard.id in raw]:
        hits = raw[guard.id]
        if guard.title_only:
            hits = [hit for hit in hits if hit.start < len(item.title)]
        if hits and raw.keys().isdisjoint(guard.unless) and not (guard.beside and raw.keys().isdisjoint(guard.beside)):
            active.append(guard)
    return active


def _unmuted(hits: dict[str, list[Hit]], raw: dict[str, list[Hit]], guards: Iterable[Guard]) -> dict[str, list[Hit]]:
    for guard in guards:
        spots = raw[guard.id]
        for name in tuple(hits):
            if name in guard.mutes or ("*" in guard.mutes and not name.startswith(("guard:", "floor:"))):
                left = [hit for hit in hits[name] if not near((hit,), spots, guard.within)]
                hits = {**hits, name: left} if left else {k: v for k, v in hits.items() if k != name}
    return hits


def _capped(signals: list[Signal], guards: Sequence[Guard], raw: dict[str, list[Hit]]) -> list[Signal]:
    """Signals over the cap of a guard lowered to it, each saying why; where nothing is left, the guard speaks. What is
    no higher than a signal that stands above all caps is left alone: lowered it would change nothing but the words.
    """
    if not guards:
        return signals
    firm = any(signal.firm for signal in signals)
    standing = max((signal.level.rank for signal in signals if signal.above_caps), default=Level.NONE.rank)
    for guard in guards:
        if guard.cap is None or (guard.yields and firm):
            continue
        cap = guard.cap
        signals = [
            replace(s, level=cap, says=f"{s.says}; but: {guard.says}") if _is_over(s, cap, standing) else s
            for s in signals
        ]
        if not any(signal.level is not Level.NONE for signal in signals):
            place = raw[guard.id][0]
            signals.append(Signal(rule=guard.id, level=Level.NONE, says=guard.says, start=place.start, end=place.end))
    return signals


def _is_over(signal: Signal, cap: Level, standing: int) -> bool:
    return signal.level.rank > max(cap.rank, standing) and not signal.above_caps


def _conclude(item: Item, folded: Folded, signals: list[Signal], hits: dict[str, list[Hit]], rules: Rules) -> Finding:
    if not signals:
        return _NOTHING
    level = highest([signal.level for signal in signals])
    signals.sort(key=lambda signal: (-signal.level.rank, signal.start))
    exact = any(s.firm and s.level is level for s in signals)
    codes = tuple(dict.fromkeys(code for s in signals for code in s.codes))[:MAX_CODES]
    ai_class, stated = _ai_class(folded, codes, hits, rules) if level.rank >= Level.MEDIUM.rank else (None, False)
    return Finding(
        level=level,
        reasons=tuple(_reason(s, item, folded) for s in signals if s.level is not Level.NONE or level is Level.NONE),
        topics=topics_of(item, folded, signals, level, rules.topics),
        codes=codes,
        ai_class=ai_class,
        ai_stated=stated,
        exact=exact,
        ground=_ground(level, exact=exact),
    )


def _ground(level: Level, *, exact: bool) -> str:
    """What the level stands on, in words."""
    if exact:
        return "exact term, code or document number"
    if level is Level.NONE:
        return "nothing but words that mean something else here"
    return _NO_EXACT_TERM


def _reason(signal: Signal, item: Item, folded: Folded) -> Reason:
    quote = cut_quote(folded.original, *folded.place(signal.start, signal.end))
    return Reason(rule=signal.rule, text=signal.says, quote=quote, level=signal.level, key=item.key)


def _ai_class(
    folded: Folded, codes: tuple[str, ...], hits: dict[str, list[Hit]], rules: Rules
) -> tuple[str | None, bool]:
    """The Appendix S class: by the words of the text (all three: ``all``), else by the codes and terms found."""
    said = []
    if any(stem in folded.lower for stem in _CLASS_STEMS):
        said += [match.group(1).replace("augmentive", "augmentative") for match in _CLASSES.finditer(folded.lower)]
        assisted = _AI_AUGMENTED.finditer(folded.lower)
        said += ["assistive" if match.group(1) == "assisted" else "augmentative" for match in assisted]
    if len(set(said)) == 3:
        return "all", True
    if said:
        return max(("autonomous", "augmentative", "assistive"), key=said.count), True
    inferred = [rules.codes[code].ai_class for code in codes if code in rules.codes]
    inferred += [rules.terms[name].ai_class for name in hits if name in rules.terms]
    return next((ai_class for ai_class in inferred if ai_class), None), False
