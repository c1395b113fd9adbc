"""Which rule, term and weight gave an item its level, and what held it back; by the very steps of the judgement."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from msgspec import Struct

from monitor.assess.devices import judge_row, product_code_of
from monitor.assess.items import Item, cut_quote
from monitor.assess.levels import Weighing, weigh
from monitor.assess.matcher import Hit
from monitor.assess.rulebook import POINTS, Rules, Strength
from monitor.assess.signals import Signal
from monitor.model.assessment import Level


class Step(Struct, frozen=True, kw_only=True):
    """One rule's part in a judgement: ``weight`` in words (``high``, ``2 points``, ``held back``), why, and the words
    it stands on, copied from the item.
    """

    rule: str
    weight: str
    says: str
    quote: str


def explain_item(item: Item, rules: Rules, known_product_codes: AbstractSet[str]) -> tuple[Step, ...]:
    """The steps, what argued for a level first, then single terms, then what was held back."""
    if product_code_of(item):
        reasons = judge_row(item, rules, known_product_codes).reasons
        return tuple(Step(rule=r.rule, weight=r.level.value, says=r.text, quote=r.quote) for r in reasons)
    found = weigh(item, rules)
    return (*_arguments(found), *_points(found, rules), *_held_back(found, rules))


def _arguments(found: Weighing) -> Iterator[Step]:
    capped = {(signal.rule, signal.start): signal.level for signal in found.signals}
    for signal in sorted(found.uncapped, key=lambda signal: -signal.level.rank):
        level = capped.get((signal.rule, signal.start), signal.level)
        weight = signal.level.value if level is signal.level else f"{signal.level}, held to {level}"
        yield Step(rule=signal.rule, weight=weight, says=signal.says, quote=_quote(found, signal))


def _points(found: Weighing, rules: Rules) -> Iterator[Step]:
    for name, hits in found.hits.items():
        term = rules.terms.get(name)
        if term is not None and term.strength in {Strength.MEDIUM, Strength.WEAK}:
            points = POINTS[term.strength]
            weight = f"{points} point{'s' if points > 1 else ''}"
            yield Step(rule=f"term:{name}", weight=weight, says=term.says, quote=_quote(found, hits[0]))


def _held_back(found: Weighing, rules: Rules) -> Iterator[Step]:
    for name, hits in found.raw.items():
        term = rules.terms.get(name)
        if term is None or term.strength is Strength.CONTEXT or name in found.hits:
            continue
        muting = [guard for guard in found.guards if name in guard.mutes or "*" in guard.mutes]
        if name not in found.in_company:
            says = f"counts only within {term.within} characters of {', '.join(term.near)}"
        else:
            says = "; ".join(guard.says for guard in muting)
        yield Step(rule=f"term:{name}", weight="held back", says=says, quote=_quote(found, hits[0]))
    for guard in found.guards:
        if guard.cap is not None:
            weight = f"at most {guard.cap}" if guard.cap is not Level.NONE else "not relevant"
            yield Step(rule=guard.id, weight=weight, says=guard.says, quote=_quote(found, found.raw[guard.id][0]))


def _quote(found: Weighing, place: Hit | Signal) -> str:
    return cut_quote(found.folded.original, *found.folded.place(place.start, place.end))
