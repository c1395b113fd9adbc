from pathlib import Path

import pytest

from monitor.config import find_config, read_environment
from monitor.model.errors import ConfigError
from tests.config.samples import HEALTHY, load


def test_the_option_wins_over_the_variable_and_the_variable_over_the_folder() -> None:
    env = {"CMAA_CONFIG": "/etc/cmaa/sources.yaml"}
    assert find_config("mine.yaml", env) == Path("mine.yaml")
    assert find_config(None, env) == Path("/etc/cmaa/sources.yaml")
    assert find_config(None, {}) == Path("sources.yaml")


def test_the_environment_is_a_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CMAA_CONFIG", "one")
    taken = read_environment()
    monkeypatch.setenv("CMAA_CONFIG", "two")
    assert taken["CMAA_CONFIG"] == "one"


def test_a_secret_comes_from_its_file_then_its_variable_then_the_credentials(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from a file\n")
    (tmp_path / "HOOK").write_text("from the credentials\n")
    env = {"HOOK_FILE": str(tmp_path / "secret"), "HOOK": "from a variable", "CREDENTIALS_DIRECTORY": str(tmp_path)}
    assert load(tmp_path, HEALTHY, env).secret("HOOK") == "from a file"
    del env["HOOK_FILE"]
    assert load(tmp_path, HEALTHY, env).secret("HOOK") == "from a variable"
    del env["HOOK"]
    assert load(tmp_path, HEALTHY, env).secret("HOOK") == "from the credentials"
    assert load(tmp_path, HEALTHY, {"HOOK": " "}).secret("HOOK") is None


def test_a_secret_file_that_cannot_be_read_says_so_without_its_content(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="mend the file or the variable HOOK_FILE"):
        load(tmp_path, HEALTHY, {"HOOK_FILE": str(tmp_path / "gone")}).secret("HOOK")


def test_a_credential_that_cannot_be_read_names_the_unit_and_one_that_is_missing_is_no_secret(tmp_path: Path) -> None:
    (tmp_path / "HOOK").write_bytes(b"\xff")
    config = load(tmp_path, HEALTHY, {"CREDENTIALS_DIRECTORY": str(tmp_path)})
    with pytest.raises(ConfigError, match="mend LoadCredential="):
        config.secret("HOOK")
    assert config.secret("OTHER") is None


def test_settings_never_show_a_secret_when_printed(tmp_path: Path) -> None:
    assert "marker-4711" not in repr(load(tmp_path, HEALTHY, {"HOOK": "marker-4711"}))
