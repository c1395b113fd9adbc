"""Rules learned from “not relevant”: what they cover, what they never touch, and what they make of an opinion.

They only ever filter out, they are narrow, and whatever else speaks for a change (another term, a code, a higher level)
keeps it told.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from monitor.assess.rulebook import Rules
from monitor.model.assessment import Assessment, Level, Reason, Tier
from monitor.model.difference import Act, Change, Difference, News, Weight
from monitor.model.learned import LEARNED, LearnedRule, Pattern
from monitor.model.snapshot import Passage, Record

MAX_ITEMS = 12
"""A change of more items than that is too much to name each in a rule."""

_FLOORS = ("source-floor", "floor:")
_SUM = "sum-of-terms"
_COUNTED = "more"
_HOW_MANY = re.compile(r" \(and [\d,]+ more items?\)$")


def with_learned(opinion: Assessment, change: Change, learned: Sequence[LearnedRule], rules: Rules) -> Assessment:
    """The opinion under the rules and those ``learned`` that are in force: noise when one of them covers the change,
    with the reasons of before kept after the one that says so.
    """
    if not learned:
        return opinion
    judged = replace(opinion, rules_version=version_with(opinion.rules_version, learned))
    rule = next((one for one in learned if not misfits(one.pattern, opinion, change, rules)), None)
    if rule is None or opinion.tier is Tier.NOISE:
        return judged
    return replace(judged, level=Level.NONE, tier=Tier.NOISE, reasons=(_reason(rule, opinion), *opinion.reasons))


def version_with(rules_version: str, learned: Sequence[LearnedRule]) -> str:
    """The version of the rules together with what was learned and is in force."""
    if not learned:
        return rules_version
    ids = ",".join(sorted(str(one.id) for one in learned))
    return f"{rules_version}; {len(learned)} learned {hashlib.sha256(ids.encode()).hexdigest()[:8]}"


def _reason(rule: LearnedRule, opinion: Assessment) -> Reason:
    said = f"filtered out by {rule.id}, learned from {rule.change_id} ({rule.by}, {rule.at:%Y-%m-%d})"
    text = f"{said}; without it: {opinion.level}, {opinion.tier}"
    return Reason(rule=f"{LEARNED}{rule.id}", text=text, quote=rule.reason[:300], level=Level.NONE)


def misfits(pattern: Pattern, opinion: Assessment, change: Change, rules: Rules) -> tuple[str, ...]:
    """Why the pattern does not cover the change, each ground a clause; empty when it does."""
    return (*_other_news(pattern, opinion, change), *never_hidden(opinion, rules))


def covers(pattern: Pattern, opinion: Assessment, change: Change) -> bool:
    """Whether the change is such news, be it ever so grave."""
    return not any(True for _ in _other_news(pattern, opinion, change))


def _other_news(pattern: Pattern, opinion: Assessment, change: Change) -> Iterator[str]:
    if change.source_id != pattern.source_id:
        yield f"it is of {change.source_id}"
    if change.news is not pattern.news:
        yield f"it is news of another kind ({change.news})"
    if opinion.level.rank > pattern.most.rank:
        yield f"its level is {opinion.level}, above {pattern.most}"
    grounds = grounds_of(opinion)
    if not grounds:
        yield "not all of its grounds are on record"
    elif others := sorted(grounds - set(pattern.grounds)):
        yield f"it has other grounds: {', '.join(others[:3])}"
    elif not pattern.is_narrowed and all(_is_floor(one) for one in grounds):
        yield "nothing but a floor speaks for it"
    told = _told(change)
    if pattern.items and not {item_name(one) for one in told} <= set(pattern.items):
        yield "it is of other items"
    if pattern.words and not all(holds_words(one, pattern.words) for one in told):
        yield f"not every title holds “{pattern.words}”"


def never_hidden(opinion: Assessment, rules: Rules) -> tuple[str, ...]:
    """Why no learned rule may ever filter this out; empty where one may."""
    codes = [code for code in opinion.codes if code in rules.codes and rules.codes[code].level.rank >= _MEDIUM]
    documents = [r.rule for r in opinion.reasons if r.rule.startswith("document:") and r.level.rank >= _MEDIUM]
    clauses = (
        "it is critical" if opinion.level is Level.CRITICAL else "",
        "it is to be acted on" if opinion.tier is Tier.ACT else "",
        f"it names the watched code {', '.join(codes[:3])}" if codes else "",
        f"it is or names the watched {documents[0].replace(':', ' ')}" if documents else "",
        f"it touches your tool {opinion.tools[0].product}" if opinion.tools else "",
    )
    return tuple(filter(None, clauses))


_MEDIUM = Level.MEDIUM.rank


def patterns_for(change: Change, opinion: Assessment, words: str = "") -> tuple[Pattern, ...]:
    """The rules that could be learned from this change, the narrowest first; none where its grounds are not all known.
    ``words``: a person's, that narrow every one of them.
    """
    grounds = grounds_of(opinion)
    if not grounds:
        return ()
    whole = Pattern(
        source_id=change.source_id,
        news=change.news,
        most=opinion.level,
        grounds=tuple(sorted(grounds)),
        words=" ".join(words.split()),
    )
    items = tuple(sorted({item_name(one) for one in _told(change)}))
    known = "" not in items and len(items) <= MAX_ITEMS and _comes_again(change)
    found = (replace(whole, items=items),) if known else ()
    wide = whole.is_narrowed or not all(_is_floor(one) for one in grounds)
    return (*found, whole) if wide else found


def _comes_again(change: Change) -> bool:
    """Whether there can be news of that kind about the very same items: a row is added once, a page grows often."""
    return change.news is not News.ADDED or all(isinstance(one.after, Passage) for one in change.differences)


def grounds_of(opinion: Assessment) -> frozenset[str]:
    """Every rule that argued for telling it; empty where some were only counted. Signs that only together mean
    something are one ground, with the sentence that names them.
    """
    arguing = [reason for reason in opinion.reasons if reason.level is not Level.NONE]
    if any(reason.rule == _COUNTED for reason in arguing):
        return frozenset()
    return frozenset(_HOW_MANY.sub("", f"{r.rule}: {r.text}") if r.rule == _SUM else r.rule for r in arguing)


def _is_floor(ground: str) -> bool:
    return ground.startswith(_FLOORS)


def _told(change: Change) -> list[Difference]:
    return [d for d in change.differences if d.weight is Weight.MATERIAL or change.news is News.RENAMED]


def item_name(difference: Difference) -> str:
    """What the item goes by in every version: a document's number or a row's key, the place of a passage; "" for a
    passage that stands under no heading.
    """
    item = difference.before if difference.act is Act.REMOVED else difference.after
    if isinstance(item, Record):
        return item.document or item.key
    return " > ".join(item.headings) if item else ""


def holds_words(difference: Difference, words: str) -> bool:
    """Whether the item's title holds the words, whatever their case."""
    item = difference.before if difference.act is Act.REMOVED else difference.after
    headings = item.headings if isinstance(item, Passage) else ()
    title = " ".join(" ".join((difference.label, *headings)).split()).casefold()
    return words.casefold() in title
