"""What is frozen into the outbox: a change, a digest, a summary or a problem, in the format of its channel.

Each format is imported where it is made: a poll tells most of its changes in one, and digests come once a week.
"""

from collections.abc import Callable, Mapping

from monitor.compose.tellings import ChangeTelling, DigestTelling, ProblemTelling, SummaryTelling
from monitor.model.delivery import Format


def _change_event(telling: ChangeTelling) -> bytes:
    from monitor.compose.events import change_event

    evidence, voice = telling.evidence, telling.voice
    return change_event(
        telling.change,
        telling.assessment,
        telling.source,
        demo=voice.demo,
        link_base=voice.link_base,
        check_id=evidence.check_id,
        chain_head=evidence.chain_head,
        before_sha=evidence.before_sha256,
        after_sha=evidence.after_sha256,
        instance=voice.instance,
        place=telling.place,
        seen=telling.seen,
    )


def _change_letter(telling: ChangeTelling) -> bytes:
    from monitor.compose.mail import change_letter

    return change_letter(telling).to_bytes()


def _change_slack(telling: ChangeTelling) -> bytes:
    from monitor.compose.notices import change_notice
    from monitor.compose.slack import slack_message

    return slack_message(change_notice(telling))


def _change_card(telling: ChangeTelling) -> bytes:
    from monitor.compose.notices import change_notice
    from monitor.compose.teams import teams_message

    return teams_message(change_notice(telling))


def _change_text(telling: ChangeTelling) -> bytes:
    from monitor.compose.notices import change_notice
    from monitor.compose.plain_message import plain_message

    return plain_message(change_notice(telling))


def _digest_event(telling: DigestTelling) -> bytes:
    from monitor.compose.digest_event import digest_event

    return digest_event(telling.digest, telling.message, telling.voice, telling.place)


def _digest_letter(telling: DigestTelling) -> bytes:
    from monitor.compose.mail import digest_letter

    return digest_letter(telling).to_bytes()


def _digest_slack(telling: DigestTelling) -> bytes:
    from monitor.compose.notices import digest_notice
    from monitor.compose.slack import slack_message

    return slack_message(digest_notice(telling))


def _digest_card(telling: DigestTelling) -> bytes:
    from monitor.compose.notices import digest_notice
    from monitor.compose.teams import teams_message

    return teams_message(digest_notice(telling))


def _digest_text(telling: DigestTelling) -> bytes:
    from monitor.compose.notices import digest_notice
    from monitor.compose.plain_message import plain_message

    return plain_message(digest_notice(telling))


def _summary_event(telling: SummaryTelling) -> bytes:
    from monitor.compose.summary_event import summary_event

    return summary_event(telling)


def _summary_letter(telling: SummaryTelling) -> bytes:
    from monitor.compose.mail import summary_letter

    return summary_letter(telling).to_bytes()


def _summary_slack(telling: SummaryTelling) -> bytes:
    from monitor.compose.notices import summary_notice
    from monitor.compose.slack import slack_message

    return slack_message(summary_notice(telling))


def _summary_card(telling: SummaryTelling) -> bytes:
    from monitor.compose.notices import summary_notice
    from monitor.compose.teams import teams_message

    return teams_message(summary_notice(telling))


def _summary_text(telling: SummaryTelling) -> bytes:
    from monitor.compose.notices import summary_notice
    from monitor.compose.plain_message import plain_message

    return plain_message(summary_notice(telling))


def _problem_event(telling: ProblemTelling) -> bytes:
    from monitor.compose.problems import problem_event

    return problem_event(
        telling.problem,
        telling.source,
        turn=telling.turn,
        at=telling.at,
        closing=telling.closing,
        instance=telling.voice.instance,
        link_base=telling.voice.link_base,
        demo=telling.voice.demo,
        place=telling.place,
    )


def _problem_letter(telling: ProblemTelling) -> bytes:
    from monitor.compose.mail import problem_letter

    return problem_letter(telling).to_bytes()


def _problem_slack(telling: ProblemTelling) -> bytes:
    from monitor.compose.notices import problem_notice
    from monitor.compose.slack import slack_message

    return slack_message(problem_notice(telling))


def _problem_card(telling: ProblemTelling) -> bytes:
    from monitor.compose.notices import problem_notice
    from monitor.compose.teams import teams_message

    return teams_message(problem_notice(telling))


def _problem_text(telling: ProblemTelling) -> bytes:
    from monitor.compose.notices import problem_notice
    from monitor.compose.plain_message import plain_message

    return plain_message(problem_notice(telling))


CHANGE_IN: Mapping[Format, Callable[[ChangeTelling], bytes]] = {
    Format.EVENT: _change_event,
    Format.MAIL: _change_letter,
    Format.SLACK: _change_slack,
    Format.CARD: _change_card,
    Format.TEXT: _change_text,
}
DIGEST_IN: Mapping[Format, Callable[[DigestTelling], bytes]] = {
    Format.EVENT: _digest_event,
    Format.MAIL: _digest_letter,
    Format.SLACK: _digest_slack,
    Format.CARD: _digest_card,
    Format.TEXT: _digest_text,
}
SUMMARY_IN: Mapping[Format, Callable[[SummaryTelling], bytes]] = {
    Format.EVENT: _summary_event,
    Format.MAIL: _summary_letter,
    Format.SLACK: _summary_slack,
    Format.CARD: _summary_card,
    Format.TEXT: _summary_text,
}
PROBLEM_IN: Mapping[Format, Callable[[ProblemTelling], bytes]] = {
    Format.EVENT: _problem_event,
    Format.MAIL: _problem_letter,
    Format.SLACK: _problem_slack,
    Format.CARD: _problem_card,
    Format.TEXT: _problem_text,
}
