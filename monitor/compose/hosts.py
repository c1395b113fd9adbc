"""Gaps with one cause: what a host did to all its sources is told once, not once for each of them."""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct

from monitor.compose.hostile import safe_line
from monitor.compose.wording import count, listed
from monitor.model.ids import SourceId
from monitor.model.problem import SourceProblem, Trouble

if TYPE_CHECKING:  # a poll makes no digest
    from monitor.model.digest import SourceCoverage

NAMED_MOST = 3

_DID = {
    "dns": "did not answer",
    "refused": "did not answer",
    "connect-timeout": "did not answer",
    "timeout": "did not answer",
    "reset": "broke off",
    "tls": "could not prove who it is",
    "forbidden-address": "lies at an address that may not be reached",
    "robots": "forbids it in robots.txt",
    "retry-after": "asked to be left alone for a while",
    "rate-limited": "says that we ask too often",
    "forbidden": "refused us",
    "challenge": "wants to see a person",
    "server-error": "reports a fault of its own",
}
"""The codes of checks that say something of the host rather than of one page of it, and what it did."""

_T = TypeVar("_T")


class Cause(Struct, frozen=True, kw_only=True):
    """What a host did: ``code`` of its checks."""

    host: str
    code: str | None

    @property
    def of_host(self) -> bool:
        """Whether it is the host's doing, so that it may concern many sources."""
        return self.host != "" and self.code in _DID

    @property
    def words(self) -> str:
        """``www.ama-assn.org did not answer``."""
        return f"{safe_line(self.host, 80)} {_DID[self.code or '']}"


def by_cause(items: Iterable[_T], cause: Callable[[_T], Cause]) -> list[tuple[_T, ...]]:
    """The items in the order of their first ones, those of one cause together; alone, where it is not the host's."""
    groups: dict[object, list[_T]] = {}
    for number, item in enumerate(items):
        found = cause(item)
        groups.setdefault(found if found.of_host else number, []).append(item)
    return [tuple(group) for group in groups.values()]


def coverage_cause(gap: "SourceCoverage") -> Cause:
    """Of a source that a person looked at meanwhile more is to be said: it stands alone."""
    return Cause(host="" if gap.hand else gap.host, code=gap.failure_code)


def problem_cause(problem: SourceProblem, hosts: dict[SourceId, str]) -> Cause:
    """``hosts``: where each source is asked. A problem that was told as closed stands alone."""
    finding = problem.finding
    told = problem.closing is not None or finding.trouble not in {Trouble.BROKEN, Trouble.BLOCKED}
    return Cause(host="" if told else hosts.get(finding.source_id, ""), code=finding.code)


def problems_by_host(
    problems: Iterable[SourceProblem], hosts: dict[SourceId, str]
) -> tuple[list[SourceProblem], list[tuple[Cause, str]]]:
    """The problems that stand alone, and a sentence for each cause of several."""
    alone: list[SourceProblem] = []
    shared: list[tuple[Cause, str]] = []
    for group in by_cause(problems, lambda one: problem_cause(one, hosts)):
        if len(group) == 1:
            alone += group
        else:
            cause = problem_cause(group[0], hosts)
            told = f"{cause.words}: {count(len(group), 'problem')} ({group[0].id} to {group[-1].id}; {_names(group)})"
            shared.append((cause, f"{told}: {safe_line(group[0].finding.reason, 300)}"))
    return alone, shared


def shared_gap(cause: Cause, source_ids: Sequence[str], reason: str) -> str:
    """``www.ama-assn.org did not answer: 21 sources (ama.panel, ama.cmaa, ama.errata and 18 more): Why.``"""
    return f"{cause.words}: {count(len(source_ids), 'source')} ({listed(source_ids, NAMED_MOST)}): {reason}"


def _names(group: Sequence[SourceProblem]) -> str:
    return listed((one.finding.source_id for one in group), NAMED_MOST)
