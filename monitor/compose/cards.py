"""A Card of the model as the words of one card; the same fields in every channel."""

import re
from collections.abc import Iterable, Sequence

from msgspec import Struct

from monitor.compose.affected import also_seen, link_lines, sights, tool_lines, touched
from monitor.compose.beside import OnRecord, on_record
from monitor.compose.by_hand import mark
from monitor.compose.card_dates import DateLine, date_line, day_and_clock, next_date, soonest_first
from monitor.compose.changed import Line, what_changed
from monitor.compose.decided import decision_words
from monitor.compose.desk import Edition, Pointer
from monitor.compose.hostile import Link, cut, first_sentence, safe_line, safe_link, safe_text
from monitor.compose.versions import standing, version_words
from monitor.compose.wording import HEADLINE_LIMIT, capital, day, kind_words, listed, local_day, moment, sentence, stamp
from monitor.model.assessment import Assessment, Reason, Tier
from monitor.model.difference import Change
from monitor.model.digest import Card

_DATE_LIMIT = 5
_TOLD_HEADLINE = 64
_BESIDE_LIMIT = 2
_BESIDE_CHARS = 420

_QUOTE_IN_REASON = 140
_SIGNS = re.compile(r" \((?:signs together|one sign): [^)]*\)")
"""How a sum of signs came about: for the card, not for the brief."""

_HOW_MANY = re.compile(r" \(and [\d,]+ more items?\)")


class Why(Struct, frozen=True, kw_only=True):
    """One ground: a sentence and the words it stands on ("" when they are quoted above already)."""

    text: str
    quote: str


class CardView(Struct, frozen=True, kw_only=True):
    """One full card in words."""

    number: int
    change_id: str
    tier: str
    headline: str
    meta: str
    late: str
    hand: str
    version: str
    reverts: str
    decision: str
    also_seen: tuple[str, ...]
    changed: tuple[Line, ...]
    beside: tuple[OnRecord, ...]
    more_beside: str
    why: tuple[Why, ...]
    more_reasons: str
    stage: str
    next_step: str
    affects: str
    tools: str
    links: tuple[str, ...]
    ai_class: str
    dates: tuple[DateLine, ...]
    more_dates: str
    confidence: str
    window: str
    snapshots: str
    official: Link | None
    redline: Pointer
    decide: Link | None


class OneLiner(Struct, frozen=True, kw_only=True):
    """An item that has no full card."""

    number: int
    change_id: str
    headline: str
    note: str
    redline: Pointer


def show_card(card: Card, number: int, edition: Edition, *, reasons: int = 2) -> CardView:
    """The full card with so many ``reasons``; all page text in it is safe to show and bounded in length."""
    change, opinion = card.change, card.assessment
    lines = what_changed(change, opinion, safe_line(card.noun, 40))
    why, soonest = _why(card, lines, reasons), soonest_first(opinion.dates)
    return CardView(
        number=number,
        change_id=safe_text(change.id),
        tier=opinion.tier.value,
        headline=headline(card),
        meta=_meta(card, edition.time_zone),
        late=found_late(card, edition.time_zone),
        hand=mark(change.hand, edition.time_zone) if change.hand else "",
        version=version_words(card.version, edition.today) if card.version else "",
        reverts=f"Takes back {safe_text(change.reverts)}" if change.reverts else "",
        decision=decision_words(card.decision, edition.time_zone) if card.decision else "",
        also_seen=also_seen(card, edition.time_zone),
        changed=lines,
        beside=tuple(on_record(one, edition.time_zone, _BESIDE_CHARS) for one in card.beside[:_BESIDE_LIMIT]),
        more_beside=f"and {len(card.beside) - _BESIDE_LIMIT} more" if len(card.beside) > _BESIDE_LIMIT else "",
        why=why,
        more_reasons=f"and {len(opinion.reasons) - len(why)} more" if len(opinion.reasons) > len(why) else "",
        stage=stage_words(opinion),
        next_step=safe_line(_words(opinion.stage.next_step or ""), 120) if opinion.stage else "",
        affects=affects(opinion),
        tools="; ".join(tool_lines(opinion)) if opinion.tools_known is not None else "",
        links=link_lines(opinion),
        ai_class=_ai_class(opinion),
        dates=tuple(date_line(d) for d in soonest[:_DATE_LIMIT]),
        more_dates=f"and {len(soonest) - _DATE_LIMIT} more" if len(soonest) > _DATE_LIMIT else "",
        confidence=_confidence(opinion),
        window=_window(card, edition.time_zone),
        snapshots=f"Snapshots {_short(card.before_sha)} -> {_short(card.after_sha)}{rendered(card.change, '. ')}",
        official=safe_link(card.official_url),
        redline=edition.desk.redline(change.id),
        decide=edition.desk.decide(change.id),
    )


