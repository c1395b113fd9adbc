"""The relevance rules and standing answers of one installation, read from its reference files and watch lists when they
are first needed, and read again when they were edited.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from monitor import __version__
from monitor.config import Config, read_reference
from monitor.model.errors import ConfigError, Problem

if TYPE_CHECKING:  # heavy; imported where it is needed
    from monitor.assess.rules import Rules
    from monitor.model.question import StarterRow
    from monitor.model.readiness import Readiness, ReadyStep, StepSaid

_TRIED = 5
"""So many kept editions are tried before a faulty file stops the work: an older one may not fit a newer program."""


class Shelf(Protocol):
    """Where the text of the rule files is kept that changes were judged by."""

    def newest(self) -> str | None: ...
    def form(self) -> bytes | None: ...
    def keep(self, name: str, version: str, files: Mapping[str, str], form: bytes, *, at: datetime) -> None: ...
    def latest(self, most: int) -> Iterable[Mapping[str, str]]: ...


class RuleBook:
    """What the installation judges by. Every reading of the files raises ConfigError with all their faults.

    ``fault``: what is wrong with the files as they lie, when ``make_ready`` left those of before in force.
    """

    def __init__(self, config: Config) -> None:
        self._folder = config.path.parent
        self._watch = config.watch
        self._seen: str | None = None
        self._form: bytes | None = None
        self._examined: tuple[str, tuple[Problem, ...]] = ("", ())
        self.fault: ConfigError | None = None
        self.topic = Topic(self)

    @cached_property
    def rules(self) -> "Rules":
        """The rules in force."""
        return self._parsed(self._files, self._form)

    @cached_property
    def starter(self) -> "tuple[StarterRow, ...]":
        """The standing questions with the answers that come with the program."""
        from monitor.assess.questions import read_starter

        return read_starter(self._files)

    @cached_property
    def _files(self) -> Mapping[str, str]:
        """The texts in force."""
        return read_reference(self._folder)

    def of(self, folder: Path) -> "Rules":
        """The rules as if ``folder`` held the settings; the watch lists are those of sources.yaml."""
        return self._parsed(read_reference(folder))

    @cached_property
    def readiness_steps(self) -> "tuple[ReadyStep, ...]":
        """The steps of the house's own readiness."""
        from monitor.assess.readiness import read_steps

        return read_steps(self._files)

    def readiness(self, said: "Sequence[StepSaid]") -> "tuple[Readiness, ...]":
        """How ready the house itself is, of every matter that anything was ever said of."""
        from monitor.assess.readiness import all_readiness

        return all_readiness(self.readiness_steps, said) if said else ()

    def edition(self) -> str:
        """The digits with which the version of the rules in force ends; nothing is parsed for it."""
        return self.digest()[:12]

    def digest(self) -> str:
        """Names the text of the rules in force."""
        from monitor.assess.edition import digest

        watch = self._watch
        return digest(self._files, (*watch.codes, *watch.product_codes, *watch.terms))

    def make_ready(self, shelf: Shelf, now: datetime) -> str | None:
        """Puts the rule files in force as they lie now; what is to be said of it, None when they are as they were.

        Files that were never judged by are read at once, and kept. Those with faults are named with every fault, and
        the rules of before stay in force: the ones in memory, else the newest that the shelf holds. Raises ConfigError
        when there are none of before.
        """
        before: Rules | None = self.__dict__.get("rules")
        try:
            files = read_reference(self._folder)
            name = _name_of(files)
            if name == self._seen:
                return None
            self._seen = name
            form = shelf.form() if shelf.newest() == name else None
            if form and before is None:
                self.__dict__["_files"] = files  # read when something is to be judged, which is not at every start
                self._form = form
            else:
                self._put_in_force(files)
        except ConfigError as fault:
            return self._stand_by(shelf, fault)
        self.fault = None
        if form is None:
            shelf.keep(name, self.rules.version, files, self._kept_form(files), at=now)
        return None if before is None else f"The rules were edited; now in force: {self.rules.version}."

    def faults(self, shelf: Shelf | None = None) -> tuple[Problem, ...]:
        """What is wrong with the files as they lie; nothing is put in force. With the shelf at hand those that it holds
        need not be parsed, and none are parsed twice: it is asked in every turn of the service.
        """
        try:
            files = read_reference(self._folder)
        except ConfigError as fault:
            return fault.problems
        name = _name_of(files)
        if shelf is not None and shelf.newest() == name:
            return ()
        if self._examined[0] != name:
            self._examined = name, self._faults_of(files)
        return self._examined[1]

    def _faults_of(self, files: Mapping[str, str]) -> tuple[Problem, ...]:
        try:
            self._all_of(files)
        except ConfigError as fault:
            return fault.problems
        return ()

    def _stand_by(self, shelf: Shelf, fault: ConfigError) -> str | None:
        said, self.fault = self.fault, fault
        if "rules" not in self.__dict__ and not any(map(self._can_stand_in, shelf.latest(_TRIED))):
            raise fault
        if said is not None and str(said) == str(fault):
            return None
        return f"{fault}\nThe rule files have faults; the rules of before stay in force ({self.rules.version})."

    def _can_stand_in(self, files: Mapping[str, str]) -> bool:
        try:
            self._put_in_force(files)
        except ConfigError:
            return False
        return True

    def _put_in_force(self, files: Mapping[str, str]) -> None:
        """All or nothing."""
        self.__dict__.update(self._all_of(files), _files=files)
        self.topic = Topic(self)

    def _all_of(self, files: Mapping[str, str]) -> Mapping[str, object]:
        """All that the files say, by the property that holds it; raises ConfigError."""
        from monitor.assess.questions import read_starter
        from monitor.assess.readiness import read_steps

        rules, starter, steps = self._parsed(files), read_starter(files), read_steps(files)
        return {"rules": rules, "starter": starter, "readiness_steps": steps}

    def _kept_form(self, files: Mapping[str, str]) -> bytes:
        from monitor.assess.rules import kept_form

        return kept_form(files)

    def _parsed(self, files: Mapping[str, str], form: bytes | None = None) -> "Rules":
        from monitor.assess.rules import parse_rules

        watch = self._watch
        return parse_rules(
            files,
            watch_codes=watch.codes,
            watch_product_codes=watch.product_codes,
            watch_terms=watch.terms,
            form=form,
        )


def _name_of(files: Mapping[str, str]) -> str:
    """Tells the texts from all others, and from the same under another version of the program: it may be stricter."""
    parts = (__version__, *(part for name in sorted(files) for part in (name, files[name])))
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


class Topic:
    """What this installation watches for, to those who read long documents. Nothing is read before it is needed."""

    def __init__(self, book: RuleBook) -> None:
        self._book = book

    @cached_property
    def version(self) -> int:
        return int(self._book.digest()[:8], 16)

    def speaks(self, text: str) -> bool:
        from monitor.assess.passages import speaks

        return speaks(text, self._book.rules)
