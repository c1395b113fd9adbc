"""What ``doctor`` finds: one line each."""

from msgspec import Struct


class Finding(Struct, frozen=True, kw_only=True):
    """One line: ``good`` decides its word, ``mend`` says what to do when it is not. ``needed``: without it the program
    cannot do its work; the rest is advice.
    """

    subject: str
    good: bool
    what: str
    mend: str = ""
    needed: bool = True
