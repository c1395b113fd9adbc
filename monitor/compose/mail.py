"""Letters: one change told at once, a digest, and several changes together."""

from monitor.compose.cards import show_card
from monitor.compose.environment import Templates, html_environment, render, text_environment
from monitor.compose.headings import PREHEADER_LIMIT, SUBJECT_LIMIT
from monitor.compose.hostile import cut
from monitor.compose.notices import Notice, card_of, change_title, edition_of, problem_notice, summary_notice
from monitor.compose.tellings import ChangeTelling, DigestTelling, ProblemTelling, SummaryTelling
from monitor.compose.wording import DEMO_RIBBON, moment
from monitor.model.delivery import Voice
from monitor.model.letter import Letter

SCOPE = "Automated notice of a public page. Official text governs. Not legal, billing or coding advice."
_DEMO_MARK = "[DEMO] "


def change_letter(telling: ChangeTelling) -> Letter:
    """The full card of one change, as text and HTML; an urgent one says so, and by when, in its subject."""
    card, edition = card_of(telling), edition_of(telling)
    seen = moment(card.change.first_changed_at, edition.time_zone)
    subject = change_title(card, edition)
    preheader = cut(f"First seen {seen}. Evidence {card.change.id}.", PREHEADER_LIMIT)
    values = {"c": show_card(card, 1, edition), "scope": SCOPE}
    return _letter(subject, preheader, "alert", telling.templates(), values, telling.voice)


def digest_letter(telling: DigestTelling) -> Letter:
    """The digest as it was rendered for the record."""
    message, domain = telling.message, telling.voice.mail_domain
    return Letter(subject=message.subject, text=message.text, html=message.html, thread=telling.thread, domain=domain)


def summary_letter(telling: SummaryTelling) -> Letter:
    """Several changes, a line each."""
    return notice_letter(summary_notice(telling), telling.templates(), telling.voice)


def problem_letter(telling: ProblemTelling) -> Letter:
    """A source that cannot be verified, or that can be again."""
    return notice_letter(problem_notice(telling), telling.templates(), telling.voice)


def notice_letter(notice: Notice, templates: Templates, voice: Voice) -> Letter:
    """Any notice as a short letter."""
    return _letter(notice.title, notice.text, "notice", templates, {"n": notice, "scope": SCOPE}, voice)


def _letter(
    subject: str, preheader: str, template: str, templates: Templates, values: dict[str, object], voice: Voice
) -> Letter:
    mark = _DEMO_MARK if voice.demo else ""
    subject = mark + cut(subject, SUBJECT_LIMIT - len(mark))
    values = {**values, "subject": subject, "preheader": preheader, "demo": voice.demo, "ribbon": DEMO_RIBBON}
    return Letter(
        subject=subject,
        text=render(text_environment(templates), f"{template}.txt", **values),
        html=render(html_environment(templates), f"{template}.html", **values),
        domain=voice.mail_domain,
    )
