"""A copy that a person saved, where no fetch brings one home."""

from datetime import datetime

from msgspec import Struct


class HandSaved(Struct, frozen=True, kw_only=True):
    """Who saved a copy by hand, and when (UTC, aware): the moment for which it proves what the source said.

    ``by`` is a role or initials; ``url``: where it was saved from, when that is known.
    """

    by: str
    taken_at: datetime
    url: str | None = None
    note: str = ""
