"""The command group. Commands are imported when they are called: a start-up must not pay for what it does not use."""

import errno
import importlib
import sys
from collections.abc import Sequence
from io import StringIO, TextIOWrapper
from typing import Any

import click

from monitor import __version__
from monitor.cli.exits import MEANINGS, Exit
from monitor.cli.options import Options
from monitor.model.errors import ConfigError, MonitorError, StoreError, UsageError

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})
_LONGEST_LINE = 2_000

COMMANDS = {
    "init": "monitor.cli.init:init",
    "doctor": "monitor.cli.doctor:doctor",
    "check": "monitor.cli.check:check",
    "hosts": "monitor.cli.hosts:hosts",
    "problems": "monitor.cli.problems:problems",
    "deliveries": "monitor.cli.deliveries:deliveries",
    "webhook": "monitor.cli.webhook:webhook",
    "accept": "monitor.cli.accept:accept",
    "assess": "monitor.cli.assess:assess",
    "explain": "monitor.cli.explain:explain",
    "serve": "monitor.cli.serve:serve",
    "changes": "monitor.cli.changes:changes",
    "evidence": "monitor.cli.evidence:evidence",
    "show": "monitor.cli.show:show",
    "decide": "monitor.cli.decide:decide",
    "date": "monitor.cli.dates:date",
    "rules": "monitor.cli.rules:rules",
    "status": "monitor.cli.status:status",
    "answer": "monitor.cli.answer:answer",
    "readiness": "monitor.cli.readiness:readiness",
    "coverage": "monitor.cli.coverage:coverage",
    "checks": "monitor.cli.checks:checks",
    "sources": "monitor.cli.sources:sources",
    "digest": "monitor.cli.digest:digest",
    "compare": "monitor.cli.compare:compare",
    "import-copy": "monitor.cli.import_copy:import_copy",
    "verify": "monitor.cli.verify:verify",
    "links": "monitor.cli.links:links",
    "tools": "monitor.cli.tools:tools",
    "backup": "monitor.cli.backup:backup",
    "restore": "monitor.cli.backup:restore",
    "retention": "monitor.cli.retention:retention",
    "schedule": "monitor.cli.schedule:schedule",
    "demo": "monitor.cli.demo:demo",
}


class LazyGroup(click.Group):
    """Knows its commands by name and imports one only when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's shape
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        target = COMMANDS.get(cmd_name)
        if target is None:
            return super().get_command(ctx, cmd_name)
        module, name = target.split(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    # When the reader of a pipe is gone, click itself would end the program with code 1: that something has changed.

    def make_context(self, *args: Any, **more: Any) -> click.Context:
        try:
            return super().make_context(*args, **more)
        except BrokenPipeError:  # --help and --version are written while the words are read
            raise _pipe_closed(Exit.OK) from None

    def invoke(self, ctx: click.Context) -> Any:
        try:
            result = super().invoke(ctx)
        except BrokenPipeError:
            raise _pipe_closed(Exit.OK) from None
        try:
            sys.stdout.flush()
        except BrokenPipeError:
            raise _pipe_closed(result) from None
        return result


@click.group(
    cls=LazyGroup, epilog=MEANINGS, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="cmaa-monitor")
@click.option("--config", metavar="FILE", help="The settings (default: $CMAA_CONFIG, else ./sources.yaml).")
@click.option("--no-color", is_flag=True, help="Plain text on a terminal too (as does NO_COLOR).")
@click.option("-q", "--quiet", is_flag=True, help="No progress and no notes on stderr.")
@click.pass_context
def cli(ctx: click.Context, config: str | None, no_color: bool, quiet: bool) -> None:
    """Watches AMA, CMS and FDA pages on AI-only billing, and proves that it did."""
    ctx.obj = Options(config=config, no_color=no_color, quiet=quiet)


def run(arguments: Sequence[str]) -> int:
    """Runs one command; returns the exit code. Every expected error ends here as one clear message on stderr."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a sign the terminal cannot show is no reason to fail
    try:
        result: Any = cli.main(args=list(arguments), prog_name="cmaa-monitor", standalone_mode=False)
    except click.exceptions.Exit as end:
        return int(end.exit_code)
    except click.Abort:
        return _fail("Stopped.", Exit.CANNOT_RUN)
    except click.ClickException as fault:
        said = StringIO()
        fault.show(said)
        return _fail(said.getvalue().rstrip(), Exit.USAGE)
    except (ConfigError, UsageError) as fault:
        return _fail(str(fault), Exit.USAGE)
    except (StoreError, MonitorError) as fault:
        return _fail(str(fault), Exit.CANNOT_RUN)
    except OSError as fault:
        return _fail_of_the_disk(fault)
    return int(result) if isinstance(result, int) else int(Exit.OK)


def _fail(message: str, code: Exit) -> int:
    """Says what is wrong. Messages repeat words that were pasted, which must neither steer a terminal nor fill it."""
    from monitor.compose.hostile import cut, safe_block

    print("\n".join(cut(line, _LONGEST_LINE) for line in safe_block(message).split("\n")), file=sys.stderr)
    return int(code)


def _fail_of_the_disk(fault: OSError) -> int:
    """What any command may meet that reads or writes a file. Raises anything else again: that is a bug of ours."""
    if fault.errno == errno.ENAMETOOLONG:
        return _fail(f"{fault.filename}: this is longer than a file may be named here; choose another", Exit.USAGE)
    if fault.errno not in _NO_ROOM:
        raise fault
    _silence_stdout()
    reason = f"The output could not be written ({fault.strerror}). Free some disk space, or write it elsewhere."
    return _fail(reason, Exit.CANNOT_RUN)


def _pipe_closed(code: int | None) -> click.exceptions.Exit:
    """The reader (``head``, a pager) has seen enough; that is no error. What is left unwritten goes nowhere."""
    _silence_stdout()
    return click.exceptions.Exit(code or 0)


def _silence_stdout() -> None:
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
