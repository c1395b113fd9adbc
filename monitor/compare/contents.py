"""Vetting what an extractor read: against the contract, against itself, and against the copy we believe."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from monitor.compare.canonical import fold
from monitor.compare.dating import odd_dates
from monitor.compare.garbling import is_garbled
from monitor.compare.versions import successions
from monitor.model.ids import RecordKey
from monitor.model.snapshot import Snapshot, Strip
from monitor.model.source import Contract
from monitor.model.verdict import Ruling, Verdict

_TITLED = frozenset({"html", "feed"})  # the forms of which a title can be asked
_LONGEST_KEY = 500
_WITH_COLUMNS = frozenset({"html", "csv", "xlsx", "xml"})  # in JSON a member without a value may simply be left out
_LEAST_TEXT = 0.20
_FEW_CHARS = 100  # a rule that cuts fewer hides no passage


def judge_snapshot(
    snapshot: Snapshot, baseline: Snapshot | None, contract: Contract, *, sliding: bool, today: date | None = None
) -> Ruling | None:
    """Rules on what was read from one copy; None: it may be believed. Every ruling is SUSPECT.

    ``baseline``: what we believed until now, None at the first check. ``sliding``: the source shows a window of its
    newest items, so items may go, but some must stay. ``today``: the day of the copy; None: no look at its dates.
    """
    for code, reason in complaints(snapshot, baseline, contract, sliding=sliding, today=today):
        return Ruling(
            verdict=Verdict.SUSPECT, code=code, reason=f"{reason}; we do not know whether {_it(snapshot)} changed."
        )
    return None


def _it(snapshot: Snapshot) -> str:
    return "the page" if snapshot.passages else "the list"


def complaints(
    snapshot: Snapshot, baseline: Snapshot | None, contract: Contract, *, sliding: bool, today: date | None
) -> Iterator[tuple[str, str]]:
    """Every (code, reason), the most telling first; computed only as far as they are asked for."""
    yield from _title(snapshot, contract)
    yield from _columns(snapshot, contract)
    yield from _keys(snapshot, contract)
    yield from _amount(snapshot, contract, sliding=sliding)
    yield from _sentinels(snapshot, contract)
    if baseline is not None and baseline.size:
        yield from _slid(snapshot, baseline) if sliding else _shrunk(snapshot, baseline, contract)
        yield from _redesigned(snapshot, baseline)
        yield from _little_text(snapshot, baseline)
    yield from _stripped(snapshot, baseline, contract)
    yield from _garbled(snapshot, baseline)
    if today is not None:
        yield from _dates(snapshot, baseline, today, contract)


def _title(snapshot: Snapshot, contract: Contract) -> Iterator[tuple[str, str]]:
    if contract.title is None or (snapshot.title is None and snapshot.form not in _TITLED):
        return
    if fold(contract.title) not in fold(snapshot.title or ""):
        came = f"the title “{snapshot.title[:100]}”" if snapshot.title else "no title"
        yield "wrong-title", f"The page has {came} where “{contract.title}” was due"


def _columns(snapshot: Snapshot, contract: Contract) -> Iterator[tuple[str, str]]:
    found = {fold(column) for column in snapshot.columns}
    missing = [column for column in contract.columns if fold(column) not in found]
    if missing:
        names = ", ".join(missing)
        yield "columns-missing", f"The list came without its {_plural(len(missing), 'column')} {names}"


def _keys(snapshot: Snapshot, contract: Contract) -> Iterator[tuple[str, str]]:
    times = Counter(record.key for record in snapshot.records)
    twice = [key for key, count in times.items() if count > 1]
    if twice:
        yield "duplicate-keys", f"The list shows {_plural(len(twice), 'id')} more than once ({_some(twice)})"
    pattern = contract.key_pattern
    odd = [key for key in times if not _fits(pattern, key)] if pattern is not None else []
    if odd:
        yield "bad-keys", f"{len(odd):,} of {len(times):,} ids are not of the usual form ({_some(odd)})"


def _fits(pattern: str, key: RecordKey) -> bool:
    return len(key) <= _LONGEST_KEY and re.fullmatch(pattern, key) is not None


def _amount(snapshot: Snapshot, contract: Contract, *, sliding: bool) -> Iterator[tuple[str, str]]:
    size, total = snapshot.size, snapshot.declared_total
    if size == 0 and not contract.allow_empty:
        yield "empty", f"The copy holds no {_item(snapshot)} at all, at least {contract.min_items:,} were due"
    elif 0 < size < contract.min_items:
        yield "too-few", f"The copy holds {_count(snapshot)}, at least {contract.min_items:,} were due"
    if sliding:
        return
    if total is not None and total not in {size, size + len(snapshot.duplicates)}:
        yield "partial", f"The page states a total of {total:,}, but {size:,} came"
    if snapshot.next_url:
        yield "partial", f"Only part of the list came ({size:,} items): it goes on on a page that was not read"


def _sentinels(snapshot: Snapshot, contract: Contract) -> Iterator[tuple[str, str]]:
    if not contract.sentinels or (snapshot.size == 0 and contract.allow_empty):
        return
    keys = {record.key.casefold() for record in snapshot.records}
    text = fold(" ".join(passage.text for passage in snapshot.passages))
    missing = [
        sentinel for sentinel in contract.sentinels if sentinel.casefold() not in keys and fold(sentinel) not in text
    ]
    if missing:
        yield "sentinels-missing", f"What is always there did not come ({_some(missing)})"


def _shrunk(snapshot: Snapshot, baseline: Snapshot, contract: Contract) -> Iterator[tuple[str, str]]:
    """Of a list the ids that are gone count (a version followed by its next one is not gone), of a document the net
    loss: its passages have no identity of their own.
    """
    if baseline.records:
        gone = len({record.key for record in baseline.records} - {record.key for record in snapshot.records}) - len(
            successions(baseline, snapshot)
        )
    else:
        gone = baseline.size - snapshot.size
    if gone > max(contract.spare_shrink, contract.max_shrink * baseline.size):
        numbers = f"{gone:,} of {_count(baseline)} are gone at once ({baseline.size:,} before, {snapshot.size:,} now)"
        code = "halved" if gone * 2 > baseline.size else "shrunk"
        yield code, f"{numbers}, which looks like an incomplete copy"


def _slid(snapshot: Snapshot, baseline: Snapshot) -> Iterator[tuple[str, str]]:
    if not snapshot.records or not baseline.records:
        return
    known = {record.key for record in baseline.records}
    if all(record.key not in known for record in snapshot.records):
        yield (
            "window-slid",
            f"None of the {_count(snapshot)} shown was known: others may have come and gone unseen",
        )


def _redesigned(snapshot: Snapshot, baseline: Snapshot) -> Iterator[tuple[str, str]]:
    """Other columns than before, in the same form: the rows still parse, but do they mean the same?"""
    if snapshot.form != baseline.form or snapshot.form not in _WITH_COLUMNS:
        return
    was, came = ({fold(name): name for name in one.columns} for one in (baseline, snapshot))
    if was and came and was.keys() != came.keys():
        new = [came[name] for name in came.keys() - was.keys()]
        gone = [was[name] for name in was.keys() - came.keys()]
        sides = (("with", new), ("without", gone))
        what = " and ".join(f"{word} {_some(sorted(names))}" for word, names in sides if names)
        yield "columns-changed", f"The list was redesigned: it came {what}"


def _little_text(snapshot: Snapshot, baseline: Snapshot) -> Iterator[tuple[str, str]]:
    """A frame without its content, such as a waiting room inside the usual page."""
    was, came = (sum(len(passage.text) for passage in one.passages) for one in (baseline, snapshot))
    if came < was * _LEAST_TEXT:
        yield "too-short", f"The page came with {came:,} characters of text where {was:,} were before"


def _dates(snapshot: Snapshot, baseline: Snapshot | None, today: date, contract: Contract) -> Iterator[tuple[str, str]]:
    """One odd date is the publisher's slip of the pen; more of them are a mistake in reading."""
    odd = odd_dates(snapshot, baseline, today, contract.dates_ahead)
    if len(odd) > 1:
        yield "bad-dates", f"The list came with {len(odd):,} dates that cannot be right ({_some(odd)})"


