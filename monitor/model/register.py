"""The register of settings: what was watched and who was to be told, from when until when."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from msgspec import Struct, field

from monitor.model.delivery import Subscriber
from monitor.model.ids import Sha256, SourceId
from monitor.model.source import Source


class Settings(Struct, frozen=True, kw_only=True):
    """The settings in force, without any secret: an address that is one, or may hold one, stands there abridged.

    ``others``: name and text of everything else that decides what is watched and told.
    """

    sources: tuple[Source, ...]
    subscribers: tuple[Subscriber, ...] = ()
    others: Mapping[str, str] = field(default_factory=dict)


class Kept(StrEnum):
    """What the register keeps a row for."""

    SOURCE = "source"
    SUBSCRIBER = "subscriber"
    SETTING = "setting"


class Alteration(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    EDITED = "edited"


class Altered(Struct, frozen=True, kw_only=True):
    """One thing that is other than it was registered last. ``members``: which of an edited one's, in order."""

    kept: Kept
    id: str
    alteration: Alteration
    members: tuple[str, ...] = ()


class SettingsChange(Struct, frozen=True, kw_only=True):
    """Settings that were registered at ``at``: the hash of all of them, that of those before (None: these are the
    first), and what is altered.
    """

    number: int
    at: datetime
    sha256: Sha256
    was: Sha256 | None
    altered: tuple[Altered, ...]


class Watching(Struct, frozen=True, kw_only=True):
    """A stretch in which a source was in the settings. ``from_at`` None: it was there when the register began;
    ``until_at`` None: it still is.
    """

    source_id: SourceId
    from_at: datetime | None
    until_at: datetime | None

    def overlaps(self, start_at: datetime, end_at: datetime) -> bool:
        """Whether any of it lies between the two moments, the second not included."""
        return (self.from_at is None or self.from_at < end_at) and (self.until_at is None or self.until_at > start_at)
