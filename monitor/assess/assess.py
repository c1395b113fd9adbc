"""The opinion about a Change: its items judged one by one, then put together as level, tier, dates and reasons."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, timedelta

from msgspec.structs import replace

from monitor.assess.devices import judge_row, product_code_of
from monitor.assess.directions import direction_of, turned_finding, turns_that_matter
from monitor.assess.findings import Finding, highest, lowered, merge
from monitor.assess.items import QUOTE_CHARS, Item, field_name, item_from_difference, item_from_text
from monitor.assess.levels import judge_text
from monitor.assess.moved_dates import moved_between, moved_dates
from monitor.assess.reasons import shown_reasons
from monitor.assess.rules import Rules
from monitor.assess.stages import has_moved, stage_of
from monitor.assess.told_dates import dates_of_items, dates_of_text, minor_dates_of_items
from monitor.model.assessment import Assessment, Direction, LegalDate, Level, Reason, Stage, Tier
from monitor.model.difference import Act, Change, Difference, News, Weight
from monitor.model.source import OFFICIAL, Source

MAX_LISTED = 60
NEAR_DAYS = 30
"""A deadline within so many days makes a high item one to act on."""

STAMPS = frozenset({"updatedon", "updatedonsort", "lastupdated", "lastupdatedsort", "note", "pageviews"})
"""Fields (see ``field_name``) that move by the calendar or without a change of text. The Coverage API's ``note`` counts
down a notice period; when it ends, the stage moves, and that is news."""

FLOOR_RULE = "source-floor"
_NOT_OFFICIAL = "secondary source: look for the primary page"
_TIERS = {Level.CRITICAL: Tier.ACT, Level.MEDIUM: Tier.REVIEW, Level.LOW: Tier.FYI, Level.NONE: Tier.NOISE}
_ACT_WORDS = {Act.ADDED: "Added", Act.REMOVED: "Removed", Act.MODIFIED: "Changed"}


def assess(
    change: Change, source: Source, rules: Rules, *, today: date, known_product_codes: AbstractSet[str] = frozenset()
) -> Assessment:
    """The opinion about ``change`` on ``today`` (the reader's calendar day).

    ``known_product_codes``: FDA product codes the list held before this change; empty means unknown, and then no code
    counts as new.
    """
    told = [d for d in change.differences if d.weight is Weight.MATERIAL or change.news is News.RENAMED]
    if change.news is News.EDITORIAL or not told:
        return _editorial(change, rules)
    known = known_product_codes - {""}
    items = [item_from_difference(difference, source.id) for difference in told]
    between = moved_between(items, told, rules.dates, today)
    findings = [
        _with_moved_dates(
            _judge_change(item, d, rules, known, change.news),
            between.get(d.key, ()) or moved_dates(item, d, rules.dates, today),
            floor=source.floor,
        )
        for item, d in zip(items, told, strict=True)
    ]
    floor = _floor_finding(source, items[0])
    turns = turns_that_matter(items, findings, source, rules, told)
    for turn in turns:
        place = next(number for number, item in enumerate(items) if item.key == turn.key)
        findings[place] = turned_finding(findings[place], turn)
    level = highest((floor.level, *(finding.level for finding in findings)))
    pairs = [pair for pair in zip(items, findings, strict=True) if pair[1].level.rank >= Level.MEDIUM.rank]
    if not pairs and level.rank >= Level.MEDIUM.rank:
        pairs = [(item, floor) for item in items]
    first_seen = change.first_changed_at.date()
    dates = (
        dates_of_items((item for item, _ in pairs), rules, first_seen)
        if pairs
        else minor_dates_of_items(items, rules, first_seen)
    )
    stage = _stage(pairs or list(zip(items, findings, strict=True)), rules)
    is_official = source.authority in OFFICIAL
    whose = f"official source ({source.authority})" if is_official else f"{source.authority}'s own page"
    return _put_together(
        level,
        (*findings, floor),
        rules,
        dates=dates,
        stage=stage,
        today=today,
        confidence=_confidence(level, findings, grounded=True),
        grounds=_grounds(level, (*findings, floor), whose, _act_words(told)),
        direction=direction_of(told, turns),
    )


def assess_item(
    title: str,
    text: str,
    source_id: str,
    rules: Rules,
    *,
    today: date,
    first_seen: date | None = None,
    known_product_codes: AbstractSet[str] | None = None,
) -> Assessment:
    """The opinion about one text by itself, by the same rules. ``source_id`` may be an alias of aliases.yaml.

    ``first_seen``: the day it was published, from which a window may be counted where the text names no day.

    Without ``known_product_codes`` the list of codes in product_codes.yaml stands in for them.
    """
    kind = source_id.casefold()
    canonical = rules.source_aliases.get(kind, source_id)
    item = item_from_text(title, text, canonical)
    known = rules.listed_product_codes if known_product_codes is None else known_product_codes
    finding = judge_item(item, rules, known_product_codes=known)
    official = bool(kind) and kind not in rules.secondary
    words = "official text" if official else _NOT_OFFICIAL if kind else "source not named"
    return _put_together(
        finding.level,
        (finding,),
        rules,
        dates=dates_of_text(item, rules.dates, first_seen),
        stage=stage_of(item, rules),
        today=today,
        confidence=_confidence(finding.level, (finding,), grounded=official),
        grounds=_grounds(finding.level, (finding,), words, ""),
        direction=None,
    )


def judge_item(item: Item, rules: Rules, *, known_product_codes: AbstractSet[str]) -> Finding:
    """One item by its device row, where it is one, and by its words."""
    if item.fields and product_code_of(item):
        return judge_row(item, rules, known_product_codes)
    return judge_text(item, rules)


def _judge_change(item: Item, difference: Difference, rules: Rules, known: AbstractSet[str], news: News) -> Finding:
    """One item as part of a change: a mere stamp is worth a line at most, and a device row at least that."""
    finding = judge_item(item, rules, known_product_codes=known)
    if news is News.RENAMED:
        return _judge_renaming(finding, difference)
    if news is News.LIFECYCLE and difference.act is Act.REMOVED:
        return lowered(finding, Level.LOW, "but its next version stands")
    if _is_stamp(difference) and not has_moved(stage_of(item, rules)):
        return lowered(finding, Level.LOW, "but only the date of the last update or a note of the calendar moved")
    if product_code_of(item) and finding.level is Level.NONE:
        return replace(finding, level=Level.LOW, reasons=tuple(replace(r, level=Level.LOW) for r in finding.reasons))
    return finding


def _with_moved_dates(finding: Finding, reasons: Sequence[Reason], *, floor: Level) -> Finding:
    """A relevant item whose date moved is high by that alone; so is one of a source that is relevant as a whole."""
    if not reasons or max(finding.level.rank, floor.rank) < Level.MEDIUM.rank:
        return finding
    level = highest((finding.level, Level.HIGH))
    return replace(finding, level=level, reasons=(*reasons, *finding.reasons), exact=True)


def _judge_renaming(finding: Finding, difference: Difference) -> Finding:
    """A new name is worth a line; with it comes a look at the relevant documents that were given a new version."""
    if any(change.weight is Weight.MATERIAL and field_name(change.name) not in STAMPS for change in difference.fields):
        finding = lowered(finding, Level.MEDIUM, "but the row tells of a new name and version only: compare the text")
    else:
        finding = lowered(finding, Level.LOW, "but only the contractor's name changed")
    if finding.level is not Level.NONE:
        return finding
    text = "The contractor that holds these documents goes by another name."
    new = next((change.new for change in difference.fields if change.weight is Weight.EDITORIAL), difference.label)
    reason = Reason(rule="renamed", text=text, quote=new[:QUOTE_CHARS], level=Level.LOW)
    return replace(finding, level=Level.LOW, reasons=(reason,))


def _is_stamp(difference: Difference) -> bool:
    """Whether nothing moved but stamps; the regulators touch these without changing a word."""
    names = {field_name(change.name) for change in difference.fields if change.weight is Weight.MATERIAL}
    return difference.act is Act.MODIFIED and bool(names) and names <= STAMPS


def _editorial(change: Change, rules: Rules) -> Assessment:
    count = len(change.differences)
    text = f"Spelling, spacing, encoding or order only ({count} item{'s' if count != 1 else ''}); no meaning changed."
    edited = next((d.fields[0].new for d in change.differences if d.fields), change.headline)
    reason = Reason(rule="editorial", text=text, quote=edited[:QUOTE_CHARS], level=Level.NONE)
    return Assessment(
        level=Level.NONE,
        tier=Tier.NOISE,
        rules_version=rules.version,
        reasons=(reason,),
        confidence="High",
        confidence_grounds=("every field compared after normalising", "only known spelling variants differ"),
    )


def _floor_finding(source: Source, first: Item) -> Finding:
    """The least level the source's own entry asks for."""
    if source.floor is Level.NONE:
        return Finding(level=Level.NONE)
    text = f"Any material change of {source.name} is at least {source.floor}."
    quote = first.text.split("\n", 1)[-1][:QUOTE_CHARS]
    reason = Reason(rule=FLOOR_RULE, text=text, quote=quote, level=source.floor, key=first.key)
    return Finding(level=source.floor, reasons=(reason,), ground="level set for the whole source, no exact term")


def _put_together(
    level: Level,
    findings: Sequence[Finding],
    rules: Rules,
    *,
    dates: tuple[LegalDate, ...],
    stage: Stage | None,
    today: date,
    confidence: str,
    grounds: tuple[str, ...],
    direction: Direction | None,
) -> Assessment:
    ordered = sorted(findings, key=lambda finding: -finding.level.rank) if len(findings) > 1 else findings
    whole = ordered[0]
    for finding in ordered[1:]:
        if finding.level.rank >= min(level.rank, Level.MEDIUM.rank):
            whole = _joined(whole, finding)
    ai_class, stated = _shared_class(findings)
    return Assessment(
        level=level,
        tier=_tier(level, dates, stage, today),
        rules_version=rules.version,
        reasons=shown_reasons([reason for finding in ordered for reason in finding.reasons]),
        topics=whole.topics,
        codes=whole.codes[:MAX_LISTED],
        devices=whole.devices[:MAX_LISTED],
        dates=dates,
        stage=stage,
        ai_class=ai_class,
        ai_class_basis=None if ai_class is None else "stated" if stated else "inferred",
        confidence=confidence,
        confidence_grounds=grounds,
        direction=direction,
    )


def _shared_class(findings: Sequence[Finding]) -> tuple[str | None, bool]:
    """The Appendix S class of the Change and whether a text states it; a document that speaks of all three, each in a
    passage of its own, is of class ``all``. One inferred from codes counts only when every item has it: 136 devices are
    not autonomous because one of them is.
    """
    classed = [f for f in findings if f.ai_class]
    if not classed:
        return None, False
    stated = [f.ai_class for f in classed if f.ai_stated]
    if stated:
        return ("all" if len({*stated} - {"all"}) == 3 else stated[0]), True
    classes = {f.ai_class for f in findings if any(reason.rule != FLOOR_RULE for reason in f.reasons)}
    return (next(iter(classes)), False) if len(classes) == 1 else (None, False)


def _joined(whole: Finding, other: Finding) -> Finding:
    return merge(replace(whole, reasons=()), replace(other, reasons=()))


def _tier(level: Level, dates: Iterable[LegalDate], stage: Stage | None, today: date) -> Tier:
    if level is Level.HIGH:
        pressing = any(today <= d.on <= today + timedelta(days=NEAR_DAYS) for d in dates)
        return Tier.ACT if pressing or has_moved(stage) else Tier.REVIEW
    return _TIERS[level]


def _stage(pairs: Sequence[tuple[Item, Finding]], rules: Rules) -> Stage | None:
    """The stage of the most relevant item; a move before a standing."""
    stages = []
    for item, finding in pairs:
        stage = stage_of(item, rules)
        if stage:
            stages.append((finding.level.rank, has_moved(stage), stage))
    return max(stages, key=lambda entry: entry[:2])[2] if stages else None


def _act_words(material: Sequence[Difference]) -> str:
    return ", ".join(dict.fromkeys(f"{_ACT_WORDS[d.act].lower()} text" for d in material if d.act in _ACT_WORDS))


def _confidence(level: Level, findings: Sequence[Finding], *, grounded: bool) -> str:
    """High: an exact term, code or number of an official source; a step less for a sum of signs or a report."""
    exact = any(finding.exact for finding in findings if finding.level is level)
    if level is Level.NONE:
        return "High" if exact else "Medium"
    return {(True, True): "High", (False, False): "Low"}.get((exact, grounded), "Medium")


def _grounds(level: Level, findings: Sequence[Finding], source_words: str, act_words: str) -> tuple[str, ...]:
    best = [finding for finding in findings if finding.level is level]
    ground = next((finding for finding in best if finding.exact), best[0]).ground if best else ""
    return tuple(filter(None, (source_words, ground, act_words)))
