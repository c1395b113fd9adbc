"""One change as plain text for a terminal: what changed, why it matters, when it was known, on what evidence."""

import textwrap
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime

from monitor.compose.affected import also_seen, link_lines, tool_lines
from monitor.compose.beside import on_record
from monitor.compose.by_hand import mark
from monitor.compose.card_dates import date_line
from monitor.compose.cards import affects, found_late, headline, rendered, stage_words
from monitor.compose.changed import by_relevance, excerpts, field_edits, item_name
from monitor.compose.decided import decision_words
from monitor.compose.hostile import safe_line, safe_link, safe_text
from monitor.compose.versions import version_words
from monitor.compose.wording import DEMO_RIBBON, capital, listed, local_day, moment, sentence
from monitor.model.assessment import Reason
from monitor.model.decision import Decision
from monitor.model.difference import Act, Change, Difference
from monitor.model.digest import Card
from monitor.model.hand import HandSaved
from monitor.model.learned import LEARNED
from monitor.model.snapshot import Passage, Record

WIDTH = 80
_PASSAGE_LIMIT = 600
_FIELD_LIMIT = 160
_LABEL_WIDTH = 15
_BESIDE_LIMIT = 900
_MARKS = {Act.REMOVED: "REMOVED", Act.ADDED: "ADDED", Act.MODIFIED: "CHANGED", Act.MOVED: "MOVED"}


def render_card(
    card: Card,
    *,
    time_zone: str,
    today: date | None = None,
    demo: bool = False,
    limit: int | None = 20,
    cuts: Sequence[str] = (),
    decisions: Sequence[Decision] = (),
    tools_since: str = "",
) -> str:
    """The card in 80 columns, no line break at its end, with at most ``limit`` differences and reasons (None: all).

    ``today``: the day for which a version of a document is said to be in force or not; None: that of the change.
    ``cuts``: what was cut out of the newer copy before it was compared, in lines. ``decisions``: all
    that were ever taken about it, oldest first. ``tools_since``: how the tools came to be known after the change was
    judged, "" where they were known then.
    """
    change = card.change
    blocks = [
        [DEMO_RIBBON] if demo else [],
        _wrapped(f"{change.id}  {card.assessment.tier.value}  {headline(card)}"),
        [*_meta(card, time_zone), *_version(card, today or local_day(change.first_changed_at, time_zone))],
        [f"WHAT CHANGED ({_counts(change)})", *_differences(card, limit)],
        ["ON RECORD ELSEWHERE", *_beside(card, time_zone)] if card.beside else [],
        ["WHY IT MATTERS (suggested)", *_reasons(card.assessment.reasons, limit)],
        [*_details(card, tools_since)],
        ["WHEN WE KNEW", *_times(card, time_zone)],
        ["DECISIONS", *_decisions(decisions, time_zone)] if decisions else [],
        ["EVIDENCE", *_evidence(card, time_zone)],
        ["CUT OUT AS NOISE", *(line for cut in cuts for line in _wrapped(cut, "  - "))] if cuts else [],
        ["Official text governs. Not legal, billing or coding advice."],
    ]
    return "\n\n".join("\n".join(lines) for lines in blocks if lines)


def _meta(card: Card, time_zone: str) -> Iterable[str]:
    official = safe_link(card.official_url)
    yield from _field("Source", f"{safe_line(card.source_name, 120)} ({safe_text(card.change.source_id)})")
    if official:
        yield f"  {'Official page':<{_LABEL_WIDTH}}{official.url}"
    if card.seen:
        yield from _field("Cluster", safe_text(card.seen.cluster_id))
        for words in also_seen(card, time_zone):
            yield from _field("", words)
    if card.change.reverts:
        yield from _field("Takes back", safe_text(card.change.reverts))
    late = found_late(card, time_zone)
    if late:
        yield from _wrapped(f"{capital(late)}.")
    if card.change.hand:
        yield from _wrapped(f"{capital(mark(card.change.hand, time_zone))}.")


def _version(card: Card, today: date) -> Iterable[str]:
    if card.version:
        yield from _field("Version", version_words(card.version, today))


def _counts(change: Change) -> str:
    words = {Act.ADDED: "added", Act.REMOVED: "removed", Act.MODIFIED: "changed", Act.MOVED: "moved"}
    found = {act: sum(d.act is act for d in change.differences) for act in words}
    return ", ".join(f"{number:,} {words[act]}" for act, number in found.items() if number) or "nothing kept"


def _differences(card: Card, limit: int | None) -> Iterable[str]:
    ordered = by_relevance(card.change.differences, card.assessment)
    for difference in ordered[:limit]:
        yield from _difference(difference)
    yield from _rest(len(ordered), limit)


def _difference(difference: Difference) -> Iterable[str]:
    lead = f"  {_MARKS[difference.act] + ':':<9}"
    item = difference.after or difference.before
    if not isinstance(item, Passage):
        yield from _wrapped(item_name(difference, 200), lead)
        yield from _record_fields(difference, item)
        return
    if difference.act is Act.MODIFIED and difference.fields:
        edit = difference.fields[0]
        old, new = excerpts(edit.old, edit.new, _PASSAGE_LIMIT)
        yield from _wrapped(f'"{old}"', "  REMOVED: ")
        yield from _wrapped(f'"{new}"', "  ADDED:   ")
    else:
        yield from _wrapped(f'"{safe_line(item.text, _PASSAGE_LIMIT)}"', lead)
    if difference.has_moved and difference.fields:
        yield from _wrapped("(moved too)", " " * 11)
    if item.headings:
        yield from _wrapped(f"(under {' > '.join(safe_line(h, 80) for h in item.headings[-3:])})", " " * 11)


