"""One entry of ``subscribers:``: who is told of what, over which channel."""

import re
from collections.abc import Collection
from fnmatch import fnmatchcase
from pathlib import Path

from monitor.config.addresses import AddressBook
from monitor.config.entries import read_id
from monitor.config.faults import Faults, Wrong, did_you_mean
from monitor.config.members import Members, section_of
from monitor.config.nodes import Node, Pairs
from monitor.config.values import choice, read_text
from monitor.model.assessment import Tier
from monitor.model.delivery import Subscriber

_MEMBERS = frozenset({"id", "channel", "url", "path", "secret", "tiers", "sources"})
_ADDRESS = {"webhook": "url", "file": "path"}
_CHANNEL = choice({name: name for name in _ADDRESS})
_TIER = choice({tier.value.lower(): tier for tier in Tier})
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{1,63}")


def read_subscriber(
    node: Node,
    where: str,
    faults: Faults,
    *,
    book: AddressBook,
    folder: Path,
    source_ids: Collection[str],
    lines: dict[str, int],
) -> Subscriber | None:
    """The subscriber, or None when its id, channel or address is missing. ``folder``: where relative paths start.

    ``lines``: the line of every id before this one; this one's is added, faulty or not.
    """
    entry = section_of(node, where, faults)
    if not isinstance(node, Pairs):
        return None
    entry.only(_MEMBERS)
    subscriber_id = entry.need("id", read_id, "id: compliance-desk")
    if subscriber_id:
        _refuse_double(entry, subscriber_id, lines)
    channel = entry.need("channel", _CHANNEL, "channel: webhook")
    address = _address(entry, channel, book, folder)
    subscriber = Subscriber(
        id=subscriber_id or "?",
        channel=channel or "?",
        address=address or "?",
        secret_name=entry.take("secret", read_secret_name, None),
        tiers=entry.each("tiers", _TIER, (Tier.ACT,)),
        sources=_globs(entry, source_ids),
    )
    return subscriber if subscriber_id and channel and address else None


def _refuse_double(entry: Members, name: str, lines: dict[str, int]) -> None:
    if name in lines:
        entry.fault("id", f"'{name}' is already used at line {lines[name]}; give one of the two another id")
    lines.setdefault(name, entry.place("id").line)


def _address(entry: Members, channel: str | None, book: AddressBook, folder: Path) -> str | None:
    due = _ADDRESS.get(channel or "")
    for name in ("url", "path"):
        if due and name in entry and name != due:
            entry.fault(name, f"is not for channel {channel}; write {due}: instead")
    url = entry.take("url", book.read_hook, None)
    path = entry.take("path", read_text, None)
    if due == "url":
        entry.must_have("url", "url: https://...")
        return url
    if due == "path":
        entry.must_have("path", "path: alerts")
        return str((folder / path).absolute()) if path else None
    return None


def _globs(entry: Members, source_ids: Collection[str]) -> tuple[str, ...]:
    def read_glob(node: Node) -> str:
        text = read_text(node)
        parent = text.partition("/")[0]  # the documents behind a list are not known before it is read
        if not any(fnmatchcase(name, parent) for name in source_ids):
            raise Wrong(f"'{text[:80]}' matches no source of this file; {did_you_mean(text, source_ids)}")
        return text

    return entry.each("sources", read_glob)


def read_secret_name(node: Node) -> str:
    """The NAME of an environment variable. Never repeats what was written: it may be the secret itself."""
    text = read_text(node)
    if not _VARIABLE.fullmatch(text):
        raise Wrong(
            "is not the name of an environment variable; put the secret itself into the environment, say as "
            "CMAA_HOOK_SECRET, or into a file named by CMAA_HOOK_SECRET_FILE, and write secret: CMAA_HOOK_SECRET"
        )
    return text
