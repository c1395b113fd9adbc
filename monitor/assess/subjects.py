"""What a person asks about: reading it, and telling where it stands in a text or a row."""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

from msgspec import Struct

from monitor.model.errors import UsageError
from monitor.model.snapshot import Record
from monitor.model.subject import Subject, SubjectKind

_SHAPES: Final = {
    SubjectKind.CPT: (r"\d{4}[0-9A-Z]|[A-Z]\d{4}", "a CPT or HCPCS code such as cpt:92229"),
    SubjectKind.LCD: (r"(?:DL|DA|L|A)\d{4,6}", "an LCD or article such as lcd:L39840"),
    SubjectKind.NCD: (r"\d{1,3}(?:\.\d{1,3}){1,3}|(?:CAG-)?\d{4,5}[A-Z]\d?", "an NCD or NCA: ncd:20.4, ncd:00451N"),
    SubjectKind.FDA: (r"(?:K|DEN|P|H)\d{5,6}(?:/S\d{1,4})?", "an FDA number such as fda:K240058"),
    SubjectKind.RULE: (r"(?:[A-Z]\d?-)?\d{2,4}-\d{3,6}", "a Federal Register document such as rule:2026-13656"),
}  # fmt: skip
"""The numbers of each kind; invented ones of the demo carry ``DEMO-`` before."""

_PHRASES: Final = {
    SubjectKind.CMAA: ("clinically meaningful algorithm", "cmaa"),
    SubjectKind.APPENDIX_S: ("appendix s",),
}
_OWN_FIELDS: Final = (
    "document_display_id", "document_number", "submission_number", "document_id", "number", "ncd_manual_section",
)  # fmt: skip
USAGE: Final = "cmaa, appendix-s, cpt:92229, lcd:L39840, ncd:20.4, fda:K240058 or rule:2026-13656"


def read_subject(written: str) -> Subject:
    """The subject that was typed; case and a blank after the colon do not matter. Raises UsageError."""
    name, colon, number = (part.strip() for part in written.partition(":"))
    try:
        kind = SubjectKind(name.lower())
    except ValueError:
        raise UsageError(f"“{written[:60]}” is nothing that can be asked about; write {USAGE}") from None
    if kind in _PHRASES:
        if colon:
            raise UsageError(f"“{name}” takes no number; write {kind.value}")
        return Subject(kind=kind)
    shape, such_as = _SHAPES[kind]
    bare = number.upper()
    if not re.fullmatch(rf"(?:DEMO-)?(?:{shape})", bare):
        raise UsageError(f"“{written[:60]}” is not {such_as}")
    return Subject(kind=kind, number=bare)


class Finder(Struct, frozen=True):
    """Where a subject stands. ``needles``: lower-case words of which one must be in a text that names it."""

    subject: Subject
    needles: tuple[str, ...]
    pattern: re.Pattern[str]

    def names(self, text: str) -> bool:
        """Whether the text names the subject, as a word of its own."""
        return self.pattern.search(text) is not None

    def is_about(self, record: Record) -> bool:
        """Whether the row is the subject's own, under the regulator's number."""
        if not self.subject.number:
            return False
        own = (record.key, record.document or "", *(record.fields.get(name, "") for name in _OWN_FIELDS))
        return any(self._is_number(text) for text in own)

    def _is_number(self, text: str) -> bool:
        """The number alone, with the version that a key may carry."""
        match = self.pattern.match(text.strip())
        return match is not None and not re.sub(r"^\s*v?[\d.]*$", "", text.strip()[match.end() :])


def finder_of(subject: Subject) -> Finder:
    """An LCD's number also finds its proposal (``DL39840``), and a number its invented twin of the demo."""
    if not subject.number:
        phrases = _PHRASES[subject.kind]
        words = "|".join(re.escape(phrase) for phrase in phrases)
        return Finder(subject, phrases, re.compile(rf"(?i)(?<![a-z0-9])(?:{words})"))
    bare = subject.number.removeprefix("DEMO-")
    if subject.kind is SubjectKind.LCD:
        bare = bare.removeprefix("D")
    draft = "D?" if subject.kind is SubjectKind.LCD else ""
    pattern = rf"(?i)(?<![a-z0-9.])(?:DEMO-)?{draft}{re.escape(bare)}(?![a-z0-9]|[.-]\d)"
    return Finder(subject, (bare.lower(),), re.compile(pattern))


def nearest(subject: Subject, numbers: Iterable[str]) -> tuple[str, ...]:
    """The numbers held that look most like the one asked for, at most three."""
    known = {number.upper(): number for number in numbers if number}
    return tuple(known[one] for one in get_close_matches(subject.number, sorted(known), n=3, cutoff=0.6))
