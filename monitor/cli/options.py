"""What every command shares: which installation, and how to write."""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import click

from monitor.config import find_config, read_environment
from monitor.config.faults import did_you_mean
from monitor.model.errors import UsageError
from monitor.model.ids import SourceId

if TYPE_CHECKING:
    from monitor.app import House

only_source = click.option(
    "--source",
    "source_ids",
    multiple=True,
    metavar="ID",
    help="Only this source, and the documents behind it (may be repeated).",
)


@dataclass
class Options:
    """The options before the command's name. The installation is opened on first use."""

    config: str | None
    no_color: bool
    quiet: bool

    @cached_property
    def env(self) -> dict[str, str]:
        return dict(read_environment())

    @cached_property
    def house(self) -> "House":
        """Raises ConfigError with every problem of the file."""
        from monitor.app import open_house

        return open_house(find_config(self.config, self.env), self.env)

    @property
    def colourful(self) -> bool:
        """Whether stdout is a person's terminal that wants colour."""
        return sys.stdout.isatty() and not self.no_color and not self.env.get("NO_COLOR")

    def note(self, text: str) -> None:
        """A line for the person at the terminal; never part of the data."""
        if not self.quiet:
            print(text, file=sys.stderr)

    def asked_for(self, source_ids: Sequence[str], watched: Iterable[SourceId]) -> frozenset[SourceId]:
        """Those configured or ``watched`` that ``--source`` names, or whose list it names; all when it names none.

        Raises UsageError for a name that fits none: “nothing” of a source that nobody watches would be false comfort.
        """
        everyone = frozenset(watched) | {source.id for source in self.house.config.sources}
        for source_id in source_ids:
            if source_id not in everyone:
                near = did_you_mean(source_id, everyone)
                raise UsageError(f"No source “{source_id}” is or was watched; {near}")
        named = [f"{source_id}/" for source_id in source_ids]
        return frozenset(one for one in everyone if not named or f"{one}/".startswith(tuple(named)))
