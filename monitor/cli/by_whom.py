"""Who decides and why: what every command asks for whose act is kept in the audit chain."""

import click

from monitor.model.errors import UsageError

by_whom = click.option("--by", required=True, metavar="NAME", help="Who decides; kept in the audit chain.")
and_why = click.option("--reason", required=True, metavar="TEXT", help="Why; kept in the audit chain.")


def said(by: str, reason: str) -> tuple[str, str]:
    """Both trimmed. Raises UsageError when one says nothing, or too much."""
    if not by.strip() or not reason.strip() or len(by) > 200 or len(reason) > 400:
        raise UsageError("--by and --reason must say something, in at most 200 and 400 characters.")
    return by.strip(), reason.strip()
