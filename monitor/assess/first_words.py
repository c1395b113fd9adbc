"""Which words a regular expression can begin with, so that it is tried only where one of them stands."""

import re
from collections.abc import Iterator

from monitor.assess.terms import Beginnings

_CLASS = r"\[\^?\]?(?:\\.|[^\]\\])*\]"
_PIECE = re.compile(
    r"(?P<around>\(\?(?:[=!]|<[=!]))|(?P<group>\((?:\?:)?)|(?P<letters>[^\W_]|\[[^\W_]+\])|(?P<end>\\[\Ws]|[^\\.\[])"
    rf"|(?P<open>{_CLASS}|\\?.)",
    re.DOTALL,
)
_PLAIN = re.compile(r"[^\\\[()|]+")
_WHOLE_CLASS = re.compile(_CLASS, re.DOTALL)
_HOW_OFTEN = re.compile(r"(?P<none>\?|\{0,1\})?(?P<many>[*+]|\{\d*,?\d*\})?[?+]?")


def first_words(expression: str) -> Beginnings:
    """The whole words that ``expression`` can begin with, and the letters before an open ending.

    Read from what is written: letters, ``a?``, ``(?:a|b)?``, ``[sd]``; a blank or sign ends the word, the class of all
    letters leaves it open. Where it begins with anything else every word fits: too many are harmless, one too few would
    hide a cue.
    """
    whole: set[str] = set()
    opened: set[str] = set()
    for branch in _branches(expression):
        whole |= _grown({""}, branch, whole, opened)
    if "" in whole:
        opened.add("")
    return Beginnings(words=frozenset(whole - {""}), opened=tuple(sorted(opened)))


def _grown(begun: set[str], expression: str, whole: set[str], opened: set[str]) -> set[str]:
    """The words ``begun`` as they can go on through ``expression``; those that end in it go to ``whole``, those left
    open to ``opened``.
    """
    for kind, text, how_often in _pieces(expression):
        if not begun:  # every word has come to its end
            break
        if kind == "group":
            after = set().union(*(_grown(begun, branch, whole, opened) for branch in _branches(text)))
        elif kind == "letters":
            after = {word + letter for word in begun for letter in text.strip("[]")}
        else:
            (whole if kind == "end" else opened).update(begun)
            after = set()
        if how_often["many"]:
            opened |= after  # however it goes on, it begins so
        begun = begun | after if how_often["none"] or how_often["many"] else after
    return begun


def _pieces(expression: str) -> Iterator[tuple[str, str, re.Match[str]]]:
    """Kind, text and how often it may stand there, of each piece that takes up characters."""
    at = 0
    while piece := _PIECE.match(expression, at):
        kind, start, at = piece.lastgroup or "", piece.end(), piece.end()
        text = piece.group()
        if kind in {"group", "around"}:
            at = _closed(expression, at)
            text = expression[start : at - 1]
        how_often = _HOW_OFTEN.match(expression, at)
        if how_often and kind != "around" and text != r"\b":
            yield kind, text, how_often
        at = how_often.end() if how_often else at


def _branches(inside: str) -> list[str]:
    """What stands between the upright strokes of this level."""
    if "|" not in inside:
        return [inside]
    branches, start, at = [], 0, 0
    while at < len(inside):
        if inside[at] == "|":
            branches.append(inside[start:at])
            start = at = at + 1
            continue
        at = _closed(inside, at + 1) if inside[at] == "(" else _behind_signs(inside, at)
    return [*branches, inside[start:]]


def _closed(expression: str, at: int) -> int:
    """Where the group whose inside begins at ``at`` is over."""
    while expression[at] != ")":
        at = _closed(expression, at + 1) if expression[at] == "(" else _behind_signs(expression, at)
    return at + 1


def _behind_signs(expression: str, at: int) -> int:
    """Behind plain letters, or one escaped sign or class, in which brackets and strokes are nothing but signs."""
    if expression[at] == "\\":
        return at + 2
    signs = _PLAIN.match(expression, at) or _WHOLE_CLASS.match(expression, at)
    return signs.end() if signs else at + 1
