"""The digest's sections in words: every list cut to its limit, and what was cut counted."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import TypeVar

from monitor.compose.card_dates import basis, clock, next_deadline
from monitor.compose.cards import brief_sentence, headline, in_order, show_card, show_line
from monitor.compose.coverage import within_60_days
from monitor.compose.decided import in_hand_note
from monitor.compose.desk import Edition
from monitor.compose.hostile import safe_line
from monitor.compose.learned import learned_from
from monitor.compose.readiness import readiness_line
from monitor.compose.sheet import PAYERS, STAGE, answer_line, whence
from monitor.compose.view import Bullet, DateRow, Limits, Older, OlderItem, Standing, TierView
from monitor.compose.wording import capital, count, day, kind_words, local_day
from monitor.model.assessment import Tier
from monitor.model.decision import IN_HAND
from monitor.model.digest import Card, DateAhead, Digest, OpenItem
from monitor.model.ids import ChangeId
from monitor.model.question import SheetRow
from monitor.model.source import OFFICIAL

Item = TypeVar("Item")

_OLD_HEADLINE = 64
"""An item of an earlier digest was read there in full."""

_SECTIONS = {Tier.ACT: "ACT", Tier.REVIEW: "REVIEW", Tier.FYI: "FOR INFORMATION"}


def shown_cards(digest: Digest) -> list[Card]:
    """The items told of, in the order of their numbers: the one with the nearest deadline leads its tier."""
    ordered = in_order(c for c in digest.cards if c.assessment.tier is not Tier.NOISE)
    today = local_day(digest.made_at, digest.time_zone)
    dated = [(on, n) for n, c in enumerate(ordered) if (on := next_deadline(c, today))]
    if not dated:
        return ordered
    first = ordered.pop(min(dated)[1])
    graver = sum(c.assessment.tier.rank > first.assessment.tier.rank for c in ordered)
    return [*ordered[:graver], first, *ordered[graver:]]


def filtered_cards(digest: Digest) -> list[Card]:
    """What was held back as noise; a card of that tier never counts as news, wherever it was handed in."""
    return [*digest.filtered_cards, *(c for c in digest.cards if c.assessment.tier is Tier.NOISE)]


def tier_sections(cards: Sequence[Card], edition: Edition, limits: Limits) -> tuple[TierView, ...]:
    """ACT, REVIEW, FOR INFORMATION; the empty ones are left out. Full cards go to ACT first, then to REVIEW; one
    of them always to the item with the nearest deadline.
    """
    numbered = list(enumerate(cards, 1))
    full = _full_cards(numbered, edition, limits.full_cards)
    told = {c.change.id for c in _pressing(cards)[: limits.brief]} if limits.lean else set()
    sections = (
        _section(name, [(n, c) for n, c in numbered if c.assessment.tier is tier], full, told, edition, limits)
        for tier, name in _SECTIONS.items()
    )
    return tuple(section for section in sections if section.total)


def _full_cards(cards: Sequence[tuple[int, Card]], edition: Edition, limit: int) -> set[int]:
    """The numbers of the items that get a full card."""
    chosen = [n for n, c in cards if c.assessment.tier is not Tier.FYI][:limit]
    soonest = min(((on, n) for n, c in cards if (on := next_deadline(c, edition.today))), default=None)
    if soonest and soonest[1] not in chosen:
        chosen = [*chosen[: max(limit - 1, 0)], soonest[1]]
    return set(chosen)


def _section(
    name: str,
    members: Sequence[tuple[int, Card]],
    full: set[int],
    told: set[ChangeId],
    edition: Edition,
    limits: Limits,
) -> TierView:
    carded = [(n, c) for n, c in members if n in full]
    others = [(n, c) for n, c in members if n not in full]
    hidden = len(others) - limits.one_liners
    return TierView(
        name=name,
        total=len(members),
        cards=tuple(show_card(c, n, edition, reasons=1 if limits.lean and n > 1 else 2) for n, c in carded),
        lines=tuple(show_line(c, n, edition, told=c.change.id in told) for n, c in others[: limits.one_liners]),
        more=f"and {hidden:,} more" if hidden > 0 else "",
    )


def brief(
    cards: Sequence[Card], tiers: Sequence[TierView], edition: Edition, limits: Limits
) -> tuple[tuple[Bullet, ...], str]:
    """The whole story in 30 seconds: the first items, those for information only when there is nothing else."""
    kept, more = cut_list(_pressing(cards), limits.brief, "below")
    carded = _carded(tiers)
    grounded = {c.change.id for c in kept if limits.grounds_twice or c.change.id not in carded}
    bullets = (
        Bullet(headline=headline(c), text=brief_sentence(c, edition, grounded=c.change.id in grounded)) for c in kept
    )
    return tuple(bullets), more


def _pressing(cards: Sequence[Card]) -> list[Card]:
    return [c for c in cards if c.assessment.tier is not Tier.FYI] or list(cards)


def _carded(tiers: Sequence[TierView]) -> set[str]:
    """The ids of the changes that have a full card."""
    return {view.change_id for tier in tiers for view in tier.cards}


def dates_ahead(
    digest: Digest, cards: Sequence[Card], tiers: Sequence[TierView], edition: Edition, limits: Limits
) -> tuple[tuple[DateRow, ...], str]:
    """The dates of the next 60 days, soonest first; those of open items with a reminder when its time has come."""
    open_ids = _open_ids(digest, cards)
    length = (digest.period.last_day - digest.period.first_day).days + 1
    numbers = {c.change.id: n for n, c in enumerate(cards, 1)}
    near = [d for d in digest.dates_ahead if within_60_days(d.date.on, edition.today)]
    ordered = sorted(near, key=lambda d: (d.date.on, d.date.kind, d.change_id))
    brief_ids = _carded(tiers) if limits.lean else set()
    rows = [
        _date_row(
            d,
            numbers.get(d.change_id),
            _reminder(d.date.on, edition, length * (d.change_id in open_ids)),
            short=d.change_id in brief_ids,
        )
        for d in ordered
    ]
    return cut_list(list(dict.fromkeys(rows)), limits.dates, "dates")


REMINDED_DAYS = (14, 7, 2)
"""So many days before a date on an open item its reader is reminded."""


def _open_ids(digest: Digest, cards: Sequence[Card]) -> set[ChangeId]:
    """The items of which somebody still has something to do."""
    settled = {c.change.id for c in cards if c.decision and c.decision.outcome not in IN_HAND}
    told = {c.change.id for c in cards if c.assessment.tier is not Tier.FYI}
    return {item.change_id for item in (*digest.awaiting, *digest.in_hand)} | (told - settled)


def _reminder(on: date, edition: Edition, length: int) -> str:
    """``In 11 days, open``; "" when no reminder falls on one of the ``length`` days from today to the next digest."""
    left = (on - edition.today).days
    if left < 0 or not any(0 <= left - mark < length for mark in REMINDED_DAYS):
        return ""
    when = {0: "today", 1: "tomorrow"}.get(left, f"in {left} days")
    return f"{capital(when)}, open"


def _date_row(ahead: DateAhead, number: int | None, reminder: str, *, short: bool) -> DateRow:
    """``short``: the full card of item ``number`` tells what it is about, and how it is known."""
    origin = f"item {number}" if number else safe_line(ahead.change_id, 20)
    if short:
        what = f"{capital(kind_words(ahead.date.kind))}: {origin}"
        return DateRow(day=day(ahead.date.on), what=what, basis=ahead.date.basis.value, reminder=reminder)
    about = safe_line(ahead.about, 120) or safe_line(ahead.source_name, 80)
    return DateRow(
        day=day(ahead.date.on),
        what=f"{capital(kind_words(ahead.date.kind))}{clock(ahead.date)}: {about} ({origin})",
        basis=basis(ahead.date, quoted=False),
        reminder=reminder,
    )


MAX_READY = 3
"""So many matters of the house's own readiness stand in a digest; `readiness` lists all."""


