"""From the text of data/reference/*.yaml to the rules; every fault of every file at once, with its line."""

from collections.abc import Iterable, Mapping, Sequence

from monitor.assess.date_rules import read_dates
from monitor.assess.direction_rules import read_directions
from monitor.assess.edition import FILES, digest
from monitor.assess.matcher import build_matcher
from monitor.assess.reading import Entry, Reading
from monitor.assess.rulebook import Rules
from monitor.assess.tables import (
    read_codes,
    read_device_types,
    read_documents,
    read_families,
    read_ladders,
    read_listed,
    read_source_aliases,
    read_value_aliases,
)
from monitor.assess.term_rules import read_terms
from monitor.assess.words import cut
from monitor.model.errors import ConfigError, Problem

__all__ = ["FILES", "Rules", "parse_rules"]


def parse_rules(
    files: Mapping[str, str],
    *,
    watch_codes: Sequence[str] = (),
    watch_product_codes: Sequence[str] = (),
    watch_terms: Sequence[str] = (),
    known: bool = False,
) -> Rules:
    """The rules of the reference files (name or path -> text) and of the user's own watch lists.

    A watched code or product code that the files do not describe is at least medium; a watched term is medium. Raises
    ``ConfigError`` with every fault of every file. ``known``: these very files were read before, without a fault.
    """
    problems: list[Problem] = []
    shelf = _Shelf(files, problems, known=known)
    version = shelf.version((*watch_codes, *watch_product_codes, *watch_terms))
    rules = _read(shelf, version, watch_codes, watch_product_codes, watch_terms)
    problems.extend(problem for name in FILES for problem in shelf.readings[name].problems)
    if problems:
        raise ConfigError(tuple(dict.fromkeys(problems)))
    return rules


def _read(
    shelf: "_Shelf", version: str, codes: Sequence[str], product_codes: Sequence[str], terms: Sequence[str]
) -> Rules:
    """What can be read; faults are noted on the shelf."""
    words = read_terms(*shelf.of("terms.yaml"), terms)
    telling = words.telling
    types = read_device_types(*shelf.of("product_codes.yaml"), product_codes)
    documents = read_documents(*shelf.of("documents.yaml"))
    families, device_matcher = read_families(*shelf.of("devices.yaml"))
    reading, root = shelf.of("aliases.yaml")
    return Rules(
        version=version,
        telling=build_matcher(pattern for pattern in words.patterns if pattern.id in telling),
        contexts=build_matcher(pattern for pattern in words.patterns if pattern.id not in telling),
        device_matcher=device_matcher,
        terms=words.terms,
        guards=words.guards,
        combinations=words.combinations,
        loud=words.loud,
        floors=words.floors,
        topics=words.topics,
        codes=read_codes(*shelf.of("codes.yaml"), codes),
        device_types=types,
        families=families,
        listed_product_codes=read_listed(*shelf.of("product_codes.yaml")) | frozenset(types),
        dates=read_dates(*shelf.of("dates.yaml")),
        directions=read_directions(*shelf.of("directions.yaml"), words.terms),
        documents=documents,
        document_words=frozenset(cut(number.lower())[-1] for number in documents),
        ladders=read_ladders(*shelf.of("ladders.yaml")),
        source_aliases=read_source_aliases(reading, root),
        aliases=read_value_aliases(reading, root),
        secondary=frozenset(reading.texts(root, "secondary")),
    )


class _Shelf:
    """The files opened: one reading and one root entry each."""

    def __init__(self, files: Mapping[str, str], problems: list[Problem], *, known: bool) -> None:
        named = {path.replace("\\", "/").rsplit("/", 1)[-1]: (path, text) for path, text in files.items()}
        self.readings: dict[str, Reading] = {}
        self.roots: dict[str, Entry] = {}
        self._texts = {name: named[name][1] for name in FILES if name in named}
        for name in FILES:
            path, text = named.get(name, (name, ""))
            self.readings[name] = Reading(file=path, is_known=known)
            self.roots[name] = self.readings[name].load(text)
            if name not in named:
                problems.append(
                    Problem(file=name, line=1, column=1, where="(file)", what="this reference file is missing")
                )
            elif not self.readings[name].problems:
                self._check_version(name)

    def of(self, name: str) -> tuple[Reading, Entry]:
        return self.readings[name], self.roots[name]

    def _check_version(self, name: str) -> None:
        reading, root = self.of(name)
        if reading.number(root, "version", 0) < 1:
            reading.fault(root, "'version' is missing: write version: 1 and count up with each edit")

    def version(self, watched: Iterable[str]) -> str:
        """``terms 1, codes 3 ...; 12 digits``: the versions people wrote and a digest of what was really read."""
        read = digest(self._texts, watched)
        numbers = (
            f"{name.removesuffix('.yaml')} {Reading(file=name).text(self.roots[name], 'version')}" for name in FILES
        )
        return f"{', '.join(numbers)}; {read[:12]}"
