"""From the text of data/reference/*.yaml to the rules; every fault of every file at once, with its line."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import chain

from monitor.assess.date_rules import read_dates
from monitor.assess.direction_rules import read_directions
from monitor.assess.edition import FILES, digest
from monitor.assess.matcher import build_matcher
from monitor.assess.opened import Opened
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
from monitor.model.errors import ConfigError

__all__ = ["FILES", "Rules", "kept_form", "parse_rules"]


def parse_rules(
    files: Mapping[str, str],
    *,
    watch_codes: Sequence[str] = (),
    watch_product_codes: Sequence[str] = (),
    watch_terms: Sequence[str] = (),
    form: bytes | None = None,
) -> Rules:
    """The rules of the reference files (name or path -> text) and of the user's own watch lists.

    A watched code or product code that the files do not describe is at least medium; a watched term is medium. Raises
    ``ConfigError`` with every fault of every file. ``form``: what ``kept_form`` made of these very files, which are
    then not read; one that does not serve is passed over.
    """
    watched = (watch_codes, watch_product_codes, watch_terms)
    read = digest({path.replace("\\", "/").rsplit("/", 1)[-1]: files[path] for path in files}, chain(*watched))
    if form is not None:
        with suppress(ValueError, ConfigError):
            return _read(Opened.from_form(form), read, *watched)
    return _read(Opened.from_texts(files), read, *watched)


def kept_form(files: Mapping[str, str]) -> bytes:
    """Of files that ``parse_rules`` has read without a fault, for it to read them from again."""
    return Opened.from_texts(files).form()


def _read(opened: Opened, read: str, codes: Sequence[str], product_codes: Sequence[str], terms: Sequence[str]) -> Rules:
    """Raises ConfigError. ``read``: the digest of all that was read."""
    rules = _rules(opened, f"{opened.version()}; {read[:12]}", codes, product_codes, terms)
    if opened.problems:
        raise ConfigError(tuple(dict.fromkeys(opened.problems)))
    return rules


def _rules(
    opened: Opened, version: str, codes: Sequence[str], product_codes: Sequence[str], terms: Sequence[str]
) -> Rules:
    """What can be read; faults are noted."""
    words = read_terms(*opened.of("terms.yaml"), terms)
    telling = words.telling
    types = read_device_types(*opened.of("product_codes.yaml"), product_codes)
    documents = read_documents(*opened.of("documents.yaml"))
    families, device_matcher = read_families(*opened.of("devices.yaml"))
    reading, root = opened.of("aliases.yaml")
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
        codes=read_codes(*opened.of("codes.yaml"), codes),
        device_types=types,
        families=families,
        listed_product_codes=read_listed(*opened.of("product_codes.yaml")) | frozenset(types),
        dates=read_dates(*opened.of("dates.yaml")),
        directions=read_directions(*opened.of("directions.yaml"), words.terms),
        documents=documents,
        document_words=frozenset(cut(number.lower())[-1] for number in documents),
        ladders=read_ladders(*opened.of("ladders.yaml")),
        source_aliases=read_source_aliases(reading, root),
        aliases=read_value_aliases(reading, root),
        secondary=frozenset(reading.texts(root, "secondary")),
    )