def _garbled(snapshot: Snapshot, baseline: Snapshot | None) -> Iterator[tuple[str, str]]:
    if is_garbled(snapshot, baseline):
        yield "garbled", "The copy was read in a wrong character set: accents and signs came out as rubbish"


def _stripped(snapshot: Snapshot, baseline: Snapshot | None, contract: Contract) -> Iterator[tuple[str, str]]:
    """A rule that suddenly cuts far more than it used to may hide the very change we are here for."""
    if baseline is None:
        return
    usual = {(strip.kind, strip.rule): strip.share for strip in baseline.strips}
    for strip in snapshot.strips:
        if grew_suspiciously(strip, usual.get((strip.kind, strip.rule), 0.0), contract.max_strip):
            before = usual.get((strip.kind, strip.rule), 0.0)
            cut = f"cut {strip.chars:,} of {strip.of_chars:,} characters ({strip.share:.0%}, {before:.0%} before)"
            mend = "narrow the rule, or raise contract.max_strip"
            yield "strip-grew", f"The rule “{strip.rule[:80]}” {cut} and may hide a change: {mend}"


def grew_suspiciously(strip: Strip, usual: float, max_share: float) -> bool:
    """Whether a rule that took the share ``usual`` before now takes more than ``max_share`` of the text and half as
    much again as before, or more than three times as much while that is a quarter of ``max_share`` or more.
    """
    if strip.chars < _FEW_CHARS:
        return False
    if strip.share > max_share:
        return strip.share > 1.5 * usual
    return usual > 0 and strip.share > 3 * usual and strip.share > max_share / 4


def _item(snapshot: Snapshot) -> str:
    return "passage" if snapshot.passages else "item"


def _count(snapshot: Snapshot) -> str:
    return _plural(snapshot.size, _item(snapshot))


def _plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(name[:60] for name in names[:3])
    return f"{shown} …" if len(names) > 3 else shown
