"""The relevance rules and standing answers of one installation, read from its reference files and watch lists when they
are first needed, and read again when they were edited.
"""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.config import Config, read_reference
from monitor.model.errors import ConfigError

if TYPE_CHECKING:  # heavy; imported where it is needed
    from monitor.assess.rules import Rules
    from monitor.model.question import StarterRow
    from monitor.model.readiness import Readiness, ReadyStep, StepSaid


class RuleBook:
    """What the installation judges by. Every reading of the files raises ConfigError with all their faults."""

    def __init__(self, config: Config) -> None:
        self._folder = config.path.parent
        self._watch = config.watch
        self._seen: str | None = None
        self.topic = Topic(self)

    @cached_property
    def rules(self) -> "Rules":
        """The rules in force, read from the reference files and the watch lists of sources.yaml."""
        return self.of(self._folder)

    def of(self, folder: Path) -> "Rules":
        """The rules as if ``folder`` held the settings; the watch lists are those of sources.yaml."""
        from monitor.assess.rules import parse_rules

        watch = self._watch
        return parse_rules(
            read_reference(folder),
            watch_codes=watch.codes,
            watch_product_codes=watch.product_codes,
            watch_terms=watch.terms,
        )

    @cached_property
    def starter(self) -> "tuple[StarterRow, ...]":
        """The standing questions with the answers that come with the program."""
        from monitor.assess.questions import read_starter

        return read_starter(read_reference(self._folder))

    @cached_property
    def readiness_steps(self) -> "tuple[ReadyStep, ...]":
        """The steps of the house's own readiness."""
        from monitor.assess.readiness import read_steps

        return read_steps(read_reference(self._folder))

    def readiness(self, said: "Sequence[StepSaid]") -> "tuple[Readiness, ...]":
        """How ready the house itself is, of every matter that anything was ever said of."""
        from monitor.assess.readiness import all_readiness

        return all_readiness(self.readiness_steps, said) if said else ()

    def edition(self) -> str:
        """The digits with which the version of the rules in force ends; nothing is parsed for it."""
        read: Rules | None = self.__dict__.get("rules")
        return read.version.rsplit("; ", 1)[-1] if read else self.digest()[:12]

    def digest(self) -> str:
        """Names the text of the rules as it lies in the files now, faulty or not."""
        from monitor.assess.edition import digest

        watch = self._watch
        return digest(read_reference(self._folder), (*watch.codes, *watch.product_codes, *watch.terms))

    def reread(self) -> str | None:
        """Puts edited rule files in force; what is to be said of it, None when they are as they were.

        Files with faults are named with every fault, and the rules of before stay in force. Raises ConfigError when
        there are none of before.
        """
        before = self.__dict__.get("rules")
        try:
            seen = self.digest()
            if seen == self._seen:
                return None
            self._seen = seen
            self.rules = self.of(self._folder)
        except ConfigError as fault:
            if before is None:
                raise
            return f"{fault}\nThe rule files have faults; the rules of before stay in force ({before.version})."
        self.topic = Topic(self)
        return None if before is None else f"The rules were edited; now in force: {self.rules.version}."


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
