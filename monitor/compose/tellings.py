"""What is frozen into the outbox: a change, a digest or a summary, in the format of the channel that carries it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from monitor.compose.events import change_event
from monitor.model.assessment import Assessment
from monitor.model.delivery import Evidence, Format, Voice
from monitor.model.difference import Change
from monitor.model.digest import Digest, Message
from monitor.model.ids import DeliveryId
from monitor.model.problem import Closing, SourceProblem
from monitor.model.source import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeTelling:
    """One change to be told; ``delivery_id`` is for formats in which a reader must be able to recognise a repeat."""

    delivery_id: DeliveryId
    change: Change
    assessment: Assessment
    source: Source
    evidence: Evidence
    voice: Voice


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestTelling:
    """One digest to be told, with its rendered words."""

    delivery_id: DeliveryId
    digest: Digest
    message: Message
    voice: Voice


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryTelling:
    """Several changes to be told together, oldest first, under the name of their bundle."""

    delivery_id: DeliveryId
    bundle: str
    changes: tuple[tuple[Change, Assessment], ...]
    at: datetime
    voice: Voice


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemTelling:
    """One telling of a problem of watching: the first (``turn`` 1), a repetition, or its end (``closing``)."""

    delivery_id: DeliveryId
    problem: SourceProblem
    source: Source | None
    turn: str
    closing: Closing | None
    at: datetime
    voice: Voice


def _change_event(telling: ChangeTelling) -> bytes:
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
    )


# The rest is imported where it is made: a poll tells changes, and digests come once a week.


def _digest_event(telling: DigestTelling) -> bytes:
    from monitor.compose.digest_event import digest_event

    return digest_event(telling.digest, telling.message, telling.voice)


def _summary_event(telling: SummaryTelling) -> bytes:
    from monitor.compose.summary_event import summary_event

    return summary_event(telling.bundle, telling.changes, telling.at, telling.voice)


def _problem_event(telling: ProblemTelling) -> bytes:
    from monitor.compose.problems import problem_event

    return problem_event(
        telling.problem,
        telling.source,
        turn=telling.turn,
        at=telling.at,
        closing=telling.closing,
        instance=telling.voice.instance,
        demo=telling.voice.demo,
    )


CHANGE_IN: Mapping[Format, Callable[[ChangeTelling], bytes]] = {Format.EVENT: _change_event}
DIGEST_IN: Mapping[Format, Callable[[DigestTelling], bytes]] = {Format.EVENT: _digest_event}
SUMMARY_IN: Mapping[Format, Callable[[SummaryTelling], bytes]] = {Format.EVENT: _summary_event}
PROBLEM_IN: Mapping[Format, Callable[[ProblemTelling], bytes]] = {Format.EVENT: _problem_event}
