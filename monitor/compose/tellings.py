"""What there is to tell, before it takes the format of a channel. Templates are read only by a format that has some."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from monitor.model.assessment import Assessment
from monitor.model.delivery import Evidence, Place, Voice
from monitor.model.difference import Change
from monitor.model.ids import DeliveryId
from monitor.model.source import Source

if TYPE_CHECKING:  # a change can be told without knowing what a digest is
    from monitor.compose.environment import Templates
    from monitor.model.cluster import Placement
    from monitor.model.digest import Digest, Message
    from monitor.model.problem import Closing, SourceProblem


class ChangeTelling(Struct, frozen=True, kw_only=True):
    """One change to be told; ``delivery_id`` is for formats in which a reader must be able to recognise a repeat.
    ``seen``: the cluster of its event, as far as that is known.
    """

    delivery_id: DeliveryId
    change: Change
    assessment: Assessment
    source: Source
    evidence: Evidence
    voice: Voice
    templates: "Callable[[], Templates]"
    place: Place | None = None
    seen: "Placement | None" = None


class DigestTelling(Struct, frozen=True, kw_only=True):
    """One digest to be told, with its rendered words; ``thread``: the deliveries of the digests before it."""

    delivery_id: DeliveryId
    digest: "Digest"
    message: "Message"
    voice: Voice
    thread: tuple[str, ...] = ()
    place: Place | None = None


class SummaryTelling(Struct, frozen=True, kw_only=True):
    """Several changes to be told together, oldest first, under the name of their bundle, ``instead_of`` the deliveries
    that would have told them one by one.
    """

    delivery_id: DeliveryId
    bundle: str
    changes: tuple[tuple[Change, Assessment], ...]
    at: datetime
    voice: Voice
    templates: "Callable[[], Templates]"
    instead_of: tuple[DeliveryId, ...] = ()
    place: Place | None = None


class ProblemTelling(Struct, frozen=True, kw_only=True):
    """One telling of a problem of watching: the first (``turn`` 1), a repetition, or its end (``closing``)."""

    delivery_id: DeliveryId
    problem: "SourceProblem"
    source: Source | None
    turn: str
    closing: "Closing | None"
    at: datetime
    voice: Voice
    templates: "Callable[[], Templates]"
    place: Place | None = None
