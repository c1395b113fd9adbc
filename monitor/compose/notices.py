"""What is told in a few lines, in Slack, in Teams or in a short mail: a change, a digest, several changes at once.

Every text in a notice is safe to show and bounded; what a format must escape beyond that is the format's own affair.
"""

from msgspec import Struct

from monitor.compose.affected import touched
from monitor.compose.cards import CardView, show_card
from monitor.compose.changed import Line
from monitor.compose.coverage import sources_line
from monitor.compose.desk import Desk, Edition, Pointer
from monitor.compose.headings import status_of, subject_of
from monitor.compose.hostile import Link, cut, safe_line, safe_link
from monitor.compose.problems import headline as problem_headline
from monitor.compose.problems import problem_lines
from monitor.compose.sections import shown_cards
from monitor.compose.tellings import ChangeTelling, DigestTelling, ProblemTelling, SummaryTelling
from monitor.compose.wording import DEMO_RIBBON, HEADLINE_LIMIT, count, local_day, moment, sentence, short_day
from monitor.model.assessment import Assessment, Tier
from monitor.model.digest import Card

TITLE_LIMIT = 120
QUOTE_LIMIT = 300
NAMED = 20
GOVERNS = "Official text governs. Not billing advice."


class Notice(Struct, frozen=True, kw_only=True):
    """``text`` is one full sentence for a notification or a screen reader; ``paragraphs`` are (label, text) pairs, the
    label possibly ""; ``links`` are (words, link) pairs; ``commands`` are typed where there is no page to open;
    ``footer`` carries the ids by which a repeat is recognised.
    """

    title: str
    text: str
    paragraphs: tuple[tuple[str, str], ...]
    facts: tuple[tuple[str, str], ...] = ()
    links: tuple[tuple[str, Link], ...] = ()
    commands: tuple[str, ...] = ()
    footer: str
    ribbon: str = ""


def change_notice(telling: ChangeTelling) -> Notice:
    """One change: what was added and removed, why it matters, its stage, date and confidence."""
    card = card_of(telling)
    edition = edition_of(telling)
    view = show_card(card, 1, edition)
    title = change_title(card, edition)
    official = (("Official page", view.official),) if view.official else ()
    return Notice(
        title=title,
        text=f"{title} (first seen {moment(card.change.first_changed_at, edition.time_zone)}).",
        paragraphs=_what_and_why(view),
        facts=_facts(view),
        links=(*_pages("Redline and decision", view.redline), *official),
        commands=_commands(view.redline),
        footer=f"{view.change_id} | {view.window} {view.snapshots}. | {GOVERNS} | {telling.delivery_id}",
        ribbon=DEMO_RIBBON if telling.voice.demo else "",
    )


def change_title(card: Card, edition: Edition) -> str:
    """``ACT by Dec 2: AMA posts Panel actions naming CMAA``; without a date ahead ``ACT: ...``."""
    opinion = card.assessment
    ahead = sorted(d for d in {legal.on for legal in opinion.dates} if d >= edition.today)
    by = f" by {short_day(ahead[0])}" if ahead and opinion.tier is Tier.ACT else ""
    return cut(f"{opinion.tier.value}{by}: {safe_line(card.change.headline, HEADLINE_LIMIT)}", TITLE_LIMIT)


def digest_notice(telling: DigestTelling) -> Notice:
    """The digest in short: its status, its headlines, what was checked, where to read it."""
    digest = telling.digest
    desk = Desk(base=telling.voice.link_base)
    cards = shown_cards(digest)
    headlines = tuple(
        (card.assessment.tier.value, f"{safe_line(card.change.headline, HEADLINE_LIMIT)} [{card.change.id}]")
        for card in cards[:NAMED]
    )
    more = (("", f"and {len(cards) - NAMED} more"),) if len(cards) > NAMED else ()
    first, *rest = status_of(digest)
    pointer = desk.all_changes(digest.period.first_day)
    return Notice(
        title=cut(subject_of(digest), TITLE_LIMIT),
        text=sentence(first),
        paragraphs=(("", " ".join(sentence(line) for line in (first, *rest))), *headlines, *more),
        facts=(("Sources", sources_line(digest)), ("Audit chain head", safe_line(digest.chain_head or "none", 64))),
        links=_pages("All changes", pointer),
        commands=_commands(pointer),
        footer=f"{digest.id} | {GOVERNS} | {telling.delivery_id}",
        ribbon=DEMO_RIBBON if digest.demo else "",
    )


