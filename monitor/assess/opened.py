"""The reference files opened, from their text or from the form in which those without a fault are kept: opening them
from the form takes a tenth of the time.
"""

import zlib
from collections.abc import Mapping
from typing import Final

from msgspec import DecodeError, msgpack

from monitor.assess.edition import FILES
from monitor.assess.reading import Entry, Reading
from monitor.model.errors import Problem

_MAX_BYTES: Final = 64 * 1024 * 1024


class Opened:
    """One reading and one root entry of each file; ``problems`` are those of the files that are not there."""

    def __init__(self, roots: Mapping[str, Entry], readings: Mapping[str, Reading]) -> None:
        self._roots = roots
        self._readings = readings
        self._missing: tuple[Problem, ...] = ()

    @classmethod
    def from_texts(cls, files: Mapping[str, str]) -> "Opened":
        """The files (name or path -> text) read as YAML; whatever is wrong with them is noted."""
        named = {path.replace("\\", "/").rsplit("/", 1)[-1]: (path, text) for path, text in files.items()}
        readings = {name: Reading(file=named.get(name, (name,))[0]) for name in FILES}
        opened = cls({name: readings[name].load(named.get(name, (name, ""))[1]) for name in FILES}, readings)
        opened._missing = tuple(
            Problem(file=name, line=1, column=1, where="(file)", what="this reference file is missing")
            for name in FILES
            if name not in named
        )
        for name in named.keys() & readings.keys():
            if not readings[name].problems:
                opened._check_version(name)
        return opened

    @classmethod
    def from_form(cls, form: bytes) -> "Opened":
        """The same as ``from_texts`` of the files that ``form`` was made of, without the places in them. Raises
        ValueError when that cannot be read.
        """
        try:
            roots = msgpack.decode(zlib.decompressobj().decompress(form, _MAX_BYTES), type=dict[str, Entry])
        except (zlib.error, DecodeError) as error:
            raise ValueError(error) from error
        if roots.keys() != set(FILES):
            msg = "these are not the reference files of this program"
            raise ValueError(msg)
        return cls(roots, {name: Reading(file=name, is_known=True) for name in FILES})

    def form(self) -> bytes:
        """For ``from_form``; only files without a fault have one that is worth keeping."""
        return zlib.compress(msgpack.encode({name: _without_places(root) for name, root in self._roots.items()}))

    def of(self, name: str) -> tuple[Reading, Entry]:
        return self._readings[name], self._roots[name]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All that is wrong so far."""
        return (*self._missing, *(problem for name in FILES for problem in self._readings[name].problems))

    def version(self) -> str:
        """The versions that people wrote: ``terms 1, codes 3 ...``."""
        texts = ((name, Reading(file=name).text(self._roots[name], "version")) for name in FILES)
        return ", ".join(f"{name.removesuffix('.yaml')} {text}" for name, text in texts)

    def _check_version(self, name: str) -> None:
        reading, root = self.of(name)
        if reading.number(root, "version", 0) < 1:
            reading.fault(root, "'version' is missing: write version: 1 and count up with each edit")


def _without_places(entry: Entry) -> Entry:
    return Entry(
        text=entry.text,
        items=tuple(map(_without_places, entry.items)),
        members={name: _without_places(member) for name, member in entry.members.items()},
    )