def standing(digest: Digest) -> Standing:
    """The sheet in a line each: the stage first, then the questions as they were last answered. What all answers share
    (who gave them, and when) is said once.
    """
    shared = {whence(row.answer) for row in digest.sheet}
    is_each = len(shared) != 1
    lines = {row.question.id: _answered(row, digest, dated=is_each) for row in digest.sheet}
    today = local_day(digest.made_at, digest.time_zone)
    asked = ((row.question.short, lines[row.question.id]) for row in digest.sheet if row.question.id != STAGE)
    ready = ((f"Ready: {one.subject}", readiness_line(one, today)) for one in digest.readiness[:MAX_READY])
    return Standing(
        as_of=day(today),
        whence="" if is_each else shared.pop(),
        stage=lines.get(STAGE, "Unknown: there is no sheet of questions."),
        questions=tuple((safe_line(name, 40), words) for name, words in (*asked, *ready)),
    )


def _answered(row: SheetRow, digest: Digest, *, dated: bool) -> str:
    """Nobody can know what payers say while none of their pages is watched, and nobody looked by hand."""
    pages = sum(one.authority not in OFFICIAL for one in digest.coverage)
    if row.question.id == PAYERS and not pages and row.answer.id is None and not row.may_move:
        return "Not monitored (0 payer pages configured)."
    return answer_line(row, dated=dated)


