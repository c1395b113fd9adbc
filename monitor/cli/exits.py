"""The exit codes, as ``--help`` lists them."""

from enum import IntEnum


class Exit(IntEnum):
    """When several apply: 3 before 5 before 2 before 1. Blindness outranks news."""

    OK = 0
    CHANGES = 1
    USAGE = 2
    UNVERIFIED = 3
    CANNOT_RUN = 4
    NOT_DELIVERED = 5


MEANINGS = """\
\b
Exit codes (several: 3 over 5 over 2 over 1):  0  all verified  1  changes found (--exit-code)
  2  usage or configuration error  3  a coverage gap  4  could not run  5  a delivery failed"""


def worst(
    *, unverified: bool = False, undelivered: bool = False, misconfigured: bool = False, changes: bool = False
) -> Exit:
    """The one code for what happened."""
    if unverified:
        return Exit.UNVERIFIED
    if undelivered:
        return Exit.NOT_DELIVERED
    if misconfigured:
        return Exit.USAGE
    return Exit.CHANGES if changes else Exit.OK
