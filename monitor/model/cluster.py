"""One event, seen at several sources: what each Change is known by, and the cluster that brings them together.

A cluster hides nothing: each Change keeps its id, its evidence and its place in every list.
"""

from datetime import datetime

from msgspec import Struct

from monitor.model.ids import ChangeId, ClusterId, SourceId


class Mark(Struct, frozen=True, kw_only=True, order=True):
    """An official id that a Change bears. ``scheme`` is a key of ``compare.clusters.SCHEMES``; ``own``: it is the id
    of the changed item itself, and not merely named in its title or summary.
    """

    scheme: str
    value: str
    own: bool


class Sighting(Struct, frozen=True, kw_only=True):
    """One Change as far as clustering looks at it. ``marks`` has one set for each item that counts; ``removal``: the
    items are gone, which no addition is another sight of.
    """

    change_id: ChangeId
    source_id: SourceId
    at: datetime
    removal: bool
    marks: tuple[tuple[Mark, ...], ...]


class AlsoSeen(Struct, frozen=True, kw_only=True):
    """Another Change of the same cluster; ``ground`` says by what it was recognised ("" for the first of them)."""

    change_id: ChangeId
    source_id: SourceId
    headline: str
    at: datetime
    ground: str


class Placement(Struct, frozen=True, kw_only=True):
    """Where a Change belongs: its cluster, and what else was seen of the same event so far, the first sight first."""

    cluster_id: ClusterId
    ground: str = ""
    also_seen: tuple[AlsoSeen, ...] = ()
