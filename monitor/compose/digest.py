"""One digest as a mail: text and HTML made from one view, within the limits mail programs set."""

from typing import TYPE_CHECKING

from monitor.compose.coverage import assurance, copy_kept, show_gaps, statement
from monitor.compose.desk import Desk, Edition
from monitor.compose.environment import Templates, html_environment, render, text_environment
from monitor.compose.headings import form_of, preheader_of, status_of, subject_of
from monitor.compose.hostile import safe_line, safe_text
from monitor.compose.hosts import by_cause, coverage_cause
from monitor.compose.sections import (
    awaiting,
    brief,
    corrections,
    dates_ahead,
    filtered,
    in_hand,
    shown_cards,
    standing,
    tier_sections,
)
from monitor.compose.source_rows import source_rows
from monitor.compose.view import DigestView, Limits
from monitor.compose.wording import DEMO_RIBBON, count, local_day, moment, span
from monitor.model.digest import Digest, Message

if TYPE_CHECKING:
    from jinja2 import Environment

HTML_LIMIT_BYTES = 90_000
"""Gmail cuts a mail off a little above 100 kB."""

_SCOPE = (
    "Automated summary of public pages. Official text governs. Not legal, billing or coding advice. "
    "CPT (c) American Medical Association."
)

WORDS = 900
"""About as many as a reader gives a week; a busy one turns full cards into one-liners down to two, and then
does not say again what it said above; no item is left out for it."""

# Tried in this order until the text is short enough or cards would become too few, and the HTML fits; a week that fits
# the first loses nothing.
_SHORTER = (
    Limits(),
    Limits(full_cards=4),
    Limits(full_cards=3),
    Limits(full_cards=2),
    Limits(full_cards=2, grounds_twice=False),
    Limits(full_cards=2, grounds_twice=False, lean=True),
    Limits(full_cards=2, grounds_twice=False, lean=True, awaiting=4, in_hand=4),
)
_LIMITS = (
    Limits(full_cards=2, one_liners=6, dates=8, sources=40),
    Limits(full_cards=2, one_liners=4, dates=5, awaiting=5, in_hand=5, filtered=5, gaps=3, sources=20),
    Limits(
        full_cards=1,
        one_liners=2,
        brief=2,
        dates=3,
        awaiting=2,
        in_hand=2,
        corrections=2,
        filtered=2,
        gaps=2,
        sources=8,
    ),
)


def render_digest(digest: Digest, templates: Templates) -> Message:
    """The mail of one digest. ``templates`` holds ``digest.txt`` and ``digest.html`` (with its partials).

    Text and HTML show the same items, dates and links. The HTML stays under 90,000 bytes: in a flood, full cards become
    one-liners and lists end with "and N more".
    """
    view = view_of(digest, limits_for(digest, templates))
    text = render(text_environment(templates), "digest.txt", d=view, ribbon=DEMO_RIBBON)
    html = _html(view, html_environment(templates))
    return Message(subject=view.subject, preheader=view.preheader, text=text, html=html)


def limits_for(digest: Digest, templates: Templates) -> Limits:
    """How much of each section the mail of this digest shows in full."""
    html_env = html_environment(templates)
    tried = (_short_enough(digest, text_environment(templates)), *_LIMITS)
    fitting = (one for one in tried[:-1] if len(_html(view_of(digest, one), html_env).encode()) < HTML_LIMIT_BYTES)
    return next(fitting, tried[-1])


def _html(view: DigestView, env: "Environment") -> str:
    shell = {"subject": view.subject, "preheader": view.preheader, "demo": view.demo, "ribbon": DEMO_RIBBON}
    return render(env, "digest.html", d=view, **shell)


def _short_enough(digest: Digest, env: "Environment") -> Limits:
    for limits in _SHORTER[:-1]:
        text = render(env, "digest.txt", d=view_of(digest, limits), ribbon=DEMO_RIBBON)
        if len(text.split()) <= WORDS:
            return limits
    return _SHORTER[-1]


def view_of(digest: Digest, limits: Limits) -> DigestView:
    """Everything the templates show, in words."""
    edition = Edition(
        time_zone=digest.time_zone,
        today=local_day(digest.made_at, digest.time_zone),
        desk=Desk(base=digest.link_base),
    )
    cards, first = shown_cards(digest), digest.period.first_day
    tiers = tier_sections(cards, edition, limits)
    bullets, more_brief = brief(cards, tiers, edition, limits)
    dates, more_dates = dates_ahead(digest, cards, tiers, edition, limits)
    gaps = by_cause(digest.gaps, coverage_cause)
    unsaid = sum(len(group) for group in gaps[limits.gaps :])
    rows, hidden = source_rows(digest, limits.sources)
    return DigestView(
        id=safe_text(digest.id),
        form=form_of(digest).value,
        subject=subject_of(digest),
        preheader=preheader_of(digest),
        demo=digest.demo,
        preview=digest.preview,
        span=span(first, digest.period.last_day),
        rhythm="daily" if first == digest.period.last_day else "weekly",
        made=moment(digest.made_at, digest.time_zone),
        status=status_of(digest),
        gaps=tuple(show_gaps(group, digest.time_zone) for group in gaps[: limits.gaps]),
        more_gaps=f"and {unsaid:,} more unverified sources" if unsaid else "",
        gap_since=copy_kept(digest),
        manual_check=edition.desk.manual_check(),
        brief=bullets,
        more_brief=more_brief,
        tiers=tiers,
        dates=dates,
        more_dates=more_dates,
        standing=standing(digest),
        awaiting=awaiting(digest, edition, limits),
        in_hand=in_hand(digest, edition, limits),
        open_changes=edition.desk.open_changes(),
        corrections=corrections(digest, edition, limits),
        sources=rows,
        more_sources=f"and {count(hidden, 'more source')}" if hidden else "",
        assurance=assurance(digest),
        ledger=edition.desk.ledger(first),
        all_changes=edition.desk.all_changes(first),
        filtered=filtered(digest, edition, limits),
        filtered_page=edition.desk.filtered(first),
        chain_short=safe_text(digest.chain_head or "")[:12],
        chain_full=safe_line(digest.chain_head or "", 64),
        previous=safe_text(digest.previous_digest_id or ""),
        confirm=edition.desk.confirm(digest.id),
        statement=statement(digest, len(cards)),
        scope=_SCOPE,
    )
