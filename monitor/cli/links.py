"""``cmaa-monitor links``: from a device to its likely code, from a code to documents; a person decides once."""

from typing import TYPE_CHECKING

import click

from monitor.cli.options import Options
from monitor.cli.output import write_json, write_ribbon, write_table
from monitor.compose.hostile import safe_line
from monitor.model.errors import UsageError
from monitor.model.ids import SourceId
from monitor.model.link import Link, LinkDecision, LinkState

if TYPE_CHECKING:
    from monitor.app import House
    from monitor.store import Store

FDA_LIST = SourceId("fda.ai-devices")


@click.group(invoke_without_command=True)
@click.pass_context
def links(ctx: click.Context) -> int | None:
    """Links that no regulator publishes, proposed with their grounds: list them, confirm or refuse each once."""
    return None if ctx.invoked_subcommand else int(ctx.invoke(list_links, state=None, as_json=False))


@links.command("list")
@click.option("--state", type=click.Choice([state.value for state in LinkState]), help="Only those in this state.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_obj
def list_links(options: Options, state: str | None, as_json: bool) -> int:
    """List all links between FDA's list, the codes and the watched documents."""
    with options.house.reader() as store:
        found = [one for one in _known(options.house, store) if state is None or one.state == state]
        demo = store.is_demo
    if as_json:
        write_json("cmaa-monitor.links.v1", {"demo": demo, "links": [link_body(one) for one in found]})
    else:
        write_ribbon(demo=demo)
        write_table(
            ("FROM", "TO", "STATE", "BY", "CONFIDENCE", "GROUND"),
            [_row(one) for one in found],
            colourful=options.colourful,
        )
    return 0


def _row(one: Link) -> tuple[str, ...]:
    return (one.left, one.right, one.state, safe_line(one.by, 40) or "-", one.confidence, safe_line(one.ground, 120))


def link_body(link: Link) -> dict[str, object]:
    """A link as plain JSON values."""
    return {
        "from": link.left,
        "to": link.right,
        "state": link.state.value,
        "by": link.by or None,
        "confidence": link.confidence,
        "ground": link.ground,
    }


@links.command("confirm")
@click.argument("left", metavar="FROM")
@click.argument("right", metavar="TO")
@click.option("--by", required=True, metavar="NAME", help="Who confirms it; kept in the audit chain.")
@click.option("--reason", required=True, metavar="TEXT", help="On what grounds; kept in the audit chain.")
@click.pass_obj
def confirm(options: Options, left: str, right: str, by: str, reason: str) -> int:
    """Confirm a link, such as fda:K240058 cpt:92229; cards then show it as confirmed."""
    return _decide(options, left, right, LinkState.CONFIRMED, by, reason)


@links.command("refuse")
@click.argument("left", metavar="FROM")
@click.argument("right", metavar="TO")
@click.option("--by", required=True, metavar="NAME", help="Who refuses it; kept in the audit chain.")
@click.option("--reason", required=True, metavar="TEXT", help="On what grounds; kept in the audit chain.")
@click.pass_obj
def refuse(options: Options, left: str, right: str, by: str, reason: str) -> int:
    """Refuse a link: it is proposed no more."""
    return _decide(options, left, right, LinkState.REFUSED, by, reason)


def _decide(options: Options, left: str, right: str, state: LinkState, by: str, reason: str) -> int:
    if not by.strip() or not reason.strip() or len(by) > 200 or len(reason) > 500:
        raise UsageError("--by and --reason must say something, in at most 200 and 500 characters.")
    house = options.house
    with house.writer() as store:
        known = {(one.left.lower(), one.right.lower()): one for one in _known(house, store)}
        link = known.get((left.lower(), right.lower()))
        if link is None:
            raise UsageError(f"No link from {left} to {right} is proposed. List them: cmaa-monitor links")
        if link.state is state:
            raise UsageError(f"The link from {link.left} to {link.right} was {state} before, by {link.by}.")
        at = house.clock(store).now()
        said = LinkDecision(left=link.left, right=link.right, state=state, by=by.strip(), reason=reason.strip(), at=at)
        store.decide_link(said)
    print(f"{link.left} to {link.right} is {state}, by {said.by}.")
    return 0


def _known(house: "House", store: "Store") -> tuple[Link, ...]:
    """Every proposed link, as people decided on it; and those decided that are proposed no more."""
    from monitor.assess.links import as_decided, proposals

    state = store.states().get(FDA_LIST)
    rows = store.snapshot(state.snapshot_id).records if state and state.snapshot_id is not None else ()
    decisions = store.link_decisions()
    found = proposals(rows, FDA_LIST, house.rules)
    ends = {(one.left, one.right) for one in found}
    left_over = (
        Link(left=said.left, right=said.right, ground=said.reason, confidence="High")
        for pair, said in decisions.items()
        if pair not in ends
    )
    return as_decided((*found, *left_over), decisions)
