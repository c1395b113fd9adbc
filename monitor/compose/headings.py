"""What is said of a digest before it is opened: its form, the subject line, the preheader, the first lines."""

from enum import StrEnum

from monitor.compose.card_dates import next_date
from monitor.compose.cards import counted
from monitor.compose.coverage import all_sources, blind_since, checks_words, gap_names, sources_line, verified
from monitor.compose.hostile import cut
from monitor.compose.learned import learned_from
from monitor.compose.sections import filtered_cards, shown_cards
from monitor.compose.wording import capital, count, in_words, kind_words, local_day, short_day
from monitor.model.assessment import DateKind, LegalDate, Tier
from monitor.model.digest import Card, Digest

SUBJECT_LIMIT = 69
PREHEADER_LIMIT = 89

BRAND = "CMAA Watch"

_DEADLINES = {
    DateKind.COMMENT_CLOSES: "comments close",
    DateKind.RECONSIDERATION_CLOSES: "reconsideration window",
    DateKind.NOTICE_ENDS: "notice period ends",
}

_TIER_WORDS = {Tier.ACT: "to act on", Tier.REVIEW: "to review", Tier.FYI: "for information"}


class Form(StrEnum):
    """The kinds of week. A gap outranks everything: blindness matters more than news."""

    NORMAL = "normal"
    EMPTY = "empty"
    UNLOOKED = "unlooked"
    GAP = "gap"
    BASELINE = "baseline"


def form_of(digest: Digest) -> Form:
    """GAP: a source was unverified at the end, or none is watched. BASELINE: each was read for the first time."""
    if digest.gaps or not digest.coverage:
        return Form.GAP
    if shown_cards(digest):
        return Form.NORMAL
    if all(c.result == "baseline" for c in digest.coverage):
        return Form.BASELINE
    if not any(c.good or c.failed for c in digest.coverage):
        return Form.UNLOOKED
    return Form.EMPTY


def subject_of(digest: Digest) -> str:
    """The subject line: the number first, the brand last, under 70 characters."""
    mark = "[DEMO] " if digest.demo else ""
    limit = SUBJECT_LIMIT - len(mark)
    return mark + next((s for s in _subjects(digest) if len(s) <= limit), BRAND)


def _subjects(digest: Digest) -> list[str]:
    """From the best to the shortest wording; the last always fits."""
    start = short_day(digest.period.first_day)
    match form_of(digest):
        case Form.GAP if not digest.coverage:
            return [f"COVERAGE GAP: no source is configured | {BRAND}"]
        case Form.GAP:
            return [f"COVERAGE GAP: {name} {_blind(digest)} | {BRAND}" for name in gap_names(digest)]
        case Form.BASELINE:
            return [f"Baseline captured: {count(_items(digest), 'item')}, 0 alerts | {BRAND}"]
        case Form.UNLOOKED:
            return [f"No check was due yet | {BRAND}, {start}", f"No check was due yet | {BRAND}"]
        case Form.EMPTY:
            text = f"No relevant changes, {all_sources(digest)} checked | {BRAND}"
            return [f"{text}, {start}", text, f"No relevant changes, all checked | {BRAND}"]
        case Form.NORMAL:
            text = f"{_pressing(shown_cards(digest))} | {BRAND}"
            return [f"{text}, week of {start}", f"{text}, {start}", text]


def preheader_of(digest: Digest) -> str:
    """The line a mail program shows beside the subject, under 90 characters."""
    return cut(_preheader(digest), PREHEADER_LIMIT)


def _preheader(digest: Digest) -> str:
    total = len(digest.coverage)
    match form_of(digest):
        case Form.GAP if not total:
            return "No source is configured, so nothing was checked."
        case Form.GAP:
            names = "this week" if len(digest.gaps) == total else next(n for n in gap_names(digest) if len(n) <= 40)
            return f"{verified(digest)} of {count(total, 'source')} checked. Please do not sign off {names} yet."
        case Form.BASELINE:
            return f"{capital(all_sources(digest))} read for the first time. Alerts start with the next check."
        case Form.UNLOOKED:
            return f"Nothing was looked at yet in this span. {_still_awaiting(digest)}"
        case Form.EMPTY:
            return f"{capital(checks_words(digest))}. {_still_awaiting(digest)}"
        case Form.NORMAL:
            return f"{_act_by(digest)}{capital(all_sources(digest))} checked."


