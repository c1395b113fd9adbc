"""``cmaa-monitor accept``: a person believes a copy that was held, and answers for it by name."""

import click

from monitor.app import House
from monitor.cli.check import chosen
from monitor.cli.options import Options
from monitor.cli.poll_report import poll_report
from monitor.compare.holds import HELD
from monitor.model.errors import UsageError
from monitor.model.source import Source
from monitor.model.watch import WatchState
from monitor.pipeline.accept import accept_held
from monitor.pipeline.tell import tell


@click.command()
@click.argument("source_id", metavar="SOURCE")
@click.option("--by", required=True, metavar="NAME", help="Who accepts it; kept in the audit chain.")
@click.option("--reason", required=True, metavar="TEXT", help="Why it is believed; kept in the audit chain.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_obj
def accept(options: Options, source_id: str, by: str, reason: str, as_json: bool) -> int:
    """Believe the copy of SOURCE that is held for review: it becomes the baseline, and its news is told.

    The bytes are those that were fetched and kept when the copy was held; nothing is fetched now.
    """
    house = options.house
    (source,) = chosen(house, (source_id,))
    _must_say(by=by, reason=reason)
    with house.writer() as store:
        clock = house.clock(store)
        state = store.states().get(source.id)
        if state is None or state.held is None:
            raise UsageError(_nothing_held(house, source, state))
        with house.client(store, clock) as client:
            settler = house.poll(store, client, clock).settler
            polled = accept_held(settler, source, state, now=clock.now(), by=by.strip(), reason=reason.strip())
            house.problem_desk(store).review(clock.now())
            told = tell(house.problem_desk(store), house.deliverer(store, client, clock), clock.now)
        return poll_report(options, store, (polled,), told, as_json=as_json, exit_code=False)


def _must_say(**words: str) -> None:
    for name, said in words.items():
        if not said.strip() or len(said) > 500:
            raise UsageError(f"--{name} must say something, in at most 500 characters.")


def _nothing_held(house: House, source: Source, state: WatchState | None) -> str:
    if state is not None and state.failures_in_row:
        return (
            f"No copy of {source.id} is held: what came could not be read or is plainly incomplete. See why: "
            f"cmaa-monitor sources test {source.id}. If the contract is at fault, edit {house.config.path.name}."
        )
    return (
        f"No copy of {source.id} is held; nothing is to be accepted. Held are copies judged: {', '.join(sorted(HELD))}."
    )
