"""Errors a caller may meet. Each carries its facts as attributes; its text says what, where, and what to do."""

from dataclasses import dataclass

from msgspec import Struct


class MonitorError(Exception):
    """The root of all our own errors."""


@dataclass
class Unreadable(MonitorError):
    """A body could not be read in the format it was expected in. Becomes the verdict SUSPECT.

    ``code`` is short and stable (``not-csv``, ``no-table``, ``bad-json`` ...); ``reason`` is a sentence for a person.
    """

    code: str
    reason: str

    def __str__(self) -> str:
        return self.reason


class Unopened(Unreadable):
    """A PDF document came to a reader without its layout: the pipeline opens it in the sandbox and asks again."""

    def __init__(self) -> None:
        super().__init__("unopened", "The PDF document was handed on unopened; please report this as a fault of ours.")


@dataclass
class StoreError(MonitorError):
    """The database refused; ``mend`` is the one thing to do about it.

    ``code`` is one of ``locked``, ``full``, ``read-only``, ``corrupt``, ``foreign``, ``newer``, ``older``, ``missing``,
    ``io``, ``released`` (retention let the bytes go) and ``refused`` (a statement that breaks a rule of the schema: our
    own fault).
    """

    code: str
    what: str
    where: str
    mend: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}. {self.mend}"


class Problem(Struct, frozen=True):
    """One fault in a configuration file; ``line`` and ``column`` count from 1."""

    file: str
    line: int
    column: int
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.where}: {self.what}"


@dataclass
class ConfigError(MonitorError):
    """Every fault found in the configuration, in file order."""

    problems: tuple[Problem, ...]

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


@dataclass
class UsageError(MonitorError):
    """The command cannot be carried out as typed; the text says what to type instead."""

    what: str

    def __str__(self) -> str:
        return self.what
