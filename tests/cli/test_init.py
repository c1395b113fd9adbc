from pathlib import Path

from monitor.app import known_sources
from monitor.config import load_config
from tests.e2e.desk import Desk


def test_init_writes_a_copy_to_edit_that_is_valid_as_it_is(desk: Desk) -> None:
    folder = desk.folder / "my monitor"
    ran = desk.run("init", str(folder))
    written = folder / "sources.yaml"
    assert (ran.code, ran.out) == (0, f"{written}\n")
    assert f'"{written}"' in ran.err, "a path with a blank is shown so that it can be typed"
    config = load_config(written, {}, known_sources())
    assert {source.id for source in config.sources} == set(known_sources()) - {"cms.new-local"}, (
        "which is there for who asks for it"
    )
    assert config.database == folder / "data" / "monitor.db"
    assert desk.run("--config", str(written), "sources", "list").code == 0


def test_init_never_overwrites(desk: Desk) -> None:
    desk.settings.write_text("mine")
    ran = desk.run("init", str(desk.folder))
    assert (ran.code, desk.settings.read_text()) == (2, "mine")
    assert "left as it is" in ran.err or "left as it was" in ran.err


def test_init_into_a_place_that_cannot_be_made_says_so(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ran = desk.run("init", str(tmp_path / "file" / "below"))
    assert (ran.code, "choose a folder" in ran.err, "Traceback" in ran.err) == (2, True, False)
