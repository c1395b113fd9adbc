"""Was a copy read in the wrong character set? Compares the traces of that with the copy we believe."""

import re
from collections.abc import Iterator

from monitor.model.snapshot import Record, Snapshot

# U+FFFD, or UTF-8 read as Windows-1252 or Latin-1: a lead byte shown as a letter, then as many continuation bytes as it
# calls for. An accent before a closing quote or a dash is no such thing.
_TAIL = "[\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
_RUBBISH = re.compile(f"\ufffd|[\u00c2-\u00df]{_TAIL}|[\u00e0-\u00ef]{_TAIL}{{2}}|[\u00f0-\u00f4]{_TAIL}{{3}}")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_LEAST_TRACES = 3


def is_garbled(snapshot: Snapshot, baseline: Snapshot | None) -> bool:
    """Whether half or more of the texts with special characters turned to rubbish since the baseline.

    Without a baseline: whether nearly all special characters are rubbish. One garbled row of a list is the publisher's
    own mistake, and is let through.
    """
    if _is_plain(snapshot):
        return False
    texts = dict(_texts(snapshot))
    traces = {place: text for place, text in texts.items() if _RUBBISH.search(text)}
    if not traces:
        return False
    if baseline is None:
        special = [text for text in texts.values() if not text.isascii()]
        return len(traces) >= _LEAST_TRACES and len(traces) * 2 >= len(special)
    sound = {place: text for place, text in _texts(baseline) if not text.isascii() and not _RUBBISH.search(text)}
    turned = sum(place in sound and _bones(sound[place]) == _bones(text) for place, text in traces.items())
    return turned > 0 and turned * 2 >= sum(place in texts for place in sound)


def _is_plain(snapshot: Snapshot) -> bool:
    """Whether there is nothing but ASCII in it, as in most lists: then nothing can have turned to rubbish."""
    return all("".join(record.fields.values()).isascii() for record in snapshot.records) and all(
        passage.text.isascii() for passage in snapshot.passages
    )


def _texts(snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    """(what identifies the text, the text) of every item: a passage is known by its plain letters."""
    for record in snapshot.records:
        yield record.key, _joined(record)
    for passage in snapshot.passages:
        yield _bones(passage.text), passage.text


def _joined(record: Record) -> str:
    return "\n".join(record.fields[name] for name in sorted(record.fields))


def _bones(text: str) -> str:
    """The ASCII letters and digits: what survives any mix-up of character sets."""
    return "".join(c for c in _NOT_ASCII.sub("", text) if c.isalnum())
