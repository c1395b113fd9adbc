"""CSS selectors of the plainest kind (``table.fees``, ``#content``, ``main .list``), answered on libxml2's own tree.

Everything else is for Lexbor, which means writing the page out, parsing it anew, and parsing the part found once more:
that takes longer than reading the list inside it.
"""

import re
from functools import lru_cache
from string import ascii_lowercase, ascii_uppercase
from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    from lxml.etree import XPath, _Element

_COMPOUND: Final = r"(?:[a-z][a-z0-9]*|(?=[.#]))(?:[.#][A-Za-z_][\w-]*)*"
_PLAIN: Final = re.compile(rf"{_COMPOUND}(?: {_COMPOUND})*", re.ASCII)
_PARTS: Final = re.compile(r"([.#]?)([\w-]+)", re.ASCII)
_LOWER: Final = f"'{ascii_uppercase}', '{ascii_lowercase}'"


def is_plain(selector: str) -> bool:
    """Whether it is made of tag names, classes and ids alone, with blanks between."""
    return _PLAIN.fullmatch(selector) is not None


def found(root: "_Element", selector: str) -> "list[_Element]":
    """The outermost elements that a plain selector names, in the page's order. Case counts for none of its words."""
    hits = cast("list[_Element]", _query(selector)(root))
    if len(hits) < 2:
        return hits
    kept: list[_Element] = []
    inside: set[_Element] = set()
    for hit in hits:
        if hit not in inside:
            kept.append(hit)
            inside.update(
                hit.iter()
            )  # each element is met once: asking every hit for all that is above it is not linear
    return kept


@lru_cache(maxsize=256)
def _query(selector: str) -> "XPath":
    from lxml import etree

    return etree.XPath("descendant-or-self::" + "/descendant::".join(map(_step, selector.split(" "))))


def _step(compound: str) -> str:
    """Each test goes by way of the attributes there are: to ask every element for one takes ten times as long."""
    tag, tests = "*", ""
    for mark, name in _PARTS.findall(compound):
        wanted = name.lower()
        if mark == "#":
            tests += f"/@id[translate(., {_LOWER}) = '{wanted}']/parent::*"
        elif mark == ".":
            words = f"concat(' ', normalize-space(translate(., {_LOWER})), ' ')"
            tests += f"/@class[contains({words}, ' {wanted} ')]/parent::*"
        else:
            tag = name
    return tag + tests