def show_line(card: Card, number: int, edition: Edition, *, told: bool = False) -> OneLiner:
    """The item in one line: where from, and its next date when it has one. ``told``: the brief has its whole headline
    and that date.
    """
    soonest, late = None if told else next_date(card, edition.today), found_late(card, edition.time_zone)
    parts = [safe_line(card.source_name, 60)]
    parts += [standing(card.version, edition.today)] if card.version else []
    parts += [f"{kind_words(soonest.kind)} {day_and_clock(soonest)} ({soonest.basis.value})"] if soonest else []
    parts += [f"also seen at {listed((safe_text(s.source_id) for s in sights(card)), 2)}"] if sights(card) else []
    parts += [touched(card.assessment)] if card.assessment.tools else []
    parts += ["found late"] if late else []
    parts += [f"decided: {card.decision.outcome.value}"] if card.decision else []
    parts += [mark(card.change.hand, edition.time_zone)] if card.change.hand else []
    return OneLiner(
        number=number,
        change_id=safe_text(card.change.id),
        headline=cut(headline(card), _TOLD_HEADLINE) if told else headline(card),
        note="; ".join(parts),
        redline=edition.desk.redline(card.change.id),
    )


def rendered(change: Change, lead: str = "") -> str:
    """``Rendered by a browser (Chromium 150.0.7871.100)``, after ``lead``; "" where the copy is as it was sent."""
    return f"{lead}Rendered by a browser ({safe_line(change.rendered_by, 60)})" if change.rendered_by else ""


def headline(card: Card) -> str:
    """The Change's headline, on one line of at most 90 characters."""
    return safe_line(card.change.headline, HEADLINE_LIMIT)


def in_order(cards: Iterable[Card]) -> list[Card]:
    """ACT first; within a tier the gravest, then the one with the soonest date, then the oldest."""
    return sorted(cards, key=_urgency)


def _urgency(card: Card) -> tuple[int, int, str, str, str]:
    opinion, change = card.assessment, card.change
    soonest = min((d.on.isoformat() for d in opinion.dates), default="9999")
    return -opinion.tier.rank, -opinion.level.rank, soonest, change.first_changed_at.isoformat(), change.id


def found_late(card: Card, time_zone: str) -> str:
    """Why an item may be older than it looks: the source could not be verified in between. "" for the others."""
    if not card.change.found_late:
        return ""
    start, end = (moment(at, time_zone) for at in (card.change.last_unchanged_at, card.change.first_changed_at))
    return f"found late: changed between {start} and {end}"


def brief_sentence(card: Card, edition: Edition, *, grounded: bool = True) -> str:
    """What follows the headline in "This week in brief": the gravest reason (when ``grounded``), then the next date or
    the first sight.
    """
    reasons = _gravest(card.assessment.reasons) if grounded else []
    ground = _SIGNS.sub("", first_sentence(reasons[0].text)) if reasons else ""
    said = f"{capital(sentence(cut(ground, 200)))} " if ground else ""
    soonest = next_date(card, edition.today)
    if soonest:
        return f"{said}{capital(kind_words(soonest.kind))} {day_and_clock(soonest)} ({soonest.basis.value})."
    return f"{said}First seen {day(local_day(card.change.first_changed_at, edition.time_zone))}."


