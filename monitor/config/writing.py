"""A new entry in a person's sources.yaml: appended where the list ends, everything else left as it was written."""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from monitor.config.load import load_config
from monitor.config.settings import Config
from monitor.model.errors import ConfigError, UsageError
from monitor.model.ids import SourceId
from monitor.model.licence import Licence
from monitor.model.source import Contract, Source

_PLAIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*( [A-Za-z0-9_./-]+)*")
_WORDS_OF_YAML: Final = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})
_BY_HAND: Final = "write the entry by hand:"
_READING: Final = ("selector", "rows", "next_page", "key", "label", "dates", "drop", "member", "link_pattern")


def entry_of(source: Source) -> tuple[str, ...]:
    """The lines of an entry for a page of its own, without indentation; only what differs from the defaults."""
    return (
        f"- id: {source.id}",
        f"  kind: {source.kind.value}",
        f"  name: {_text(source.name)}",
        f"  authority: {_text(source.authority)}",
        f"  url: {_text(source.routes[0].url)}",
        f"  every: {_duration(source.every)}",
        f"  noun: {_text(source.noun)}",
        *(("  sliding: true",) if source.sliding else ()),
        *_members(source, "  "),
        "  contract:",
        *_clauses(source.contract, "    "),
    )


def _members(source: Source, lead: str) -> Iterator[str]:
    for name in _READING:
        value = getattr(source.reading, name)
        if name == "key" and len(value) == 1:
            value = value[0]
        if value:
            yield f"{lead}{name}: {_value(value)}"


def _clauses(contract: Contract, lead: str) -> Iterator[str]:
    if contract.title:
        yield f"{lead}title: {_text(contract.title)}"
    for name in ("media_types", "columns", "sentinels"):
        if values := getattr(contract, name):
            yield f"{lead}{name}: {_value(values)}"
    yield f"{lead}min_items: {contract.min_items}"
    if contract.max_shrink != Contract().max_shrink:
        yield f"{lead}max_shrink: {contract.max_shrink}"


def _value(value: str | tuple[str, ...]) -> str:
    return _text(value) if isinstance(value, str) else f"[{', '.join(map(_text, value))}]"


def _text(text: str) -> str:
    """As YAML: plain where nobody could misread it, else in quotation marks with every invisible sign written out."""
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS_OF_YAML:
        return text
    return f'"{"".join(map(_sign, text))}"'


def _sign(sign: str) -> str:
    if sign in '"\\':
        return f"\\{sign}"
    return sign if sign.isprintable() else f"\\U{ord(sign):08x}"


def _duration(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    size, unit = next(((size, unit) for size, unit in ((1440, "d"), (60, "h")) if minutes % size == 0), (1, "m"))
    return f"{minutes // size}{unit}"


def with_entry(text: str, entry: Sequence[str]) -> str:
    """``text`` with the entry behind the last one of ``sources:``. Raises UsageError where that cannot be told."""
    lines = text.splitlines(keepends=True)
    end_of_line = "\r\n" if "\r\n" in text else "\n"
    start = next((place for place, line in enumerate(lines) if re.match(r"sources\s*:", line)), None)
    if start is None or not re.fullmatch(r"sources\s*:\s*(\[\s*\]\s*)?(#.*)?\s*", lines[start]):
        raise UsageError(f"The entries of sources: do not stand one below the other; {_BY_HAND}{_shown(entry)}")
    if "[" in lines[start].partition("#")[0]:
        lines[start] = f"sources:{end_of_line}"
    last, lead = _end(lines, start)
    if not lines[last].endswith("\n"):
        lines[last] += end_of_line
    block = [f"{lead}{line}{end_of_line}" for line in entry]
    return "".join([*lines[: last + 1], end_of_line, *block, *lines[last + 1 :]])


def _end(lines: Sequence[str], start: int) -> tuple[int, str]:
    """The last line of the list that says something, and how far its entries are indented."""
    last, lead = start, None
    for place, line in enumerate(lines[start + 1 :], start=start + 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if not line.startswith((" ", "\t", "-")):
            break
        if lead is None:
            lead = line[: len(line) - len(line.lstrip())]
        last = place
    return last, "  " if lead is None else lead


def _shown(entry: Sequence[str]) -> str:
    return "\n\n" + "\n".join(f"  {line}" for line in entry)


def add_entry(
    path: Path,
    entry: Sequence[str],
    env: Mapping[str, str],
    known: Mapping[SourceId, Source],
    licences: Mapping[str, Licence] = {},
    *,
    write: bool,
) -> Config:
    """The settings as they are with the entry; with ``write`` the file holds it from then on.

    The new file is read whole by the very reader of the settings before it takes the old one's place, in one step.
    Raises ConfigError for an entry with a fault, UsageError when the file cannot take one; then it stays as it was.
    """
    path = path.resolve()  # the file itself, not a link to it, is replaced
    before = _bytes(path)
    old = load_config(path, env, known, licences)
    mark = b"\xef\xbb\xbf" if before.startswith(b"\xef\xbb\xbf") else b""
    after = mark + with_entry(before.decode("utf-8-sig"), entry).encode()
    try:
        descriptor, name = tempfile.mkstemp(prefix=".sources-", suffix=".yaml", dir=path.parent)
    except OSError as fault:
        raise UsageError(f"{path.parent}: {fault.strerror}; make it a folder that may be written to.") from fault
    trial = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(after)
            file.flush()
            os.fsync(file.fileno())
        new = _loaded(trial, path, env, known, licences)
        if new.sources[: len(old.sources)] != old.sources or len(new.sources) != len(old.sources) + 1:
            raise UsageError(f"{path.name} is written so that nothing can be added safely; {_BY_HAND}{_shown(entry)}")
        if write:
            _replace(trial, path, before)
    finally:
        trial.unlink(missing_ok=True)
    return replace(new, path=path)


def _replace(trial: Path, path: Path, before: bytes) -> None:
    if _bytes(path) != before:
        raise UsageError(f"{path} was changed meanwhile and was left as it is; run the command again.")
    shutil.copymode(path, trial)
    trial.replace(path)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        raise UsageError(f"{path}: {fault.strerror}; `cmaa-monitor init DIR` writes one.") from fault


def _loaded(
    trial: Path, path: Path, env: Mapping[str, str], known: Mapping[SourceId, Source], licences: Mapping[str, Licence]
) -> Config:
    """The settings in ``trial``; its faults are told as those of ``path``."""
    try:
        return load_config(trial, env, known, licences)
    except ConfigError as fault:
        raise ConfigError(tuple(replace(problem, file=str(path)) for problem in fault.problems)) from None