def awaiting(digest: Digest, edition: Edition, limits: Limits) -> Older:
    """Items without a decision, the oldest first."""
    ordered = sorted(digest.awaiting, key=lambda item: (item.first_changed_at, item.change_id))
    kept, more = cut_list(ordered, limits.awaiting, "that are newer")
    items = (_open_item(item, f"{item.tier.value}, {_age(item, edition)}", edition) for item in kept)
    return Older(total=len(ordered), items=tuple(items), more=more)


def in_hand(digest: Digest, edition: Edition, limits: Limits) -> Older:
    """Items that were decided and are not done: the first due first, those without a day last."""
    held = [(item, said) for item in digest.in_hand if (said := item.decision)]
    held.sort(key=lambda pair: (pair[1].due or date.max, pair[0].first_changed_at, pair[0].change_id))
    kept, more = cut_list(held, limits.in_hand, "")
    items = (_open_item(item, in_hand_note(said, edition.today), edition) for item, said in kept)
    return Older(total=len(held), items=tuple(items), more=more.strip())


def _open_item(item: OpenItem, note: str, edition: Edition) -> OlderItem:
    return OlderItem(
        change_id=safe_line(item.change_id, 20),
        headline=safe_line(item.headline, _OLD_HEADLINE),
        note=note,
        redline=edition.desk.redline(item.change_id),
    )


def corrections(digest: Digest, edition: Edition, limits: Limits) -> Older:
    """Items that take back or mend what an earlier digest said."""
    return _older(in_order(digest.corrections), limits.corrections, edition, _correction)


def filtered(digest: Digest, edition: Edition, limits: Limits) -> Older:
    """What was held back as noise, by name, so that the filter can be checked."""
    cards = filtered_cards(digest)
    cards.sort(key=lambda c: not learned_from(c.assessment.reasons))  # what people taught is what to check first
    shown = _older(cards, limits.filtered, edition, lambda c: learned_from(c.assessment.reasons))
    total = max(digest.filtered_out, len(cards))
    hidden = total - len(shown.items)
    return Older(total=total, items=shown.items, more=f"and {hidden:,} more" if hidden else "")


def cut_list(items: Sequence[Item], limit: int, noun: str) -> tuple[tuple[Item, ...], str]:
    """The first ``limit`` items, and ``and 7 more dates`` for the rest ("" when there is none)."""
    hidden = len(items) - limit
    return tuple(items[:limit]), f"and {hidden:,} more {noun}" if hidden > 0 else ""


def _older(cards: Sequence[Card], limit: int, edition: Edition, note: Callable[[Card], str]) -> Older:
    kept, more = cut_list(cards, limit, "")
    items = (
        OlderItem(
            change_id=safe_line(c.change.id, 20),
            headline=headline(c),
            note=note(c),
            redline=edition.desk.redline(c.change.id),
        )
        for c in kept
    )
    return Older(total=len(cards), items=tuple(items), more=more.strip())


def _age(item: OpenItem, edition: Edition) -> str:
    days = (edition.today - local_day(item.first_changed_at, edition.time_zone)).days
    return count(max(days, 0), "day")


def _correction(card: Card) -> str:
    source = safe_line(card.source_name, 60)
    return f"{source}; takes back {safe_line(card.change.reverts, 20)}" if card.change.reverts else source
