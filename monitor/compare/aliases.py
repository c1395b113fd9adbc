"""Known spellings of one and the same thing: an edit from one to the other is editorial."""

from collections.abc import Mapping
from types import MappingProxyType

from monitor.compare.canonical import fold


def folded_aliases(spellings: Mapping[str, str]) -> Mapping[str, str]:
    """Turns a table of spellings as people write them (variant -> usual) into the folded one that comparing needs."""
    return MappingProxyType({fold(variant): fold(usual) for variant, usual in spellings.items()})


NONE: Mapping[str, str] = MappingProxyType({})
"""No spelling stands for another; the known ones are kept in data/reference/aliases.yaml."""