def affects(opinion: Assessment) -> str:
    """The codes and devices named; that none is named is said too."""
    parts = []
    if opinion.codes:
        codes = listed((safe_line(c, 20) for c in opinion.codes), 6)
        parts.append(f"{'code' if len(opinion.codes) == 1 else 'codes'} {codes}")
    if opinion.devices:
        parts.append(listed((safe_line(d, 60) for d in opinion.devices), 3))
    return "; ".join(parts) or "no watched code or device is named"


def _meta(card: Card, time_zone: str) -> str:
    authority, source = safe_line(card.authority, 40), safe_line(card.source_name, 80)
    names = source if authority.lower() in source.lower() else f"{authority} - {source}"
    return f"{names} - first seen {day(local_day(card.change.first_changed_at, time_zone))}"


def _why(card: Card, lines: Sequence[Line], limit: int) -> tuple[Why, ...]:
    above = " ".join(text for line in lines for text in (line.text, *line.rows))
    named = (d.key for d in card.change.differences if d.label and safe_text(d.label) in above)
    above = " ".join((above, *map(safe_text, named)))
    return tuple(_ground(reason, above) for reason in _telling(card.assessment.reasons)[:limit])


COUNT_RULE = "more"
"""The rule of the closing line that only counts the reasons left out; a card counts by itself."""


def _telling(reasons: Sequence[Reason]) -> list[Reason]:
    """The gravest first; a second reason for the same item only after all others, the same words never twice."""
    ordered = _gravest([reason for reason in reasons if reason.rule != COUNT_RULE])
    by_item: dict[str, Reason] = {}
    for reason in ordered:
        by_item.setdefault(reason.key or reason.text, reason)
    by_words: dict[str, Reason] = {}
    for reason in (*by_item.values(), *ordered):
        by_words.setdefault(_HOW_MANY.sub("", reason.text), reason)
    return list(by_words.values())


def _ground(reason: Reason, above: str) -> Why:
    """A quotation, or the row it was taken from, that stands above already is not repeated."""
    quote = safe_line(reason.quote, _QUOTE_IN_REASON)
    shown = quote in above or (reason.key is not None and safe_text(reason.key) in above)
    return Why(text=capital(sentence(safe_line(reason.text, 240))), quote="" if shown else quote)


def _gravest(reasons: Sequence[Reason]) -> list[Reason]:
    return sorted(reasons, key=lambda r: -r.level.rank)


def stage_words(opinion: Assessment) -> str:
    """``On agenda -> PANEL ACTION POSTED``; "" when nothing in the change says where it stands."""
    if opinion.stage is None:
        return ""
    before, after = (safe_line(_words(s or "(new)"), 80) for s in (opinion.stage.before, opinion.stage.after))
    return after.upper() if before == after else f"{capital(before)} -> {after.upper()}"


def _words(name: str) -> str:
    return name.replace("_", " ")


def _ai_class(opinion: Assessment) -> str:
    if not opinion.ai_class:
        return ""
    grounds = {"stated": "stated in the text", "inferred": "inferred, not stated; a person decides"}
    ground = grounds.get(opinion.ai_class_basis or "", "basis not known")
    return f"{safe_line(opinion.ai_class, 40)} ({ground})"


def _confidence(opinion: Assessment) -> str:
    grounds = cut(", ".join(safe_line(g, 80) for g in opinion.confidence_grounds), 240)
    return f"{safe_line(opinion.confidence, 20)}: {grounds or 'no grounds given'}"


def _window(card: Card, time_zone: str) -> str:
    unchanged, changed = (stamp(at, time_zone) for at in (card.change.last_unchanged_at, card.change.first_changed_at))
    return f"Last unchanged {unchanged}; first changed {changed}."


def _short(sha: str | None) -> str:
    return safe_line(sha, 64)[:6] if sha else "none"


def counted(cards: Iterable[Card], tier: Tier) -> int:
    """How many of the cards have that tier."""
    return sum(card.assessment.tier is tier for card in cards)
