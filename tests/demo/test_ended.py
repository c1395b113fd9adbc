"""What the commands say beside a demo whose server has ended."""

import pytest

from monitor.cli.main import run
from monitor.demo.ended import has_ended
from monitor.demo.site import open_port
from tests.demo.conftest import Played

MARK = "DEMO - INVENTED EVENTS"


def test_a_server_has_ended_once_it_takes_no_connection() -> None:
    with open_port() as server:
        origins = [f"{server.base_url}/www.fda.gov", f"{server.base_url}/www.cms.gov"]
        assert not has_ended(origins)
    assert has_ended(origins)


def test_a_check_after_the_end_is_refused_and_leaves_the_record_alone(
    played: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = ["--config", str(played.folder / "sources.yaml")]

    def checks() -> str:
        assert run([*settings, "checks", "--since", "90d"]) == 0
        return capsys.readouterr().out

    before = checks()
    assert run([*settings, "check"]) == 2
    assert "The demo has ended" in capsys.readouterr().err
    assert checks() == before


@pytest.mark.parametrize(
    ("words", "code"),
    [(("doctor", "--offline"), 0), (("sources", "list"), 0), (("sources", "test", "cms.lcds"), 3)],
)
def test_commands_that_also_work_without_a_database_carry_the_mark(
    played: Played, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], code: int
) -> None:
    assert run(["--config", str(played.folder / "sources.yaml"), *words]) == code
    assert MARK in capsys.readouterr().out


@pytest.mark.parametrize("other", ["cms.articles", "ama.appendix-s"])
def test_two_documents_that_are_not_alike_are_not_compared(
    played: Played, capsys: pytest.CaptureFixture[str], other: str
) -> None:
    assert run(["--config", str(played.folder / "sources.yaml"), "compare", "cms.lcds", other]) == 2
    assert "are not alike" in capsys.readouterr().err
