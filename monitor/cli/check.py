"""``cmaa-monitor check``: poll now, then send what is due."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext

import click

from monitor.app import House, register_settings
from monitor.app.one_core import on_one_core
from monitor.cli.options import Options, only_source
from monitor.cli.poll_report import poll_report
from monitor.compose.wording import count
from monitor.demo.ended import HAS_ENDED, has_ended
from monitor.model.errors import UsageError
from monitor.model.ids import SourceId
from monitor.model.source import Source
from monitor.model.verdict import Trigger
from monitor.pipeline.due import due_sources
from monitor.pipeline.family import with_documents
from monitor.pipeline.record import Polled
from monitor.pipeline.tell import Herald, telling

_MANY = 32
"""Fewer sources are checked too soon for it to matter on which cores."""


@click.command()
@only_source
@click.option("--due", is_flag=True, help="Only sources whose slot has no check yet (for cron).")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 when changes were found.")
@click.option(
    "--wait",
    "wait_s",
    type=click.IntRange(min=0, max=3600),
    default=10,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for another check to end. A service that is at work gives way, within 90 seconds.",
)
@click.pass_obj
def check(options: Options, source_ids: tuple[str, ...], due: bool, as_json: bool, exit_code: bool, wait_s: int) -> int:
    """Poll the sources now, keep the evidence, and tell the subscribers.

    The first good poll of a source is its baseline and tells nobody.
    """
    house = options.house
    wanted = chosen(house, source_ids)
    with house.writer(lock_wait_s=wait_s) as store:
        if store.is_demo and has_ended(house.config.origins.values()):
            raise UsageError(HAS_ENDED)
        clock = house.clock(store)
        if said := house.rulebook.make_ready(store.rule_texts, clock.now()):
            print(said, file=sys.stderr)
        register_settings(house, store, clock.now())
        everyone = house.watched(store).sources
        sources = with_documents(wanted, everyone) if source_ids else everyone
        if due:
            wait = house.config.fetch.confirm_removal_after
            sources = due_sources(sources, store.states(), store.queries.last_checks(), clock.now(), wait)
        with _cores(house, len(sources)), house.client(store, clock) as client:
            desk = house.problem_desk(store)
            with telling(desk, lambda end: house.deliverer(store, client, clock, stopping=end), clock.now) as herald:
                with _progress(options, len(sources)) as advance:
                    trigger = Trigger.SCHEDULE if due else Trigger.HAND
                    polled = house.poll(store, client, clock).run(sources, trigger, _both(advance, herald))
                desk.review(clock.now())
                house.bundler(store).run(clock.now())
            feeds = house.feeds(store)
            if feeds is not None and (trouble := feeds.write(clock.now())):
                print(trouble, file=sys.stderr)
            store.hosts.save_holds(client.holds())
        return poll_report(options, store, polled, herald.told, as_json=as_json, exit_code=exit_code)


def _cores(house: House, sources: int) -> AbstractContextManager[None]:
    """A browser needs more than one core, and takes those of who starts it."""
    return nullcontext() if house.config.browsers or sources < _MANY else on_one_core()


def _both(advance: Callable[[Polled], None], herald: Herald) -> Callable[[Polled], None]:
    """What is done after each source: the bar moves on, and what was found is told while the next is checked."""

    def done(polled: Polled) -> None:
        advance(polled)
        if polled.changes:
            herald.wake()

    return done


def chosen(house: House, source_ids: Sequence[str]) -> tuple[Source, ...]:
    """The sources asked for, each once, or all, the documents behind lists among them.

    Raises UsageError for an id that is neither in sources.yaml nor that of a document on a list of it.
    """
    sources = house.watched_so_far().sources
    known = {source.id: source for source in sources}
    unknown = [wanted for wanted in source_ids if wanted not in known]
    if unknown:
        listed = ", ".join(sorted(source.id for source in house.config.sources)) or "none"
        raise UsageError(f"{house.config.path.name} has no source “{unknown[0]}”. It has: {listed}.{_behind(sources)}")
    return tuple(known[SourceId(wanted)] for wanted in dict.fromkeys(source_ids)) if source_ids else sources


def _behind(sources: Sequence[Source]) -> str:
    number = sum(source.parent is not None for source in sources)
    return f" {count(number, 'document')} behind these: cmaa-monitor sources list" if number else ""


@contextmanager
def _progress(options: Options, total: int) -> Iterator[Callable[[Polled], None]]:
    """A bar on the person's terminal (stderr); nothing when that is not one. stdout is never touched."""
    if options.quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    # Imported here: only a person at a terminal pays for it.
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("Checking"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console = Console(stderr=True, no_color=options.no_color or None)
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("check", total=total)

        def advance(_: Polled) -> None:
            bar.advance(task)
            if bar.tasks[0].completed > (bar.tasks[0].total or 0):  # a document that a list has only just named
                bar.update(task, total=bar.tasks[0].completed)

        yield advance
