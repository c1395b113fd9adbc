"""Who says a thing, and why: the same manners in every command by which a person adds to the record."""

from monitor.model.errors import UsageError

NAME_LIMIT = 80
REASON_LIMIT = 500


def name_of(by: str | None, option: str = "--by") -> str:
    """The name on one line. Raises UsageError for none, for one that is too long and for hidden signs."""
    name = " ".join((by or "").split())
    if not name or len(name) > NAME_LIMIT or not name.isprintable():
        raise UsageError(f"{option} must name a person in plain letters, at most {NAME_LIMIT} of them.")
    return name


def reason_of(reason: str | None, *, needed_for: str = "", option: str = "--reason") -> str:
    """The reason on one line, "" for none. ``needed_for``: what is not kept without one; raises UsageError then."""
    words = " ".join((reason or "").split())
    if needed_for and not words:
        raise UsageError(f"{needed_for} needs {option}: it stays on record why.")
    if not words.isprintable():
        raise UsageError(f"{option} holds control or direction signs; write plain text.")
    if len(words) > REASON_LIMIT:
        raise UsageError(f"{option} has {len(words)} characters; at most {REASON_LIMIT} are kept.")
    return words