def status_of(digest: Digest) -> tuple[str, ...]:
    """The first lines a reader sees: the counts, then what was checked."""
    cards, checked = shown_cards(digest), sources_line(digest)
    match form_of(digest):
        case Form.GAP if not digest.coverage:
            return ("COVERAGE GAP. No source is configured, so nothing was checked.",)
        case Form.GAP:
            gaps = f"{len(digest.gaps)} of {count(len(digest.coverage), 'source')}"
            return (f"COVERAGE GAP. {gaps} could not be verified.", checked, *_unknown(digest), _others(digest, cards))
        case Form.BASELINE:
            items = f"{count(_items(digest), 'item')} from {count(len(digest.coverage), 'source')}"
            return (f"BASELINE CAPTURED: {items}, 0 alerts.", f"{checked} Alerts start with the next check.")
        case Form.UNLOOKED:
            return (
                "NOT CHECKED YET. No check was due since the span began, so nothing can be said of it.",
                f"{capital(all_sources(digest))} were verified when they were last looked at, before it.",
            )
        case Form.EMPTY:
            return ("NO RELEVANT CHANGES.", checked, _compared(digest))
        case Form.NORMAL:
            return (_counts(cards, " - "), checked)


def _unknown(digest: Digest) -> list[str]:
    return ["We do NOT know whether anything changed there since."] if verified(digest) else []


def _others(digest: Digest, cards: list[Card]) -> str:
    others = verified(digest)
    if not others:
        return "No source could be verified. We do NOT know whether anything changed."
    news = _counts(cards, ", ") if cards else "no relevant changes"
    fresh = sum(c.verified_at_end and c.result == "baseline" for c in digest.coverage)
    first = f" Baseline captured for {count(fresh, 'source')}." if fresh else ""
    return f"The other {count(others, 'source') if others > 1 else 'source'}: {news}.{first}"


def _compared(digest: Digest) -> str:
    noise = max(digest.filtered_out, len(filtered_cards(digest)))
    learned = any(learned_from(card.assessment.reasons) for card in filtered_cards(digest))
    why = "as routine or by what you taught" if learned else "as routine"
    start = "Every copy was compared with the last version kept."
    if not noise:
        return f"{start} Nothing was filtered out."
    were = "was" if noise == 1 else "were"
    return f"{start} {count(noise, 'edit')} {were} filtered out {why}; see the list below, so that you can check us."


def _counts(cards: list[Card], joint: str) -> str:
    return joint.join(f"{counted(cards, t):,} {word}" for t, word in _TIER_WORDS.items() if counted(cards, t))


def _pressing(cards: list[Card]) -> str:
    """Items for information are counted in the subject only when there is nothing else."""
    return _counts([c for c in cards if c.assessment.tier is not Tier.FYI] or cards, ", ")


def _blind(digest: Digest) -> str:
    since = blind_since(digest)
    return f"unchecked since {short_day(since)}" if since else "not verified"


def _act_by(digest: Digest) -> str:
    for tier in (Tier.ACT, Tier.REVIEW):
        soonest = _soonest_of(digest, tier)
        if soonest:
            word = _DEADLINES.get(soonest.kind)
            lead = "Act by" if word and tier is Tier.ACT else "Next date"
            return f"{lead} {short_day(soonest.on)}: {word or kind_words(soonest.kind)}. "
    return ""


def _soonest_of(digest: Digest, tier: Tier) -> LegalDate | None:
    today = local_day(digest.made_at, digest.time_zone)
    found = [next_date(c, today) for c in shown_cards(digest) if c.assessment.tier is tier]
    return min((d for d in found if d), key=lambda d: d.on, default=None)


def _still_awaiting(digest: Digest) -> str:
    open_items = len(digest.awaiting)
    if not open_items:
        return "Nothing awaits your decision."
    noun, verb = ("item", "awaits") if open_items == 1 else ("items", "await")
    return f"{capital(in_words(open_items))} older {noun} still {verb} your decision."


def _items(digest: Digest) -> int:
    return sum(c.items or 0 for c in digest.coverage)
