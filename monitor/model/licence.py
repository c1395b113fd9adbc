"""Terms that a publisher sets before some of its addresses; only the operator can accept them."""

from msgspec import Struct


class Licence(Struct, frozen=True, kw_only=True):
    """One licence, and what its acceptance opens.

    ``id``: its name under ``licences:`` in the settings. ``origin``: scheme and host to which alone the token goes;
    ``token_url``: asking for this address IS the acceptance, its answer holds the token. ``paths``: what the paths of
    the addresses behind it begin with. ``lifetime_s``: how long a token lives. ``withheld``: members of the JSON
    answers that are emptied before anything is kept, because the terms forbid keeping them. ``name``, ``terms`` (what
    the operator accepts) and ``opens`` (what is not watched without it) are words for a person.
    """

    id: str
    name: str
    origin: str
    token_url: str
    paths: tuple[str, ...]
    lifetime_s: float
    withheld: tuple[str, ...]
    terms: str
    opens: str

    def covers(self, url: str) -> bool:
        """Whether the (official) address lies behind the licence."""
        return any(url.startswith(self.origin + path) for path in self.paths)
