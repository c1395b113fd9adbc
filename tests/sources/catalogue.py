"""The catalogue of docs/sources.md: every source that comes with the program, as its module and its recorded copies say
it. Written anew by ``pytest tests/sources/test_catalogue.py --update-golden``.
"""

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Final

from monitor.compose.wording import count
from monitor.model.snapshot import Snapshot
from monitor.model.source import Contract
from monitor.sources import SOURCES
from tests.sources.copies import copies, read_copy
from tests.sources.document_copies import READERS, document_copies, read_document, reader_of

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "sources.md"
BEGIN: Final = "<!-- The catalogue is generated (tests/sources/catalogue.py): edit the modules, not this. -->\n"
END: Final = "<!-- End of the catalogue. -->\n"
TOLD: Final = ("What", "Where", "How often it moves", "Caveats")
_LONGEST: Final = 160
COLUMNS: Final = ("source", "address", "asked", "key, such as", "a healthy copy", "last recorded copy")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One row: a source or reader, every cell of it filled."""

    module: str
    cells: tuple[str, ...]


def entries() -> list[Entry]:
    return [*_lists(), *_documents()]


def told(module: ModuleType) -> dict[str, str]:
    """What a module's docstring says under each of ``TOLD``, on one line each."""
    text = module.__doc__ or ""
    parts = re.split(rf"^- ({'|'.join(TOLD)}):", text, flags=re.MULTILINE)
    return {name: " ".join(words.split()) for name, words in zip(parts[1::2], parts[2::2], strict=True)}


def catalogue() -> str:
    """The whole part between the two marks."""
    found = entries()
    modules = dict.fromkeys(entry.module for entry in found)
    return "".join(_section(sys.modules[name], [one for one in found if one.module == name]) for name in modules)


def _section(module: ModuleType, found: Sequence[Entry]) -> str:
    title = (module.__doc__ or "").partition("\n\n")[0]
    lines = [f"### {' '.join(title.split()).rstrip('.')}", ""]
    lines += [f"- **{name}:** {_cell(words)}" for name, words in told(module).items()]
    lines += ["", _row(COLUMNS), "|---|---|---|---|---|---|"]
    lines += [_row(entry.cells) for entry in found]
    return "\n".join(lines) + "\n\n"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _lists() -> Iterator[Entry]:
    for source_id, entry in SOURCES.items():
        source, last = entry.source, copies(str(source_id))[-1]
        read = read_copy(last)
        where = " or ".join(dict.fromkeys(_code(_short(route.url)) for route in source.routes))
        name = f"`{source_id}`: {_cell(source.name)}"
        cells = (
            name,
            _code(where),
            _every(source.every),
            _key(read),
            contract_words(source.contract),
            _last(last, read),
        )
        yield Entry(module=entry.extract.__module__, cells=cells)


def _documents() -> Iterator[Entry]:
    for name in READERS:
        last = document_copies(name)[-1]
        read = read_document(last)
        cells = (
            f"`{name}`",
            "as its list names it",
            "with its list",
            _key(read),
            "as its list asks",
            _last(last, read),
        )
        yield Entry(module=reader_of(name).extract.__module__, cells=cells)


def contract_words(contract: Contract) -> str:
    """The promises of a contract that are set, in words."""
    said = [
        f"comes as {' or '.join(_code(one) for one in contract.media_types)}" if contract.media_types else "",
        f"from an address like {_code(contract.final_url)}" if contract.final_url else "",
        f"titled “{_cell(contract.title)}”" if contract.title else "",
        f"has the columns {', '.join(map(_code, contract.columns))}" if contract.columns else "",
        f"holds {', '.join(map(_code, contract.sentinels))}" if contract.sentinels else "",
        f"at least {count(contract.min_items, 'item')}" if contract.min_items else "",
        f"loses at most {contract.max_shrink:.0%} at once" if contract.max_shrink < 1 else "",
        f"keys like {_code(contract.key_pattern)}" if contract.key_pattern else "",
        "may be empty" if contract.allow_empty else "",
        f"has something newer within {contract.fresh_within.days} days" if contract.fresh_within else "",
    ]
    return "; ".join(filter(None, said))


def _key(read: Snapshot) -> str:
    if read.records:
        return _code(str(read.records[-1].key))
    return "a passage's own words under its headings" if read.passages else ""


def _last(copy: Path, read: Snapshot) -> str:
    return f"{_code(f'tests/recorded/{copy.parent.name}/{copy.name}')}, {count(read.size, 'item')}"


def _short(url: str) -> str:
    return url if len(url) <= _LONGEST else f"{url[:_LONGEST]}…"


def _every(span: timedelta) -> str:
    if span.days:
        return "daily" if span.days == 1 else f"every {span.days} days"
    return f"every {span.total_seconds() / 3600:.0f} h"


def _code(text: str) -> str:
    return f"`{_cell(text)}`"


def _cell(text: str) -> str:
    """One line; double backquotes, as docstrings have them, as single ones."""
    return " ".join(text.split()).replace("``", "`").replace("|", "\\|")
