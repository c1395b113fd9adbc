"""What differs between two snapshots, item by item, and the Change a person triages."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from monitor.model.hand import HandSaved
from monitor.model.ids import ChangeId, RecordKey, SourceId
from monitor.model.snapshot import Passage, Record


class Weight(StrEnum):
    """Whether an edit can change a meaning. Editorial: case, spacing, encoding, punctuation, a known alias."""

    MATERIAL = "material"
    EDITORIAL = "editorial"


class Act(StrEnum):
    """What happened to one item."""

    ADDED = "added"
    REMOVED = "removed"
    MODIFIED = "modified"
    MOVED = "moved"


class FieldChange(Struct, frozen=True, kw_only=True):
    """One field's old and new published value ("" when the field was absent)."""

    name: str
    old: str
    new: str
    weight: Weight


class Difference(Struct, frozen=True, kw_only=True):
    """One item added, removed, modified or moved.

    For a record ``key`` is the regulator's id; for a passage it is ``§`` and a short digest of the passage's text.
    ``fields`` is filled for modified items only. A modified passage has the field ``text``, and ``place`` when it moved
    too, or the single field ``section``. The texts of passages that were split or merged are joined by line breaks.
    """

    act: Act
    key: RecordKey
    label: str
    before: Record | Passage | None
    after: Record | Passage | None
    fields: tuple[FieldChange, ...] = ()

    @property
    def has_moved(self) -> bool:
        """Whether it stands elsewhere now: a mere move, or a rewording with the field ``place``."""
        reworded = isinstance(self.after, Passage) and any(f.name == "place" for f in self.fields)
        return self.act is Act.MOVED or reworded

    @property
    def weight(self) -> Weight:
        """Editorial only when it is a modification whose every field is editorial, or a mere move."""
        if self.act is Act.MOVED:
            return Weight.EDITORIAL
        if self.act is Act.MODIFIED and all(f.weight is Weight.EDITORIAL for f in self.fields):
            return Weight.EDITORIAL
        return Weight.MATERIAL


class News(StrEnum):
    """The kind of news a Change is; the differences of one poll are grouped by it.

    Lifecycle: what was announced came to pass (a version took effect, a notice ended), and no content changed. Renamed:
    who holds the documents goes by another name. Replaced: an id was given to another item. Mass: all of them, when so
    much of a list changed at once that it was held first.
    """

    ADDED = "added"
    REMOVED = "removed"
    MODIFIED = "modified"
    REPLACED = "replaced"
    LIFECYCLE = "lifecycle"
    RENAMED = "renamed"
    REVERTED = "reverted"
    MASS = "mass"
    EDITORIAL = "editorial"


class Change(Struct, frozen=True, kw_only=True):
    """What a person triages: the differences of one source in one poll that belong together.

    ``last_unchanged_at`` is the last verified check that still showed the old state, ``first_changed_at`` the check
    that
    first showed the new one: the honest window of "when could you have known". ``found_late``: the window spans a
    stretch in which the source could not be verified. ``reverts``: the earlier Change that this one takes back.
    ``hand``: the copy that first showed the new state was saved by hand, at that very moment. ``rendered_by``: the
    browser that made that copy of what the server sent (``Chromium 150.0.7871.100``).
    """

    id: ChangeId
    source_id: SourceId
    news: News
    headline: str
    differences: tuple[Difference, ...]
    last_unchanged_at: datetime
    first_changed_at: datetime
    found_late: bool = False
    reverts: ChangeId | None = None
    hand: HandSaved | None = None
    rendered_by: str | None = None
