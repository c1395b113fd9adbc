"""Two versions of one document, published side by side: which is in force today and which is not, by the date alone."""

from collections.abc import Iterable
from datetime import date

from monitor.compose.hostile import safe_line
from monitor.compose.wording import day
from monitor.model.digest import SourceCoverage
from monitor.model.source import DocumentVersion


def version_words(version: DocumentVersion, today: date) -> str:
    """``CPT Appendix S: effective later (from Jan 1, 2027)``."""
    return f"{safe_line(version.document, 80)}: {standing(version, today)}"


def standing(version: DocumentVersion, today: date) -> str:
    """``in force today (until Dec 31, 2026)``."""
    words = version.standing(today)
    if words == "effective later" and version.first_day:
        return f"{words} (from {day(version.first_day)})"
    if version.last_day:
        return f"{words} (until {day(version.last_day)})"
    return f"{words} (since {day(version.first_day)})" if version.first_day else words


def versions_of(rows: Iterable[SourceCoverage], today: date) -> tuple[str, ...]:
    """A sentence for each document of which versions are watched: which of its sources holds which."""
    held: dict[str, list[str]] = {}
    for row in rows:
        if row.version:
            said = f"{standing(row.version, today)}: {safe_line(row.source_name, 80)}"
            held.setdefault(safe_line(row.version.document, 80), []).append(said)
    return tuple(f"{document}, {'; '.join(said)}." for document, said in held.items())
