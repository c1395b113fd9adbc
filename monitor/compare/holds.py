"""Copies that may be true but are not believed at first sight, and what it takes to believe them.

A held copy moves nothing. The same content seen again, half an hour later, is believed where agreement can prove it;
a person may accept it at any time (``cmaa-monitor accept``). The rules, as a person is told them:

- more than 100 known items altered in meaning at once, or more than 25 that are more than a fifth of the list; or more
  than 50 added that are more than a fifth. FDA's largest revision yet (December 2024: 136 added to 882, 67 corrected)
  stays below that and is told at once; so is a short list, which a reader takes in at a glance;
- more items gone than the contract allows; of a list that lost more than half only a person can say that it is whole;
- a page of prose that was redesigned: its words stand, its blocks and headings do not (``rebuilt.py``);
- a copy that is older than the one believed: a cache that lags behind shows the past, and shows it in turns.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from monitor.compare.news import COUNTED, heap_of
from monitor.model.difference import Act, Difference
from monitor.model.ids import ChangeId, RecordKey, Sha256
from monitor.model.snapshot import Record, Snapshot
from monitor.model.source import FieldRoles
from monitor.model.verdict import Ruling, Verdict
from monitor.model.watch import Held

MASS_CHANGE, OLDER_COPY, SHRUNK, HALVED, WINDOW_SLID = "mass-change", "older-copy", "shrunk", "halved", "window-slid"
REBUILT = "rebuilt"
_PROVEN_BY_AGREEMENT = frozenset({MASS_CHANGE, OLDER_COPY, SHRUNK, REBUILT})
_FOR_A_PERSON = frozenset({HALVED, "strip-grew", "columns-changed", "too-short", "bad-dates"})
HELD = _PROVEN_BY_AGREEMENT | _FOR_A_PERSON | {WINDOW_SLID}
"""The codes of rulings on a whole, readable copy that differs from the believed one in a doubtful way."""

TOLD_AS_ONE = frozenset({MASS_CHANGE, SHRUNK, HALVED, REBUILT, "columns-changed"})
"""The held copies whose news is told as one event, once they are believed."""

ALTERED_ALWAYS, ALTERED_SHARE, ALTERED_LEAST = 100, 0.20, 25
ADDED_SHARE, ADDED_LEAST = 0.20, 50
_SAMPLE = 3


def mass_change(differences: Sequence[Difference], known: int, *, sliding: bool, roles: FieldRoles) -> Ruling | None:
    """Holds a list of ``known`` items that changes in mass. Edits of spelling do not count, nor does what is one event
    however many rows it touches (a renaming, a day that has come), nor removals, which wait for a second fetch anyway.
    A window of newest items (``sliding``) may bring any number of new ones.
    """
    no_heap: dict[RecordKey, ChangeId] = {}
    counted = (d for d in differences if heap_of(d, roles, no_heap, frozenset())[0] in COUNTED)
    material = [d for d in counted if isinstance(d.after, Record)]
    altered = [d for d in material if d.act is not Act.ADDED]
    added = [d for d in material if d.act is Act.ADDED]
    too_many_altered = len(altered) > min(ALTERED_ALWAYS, max(ALTERED_SHARE * known, ALTERED_LEAST))
    too_many_added = not sliding and len(added) > max(ADDED_SHARE * known, ADDED_LEAST)
    if not too_many_altered and not too_many_added:
        return None
    counts = ", ".join(f"{len(found):,} {word}" for found, word in ((altered, "changed"), (added, "added")) if found)
    sample = ", ".join(d.key[:40] for d in (altered or added)[:_SAMPLE])
    return _held(MASS_CHANGE, f"Of {known:,} known items, {counts} at once (such as {sample})")


def rebuilt(known: int) -> Ruling:
    """Holds a page of ``known`` passages whose words are the same in another arrangement (see ``rebuilt``)."""
    return _held(REBUILT, f"The page was redesigned: the words of its {known:,} passages stand, but arranged anew")


def older_copy(why: str) -> Ruling:
    """Holds a copy that shows the past; ``why`` begins the sentence."""
    return _held(OLDER_COPY, f"{why}, as a cache that lags behind would show it")


def _held(code: str, what: str) -> Ruling:
    reason = (
        f"{what}. The copy is held for review and the list believed until now stays, until a second fetch"
        " agrees or a person accepts it."
    )
    return Ruling(verdict=Verdict.SUSPECT, code=code, reason=reason)


def is_believed(code: str, content: Sha256, held: Held | None, now: datetime, wait: timedelta) -> bool:
    """Whether a copy that would be held for ``code`` has been seen before, ``wait`` ago or earlier, and nothing else
    since. A window slides on between two looks, so there the content may differ.
    """
    if held is None or now - held.since < wait:
        return False
    if code == WINDOW_SLID:
        return held.code == WINDOW_SLID
    return code in _PROVEN_BY_AGREEMENT and held.content_sha256 == content


def hold(code: str, content: Sha256, before: Held | None, now: datetime, *, pages: int) -> Held:
    """The hold after one more look: it lasts since the first look at this content. ``pages``: of how many responses the
    copy is made.
    """
    same = before is not None and (before.content_sha256 == content or before.code == code == WINDOW_SLID)
    since, looks = (before.since, before.looks + 1) if before is not None and same else (now, 1)
    return Held(code=code, content_sha256=content, since=since, looks=looks, pages=pages)


def copies_age(baseline: Snapshot, fresh: Snapshot) -> str | None:
    """Why the content itself says that it is the older one: its newest date lies before the newest we believe."""
    was, came = newest_date(baseline), newest_date(fresh)
    if was and came and came < was:
        return f"The newest date in the list went back from {was} to {came}"
    return None


def newest_date(snapshot: Snapshot, *, until: str = "9999") -> str | None:
    """The latest ISO date in any field of any record, not after ``until``; None when there is none."""
    return max(
        (v[:10] for r in snapshot.records for v in r.fields.values() if _is_date(v) and v[:10] <= until), default=None
    )


_DATE = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])(?!\d)", re.ASCII)  # a month's last days: near enough


def _is_date(value: str) -> bool:
    return _DATE.match(value) is not None and not value.startswith("0000")
