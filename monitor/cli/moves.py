"""Addresses that have moved for good, with the line of sources.yaml to edit."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from monitor.app import House

if TYPE_CHECKING:
    from monitor.store import Store


def moves(house: House, store: "Store") -> Iterator[tuple[str, str]]:
    """For each configured source that answers from another address by permanent redirects: its id, and what to do."""
    configured = {source.id for source in house.config.sources}
    lines = house.config.path.read_text(encoding="utf-8", errors="replace").splitlines()
    for source_id, (asked, reached) in store.queries.moved().items():
        if source_id in configured:
            found = [n for n, line in enumerate(lines, start=1) if asked in line and not line.lstrip().startswith("#")]
            found = found or [n for n, line in enumerate(lines, start=1) if f"id: {source_id}" in line]
            place = f"{house.config.path.name}:{found[0]}" if found else house.config.path.name
            yield source_id, f"{asked} has moved for good; write url: {reached} instead at {place}"
