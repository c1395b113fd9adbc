"""One event, seen at several sources: what each Change is known by, and the cluster that brings them together.

A cluster hides nothing: each Change keeps its id, its evidence and its place in every list.
"""

from dataclasses import dataclass
from datetime import datetime

from monitor.model.ids import ChangeId, ClusterId, SourceId


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Mark:
    """An official id that a Change bears. ``scheme`` is a key of ``compare.clusters.SCHEMES``; ``own``: it is the id
    of the changed item itself, and not merely named in its title or summary.
    """

    scheme: str
    value: str
    own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One Change as far as clustering looks at it. ``marks`` has one set for each item that counts; ``removal``: the
    items are gone, which no addition is another sight of.
    """

    change_id: ChangeId
    source_id: SourceId
    at: datetime
    removal: bool
    marks: tuple[tuple[Mark, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlsoSeen:
    """Another Change of the same cluster; ``ground`` says by what it was recognised ("" for the first of them)."""

    change_id: ChangeId
    source_id: SourceId
    headline: str
    at: datetime
    ground: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where a Change belongs: its cluster, and what else was seen of the same event so far, the first sight first."""

    cluster_id: ClusterId
    ground: str = ""
    also_seen: tuple[AlsoSeen, ...] = ()
