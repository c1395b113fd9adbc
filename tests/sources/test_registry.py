"""The registry names every list without importing any."""

import subprocess
import sys
from pathlib import Path

from monitor.model.source import Kind
from monitor.sources import DEFAULTS, DOCUMENTS, RULE_TEXT, SOURCES, register_rules
from monitor.sources.kinds import KINDS


def test_each_list_stands_under_its_own_id_and_each_default_is_its_lists() -> None:
    assert [entry.source.id for entry in SOURCES.values()] == list(SOURCES)
    assert {name: entry.source for name, entry in SOURCES.items()} == dict(DEFAULTS)


def test_every_list_of_the_room_is_in_the_registry() -> None:
    folder = Path(register_rules.__file__).parent
    made = {path.stem for path in folder.glob("*.py") if "OfficialList(source" in path.read_text(encoding="utf-8")}
    named = {entry.extract.__module__.rpartition(".")[2] for entry in SOURCES.values()}
    assert made <= named


def test_every_kind_and_document_has_its_reader() -> None:
    assert all(KINDS[kind].VERSION >= 1 for kind in Kind)
    assert all(reader.version >= 1 for reader in DOCUMENTS.values())
    assert RULE_TEXT == register_rules.EXTRACTOR


def test_a_start_imports_no_list_that_it_has_no_use_for() -> None:
    code = (
        "import sys, monitor.app; from monitor.sources import DEFAULTS; list(DEFAULTS); DEFAULTS['cms.lcds'];"
        "print(*(name for name in sys.modules if name.startswith(('monitor.sources.ama', 'monitor.sources.fda'))))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
