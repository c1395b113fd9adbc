"""What the operator is told of the licences that stand before watched addresses: what they say and what they open."""

from collections.abc import Iterator
from textwrap import wrap

from monitor.config import Config
from monitor.model.licence import Licence
from monitor.sources.licences import LICENCES, LICENSED

_WIDTH = 100


def licence_state(licence: Licence, config: Config) -> str:
    """In one line whether it is accepted, and what follows from that."""
    if licence in config.licences:
        return f"accepted in {config.path.name}: {licence.opens} are asked for"
    return f"not accepted: {licence.opens} are NOT watched"


def concerned(config: Config) -> tuple[Licence, ...]:
    """The licences that matter here: accepted, or before a list that is watched."""
    watched = {source.id for source in config.sources} & LICENSED
    return tuple(one for one in LICENCES.values() if watched or one in config.licences)


def licence_lines(config: Config) -> Iterator[str]:
    """For each that matters its state, what its acceptance means, and how it is accepted."""
    for licence in concerned(config):
        yield f"Licence {licence.id}: {licence_state(licence, config)}."
        yield from wrap(licence.terms, _WIDTH, initial_indent="  ", subsequent_indent="  ")
        if licence not in config.licences:
            yield f"  To accept it, write into {config.path.name}: licences: {{{licence.id}: accepted}}"