def summary_notice(telling: SummaryTelling) -> Notice:
    """Changes beyond a subscriber's cap, a line each."""
    desk = Desk(base=telling.voice.link_base)
    lines = tuple(
        (opinion.tier.value, f"{safe_line(change.headline, HEADLINE_LIMIT)} [{change.id}]{_and_tools(opinion)}")
        for change, opinion in telling.changes
    )
    title = f"{count(len(lines), 'further change')} beyond your daily limit"
    return Notice(
        title=title,
        text=f"{title}: they are listed here and in the next digest.",
        paragraphs=lines,
        links=_pages("All changes", Pointer(link=desk.home(), command="")),
        commands=("cmaa-monitor changes",) if desk.home() is None else (),
        footer=f"{safe_line(telling.bundle, 80)} | {GOVERNS} | {telling.delivery_id}",
        ribbon=DEMO_RIBBON if telling.voice.demo else "",
    )


def _and_tools(opinion: Assessment) -> str:
    return f", {touched(opinion)}" if opinion.tools else ""


def problem_notice(telling: ProblemTelling) -> Notice:
    """A problem of watching: what, since when, what to do; or how it ended."""
    problem, official = telling.problem, safe_link(telling.source.official_url) if telling.source else None
    first, *rest = problem_lines(problem, telling.voice.zone)
    state = telling.closing.how.upper() if telling.closing else "UNVERIFIED"
    return Notice(
        title=cut(f"{state}: {problem_headline(problem)}", TITLE_LIMIT),
        text=first,
        paragraphs=tuple(("", line) for line in rest),
        links=(("Official page", official),) if official else (),
        footer=f"{problem.id}, telling {telling.turn} | {telling.delivery_id}",
        ribbon=DEMO_RIBBON if telling.voice.demo else "",
    )


def card_of(telling: ChangeTelling) -> Card:
    """The change as a reader is shown it."""
    source = telling.source
    return Card(
        change=telling.change,
        assessment=telling.assessment,
        source_name=source.name,
        authority=source.authority,
        official_url=source.official_url,
        noun=source.noun,
        before_sha=telling.evidence.before_sha256,
        after_sha=telling.evidence.after_sha256,
        seen=telling.seen,
    )


def edition_of(telling: ChangeTelling) -> Edition:
    voice = telling.voice
    return Edition(
        time_zone=voice.zone, today=local_day(telling.evidence.at, voice.zone), desk=Desk(base=voice.link_base)
    )


def _what_and_why(view: CardView) -> tuple[tuple[str, str], ...]:
    changed = tuple((line.mark.capitalize(), _line_words(line)) for line in view.changed)
    why = tuple(("Why", _quoted(one.text, one.quote)) for one in view.why)
    notes = tuple(("Note", note) for note in (view.late, view.hand, view.reverts, *view.also_seen) if note)
    return (*changed, *why, *notes)


def _line_words(line: Line) -> str:
    words = f"“{cut(line.text, QUOTE_LIMIT)}”" if line.quoted else line.text
    rows = "; ".join(line.rows)
    return cut(f"{words}: {rows}" if rows else words, 2 * QUOTE_LIMIT) + (f" ({line.more})" if line.more else "")


def _quoted(text: str, quote: str) -> str:
    return f"{text} “{cut(quote, QUOTE_LIMIT)}”" if quote else text


def _facts(view: CardView) -> tuple[tuple[str, str], ...]:
    stage = f"{view.stage}. Next: {view.next_step}" if view.next_step and view.stage else view.stage
    dates = "; ".join(f"{date.day} {date.what} ({date.basis})" for date in view.dates)
    facts = (
        ("Stage", stage),
        ("Dates", dates),
        ("Affects", view.affects),
        ("Your tools", view.tools),
        ("Leads to", "; ".join(view.links[:2])),
        ("AI class", view.ai_class),
        ("Confidence", view.confidence),
    )
    return tuple((name, value) for name, value in facts if value)


def _pages(words: str, pointer: Pointer) -> tuple[tuple[str, Link], ...]:
    return ((words, pointer.link),) if pointer.link else ()


def _commands(pointer: Pointer) -> tuple[str, ...]:
    return () if pointer.link or not pointer.command else (pointer.command,)
