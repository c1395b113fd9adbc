"""``cmaa-monitor problems``: what is wrong with watching itself, and what was done about it."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.cli.exits import worst
from monitor.cli.options import Options
from monitor.cli.output import write_json, write_ribbon
from monitor.cli.plain import problem_body
from monitor.compose.problems import problem_lines
from monitor.model.errors import UsageError
from monitor.model.ids import ProblemId
from monitor.model.problem import Closing, SourceProblem

if TYPE_CHECKING:
    from monitor.store import Store

RECENT = timedelta(days=30)


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_context
def problems(ctx: click.Context, as_json: bool) -> int | None:
    """List what is wrong with watching now, and what was mended in the last 30 days."""
    if ctx.invoked_subcommand is not None:
        return None
    options: Options = ctx.obj
    house = options.house
    with house.reader() as store:
        now = house.clock(store).now()
        found = store.queries.problems(now - RECENT)
        demo = store.is_demo
    if as_json:
        write_json("cmaa-monitor.problems.v1", {"demo": demo, "problems": [problem_body(one) for one in found]})
    else:
        write_ribbon(demo=demo)
        for problem in found:
            _print(problem, house.config.time_zone.key)
        if not found:
            options.note("No problem is open, and none was closed in the last 30 days.")
    return worst(unverified=any(one.closing is None for one in found))


@problems.command("show")
@click.argument("problem_id", metavar="PB-…")
@click.option("--save", "file", metavar="FILE", type=click.Path(path_type=Path), help="Write the saved page there.")
@click.pass_obj
def show_problem(options: Options, problem_id: str, file: Path | None) -> int:
    """Show one problem; write the page that was kept as its evidence."""
    with options.house.reader() as store:
        problem = _known(store, problem_id)
        _print(problem, options.house.config.time_zone.key)
        if file is not None:
            if problem.page_sha256 is None:
                raise UsageError(f"No page came with {problem.id}; there is nothing to save.")
            if file.exists():
                raise UsageError(f"{file} exists already; name another file.")
            file.write_bytes(store.queries.object_bytes(problem.page_sha256))
            options.note(f"Written to {file}. It is what the server sent: open it with care.")
    return 0


@problems.command("ack")
@click.argument("problem_id", metavar="PB-…")
@click.option("--by", required=True, metavar="NAME", help="Who looked into it; kept in the audit chain.")
@click.option("--reason", required=True, metavar="TEXT", help="What was found; kept in the audit chain.")
@click.pass_obj
def acknowledge(options: Options, problem_id: str, by: str, reason: str) -> int:
    """Close a problem that a person has looked into. While its cause lasts, a new one is opened by the next check."""
    if not by.strip() or not reason.strip() or len(by) > 200 or len(reason) > 500:
        raise UsageError("--by and --reason must say something, in at most 200 and 500 characters.")
    house = options.house
    with house.writer() as store:
        problem = _known(store, problem_id)
        if problem.closing is not None:
            raise UsageError(f"{problem.id} was closed before ({problem.closing.how}).")
        closing = Closing(at=house.clock(store).now(), how="acknowledged", by=by.strip(), reason=reason.strip())
        with store.unit() as unit:
            house.problem_desk(store).close(unit, problem, closing)
    print(f"{problem.id} is closed: acknowledged by {closing.by}.")
    return 0


def _known(store: "Store", problem_id: str) -> SourceProblem:
    problem = store.queries.problem(ProblemId(problem_id.upper()))
    if problem is None:
        raise UsageError(f"There is no problem {problem_id}. List them: cmaa-monitor problems")
    return problem


def _print(problem: SourceProblem, time_zone: str) -> None:
    first, *others = problem_lines(problem, time_zone)
    print(first)
    for line in others:
        print(f"  {line}")