def _record_fields(difference: Difference, record: Record | None) -> Iterable[str]:
    if difference.act is Act.MODIFIED:
        for edit in difference.fields:
            yield from _wrapped(field_edits((edit,), 2 * _FIELD_LIMIT), " " * 11)
    elif difference.act is not Act.MOVED and record is not None:
        fields = ((safe_line(n, 40), safe_line(v, _FIELD_LIMIT)) for n, v in record.fields.items())
        known = {"", safe_text(difference.key), safe_text(difference.label)}
        text = "; ".join(f"{name}: {value}" for name, value in fields if value not in known)
        yield from _wrapped(safe_line(text, 600), " " * 11)


def _beside(card: Card, time_zone: str) -> Iterable[str]:
    for one in card.beside:
        said = on_record(one, time_zone, _BESIDE_LIMIT)
        yield from _wrapped(said.text, "  - ")
        if said.link:
            yield f"    {said.link.url}"


def _reasons(reasons: Sequence[Reason], limit: int | None) -> Iterable[str]:
    ordered = sorted(reasons, key=lambda r: (not r.rule.startswith(LEARNED), -r.level.rank))
    for reason in ordered[:limit]:
        where = f" [{safe_line(reason.key, 60)}]" if reason.key and not reason.key.startswith("§") else ""
        text = capital(sentence(safe_line(reason.text, 300)))
        yield from _wrapped(f"{reason.level.value}: {text}{where}", "  - ")
        if reason.quote:
            yield from _wrapped(f'"{safe_line(reason.quote, 300)}"', "    ")
        yield f"    (rule {safe_line(reason.rule, 60)})"
    yield from _rest(len(ordered), limit)
    if not ordered:
        yield "  No rule fired."


def _details(card: Card, tools_since: str) -> Iterable[str]:
    opinion = card.assessment
    stage = stage_words(opinion)
    if stage:
        yield from _field("Stage", stage)
    if opinion.stage and opinion.stage.next_step:
        yield from _field("Next", safe_line(opinion.stage.next_step, 160))
    if opinion.direction:
        yield from _field("Direction", opinion.direction.value)
    yield from _field("Topics", listed((t.value for t in opinion.topics), 8) or "none")
    yield from _field("Affects", affects(opinion))
    for words in tool_lines(opinion):
        yield from _field("Your tools", words)
    if tools_since:
        yield from _field("", tools_since)
    for words in link_lines(opinion):
        yield from _field("Leads to", words)
    if opinion.ai_class:
        yield from _field("AI class", f"{opinion.ai_class} ({opinion.ai_class_basis or 'basis not known'})")
    for legal in sorted(opinion.dates, key=lambda d: (d.on, d.kind)):
        line = date_line(legal)
        yield from _field("Date", f"{line.day} {line.what} ({line.basis})")
    grounds = ", ".join(safe_line(g, 80) for g in opinion.confidence_grounds)
    yield from _field("Confidence", f"{opinion.confidence}: {grounds or 'no grounds given'}")
    yield from _field("Level", f"{opinion.level.value} (rules {safe_line(opinion.rules_version, 200)})")


def _times(card: Card, time_zone: str) -> Iterable[str]:
    """The five times."""
    yield from _time("Last unchanged", card.change.last_unchanged_at, time_zone)
    yield from _time("First changed", card.change.first_changed_at, time_zone)
    if card.delivered_at:
        yield from _time("Delivered", card.delivered_at, time_zone)
    else:
        yield from _field("Delivered", "not delivered to anyone")
    yield from _field("Acknowledged", "not recorded")
    if card.decision:
        yield from _time("Decided", card.decision.at, time_zone)
    else:
        yield from _field("Decided", "not decided")


def _decisions(decisions: Sequence[Decision], time_zone: str) -> Iterable[str]:
    for said in decisions:
        yield from _wrapped(f"{safe_line(said.id or '', 20)}  {decision_words(said, time_zone)}", "  - ")


def _time(label: str, at: datetime, time_zone: str) -> Iterable[str]:
    yield from _field(label, f"{moment(at, time_zone)}  ({at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ})")


def _evidence(card: Card, time_zone: str) -> Iterable[str]:
    """On lines of their own: a hash must be copied whole."""
    yield f"  Before, SHA-256: {safe_line(card.before_sha or 'none', 64)}"
    yield from _hand(card.before_hand, time_zone)
    yield f"  After, SHA-256:  {safe_line(card.after_sha or 'none', 64)}"
    yield from _hand(card.change.hand, time_zone)
    if told := rendered(card.change):
        yield from _wrapped(f"{told}: the bytes kept are the page after its scripts had run", " " * 4)


def _hand(hand: HandSaved | None, time_zone: str) -> Iterable[str]:
    if hand is not None:
        yield from _wrapped(capital(mark(hand, time_zone)), " " * 4)
        if hand.note:
            yield from _wrapped(f"Note: {safe_line(hand.note, 500)}", " " * 4)


def _rest(total: int, limit: int | None) -> Iterable[str]:
    if limit is not None and total > limit:
        yield f"  and {total - limit:,} more; --all shows them"


def _field(label: str, text: str) -> list[str]:
    return _wrapped(text, f"  {label:<{_LABEL_WIDTH}}")


def _wrapped(text: str, lead: str = "") -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=lead, subsequent_indent=" " * len(lead), break_on_hyphens=False
    ) or ([lead.rstrip()] if lead.strip() else [])
