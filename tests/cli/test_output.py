import json

import pytest

from monitor.cli.output import write_json

TURNED = "invoice\u202excod.exe\u2066 \u200b\x9b31m \U000e0041 \u2028"


def test_json_holds_a_page_s_invisible_signs_but_never_shows_them_to_a_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write_json("demo.v1", {"title": TURNED, "fine": "Überscan™ “AI” 診断"})
    out = capsys.readouterr().out
    assert json.loads(out) == {"schema": "demo.v1", "title": TURNED, "fine": "Überscan™ “AI” 診断"}
    assert "Überscan™ “AI” 診断" in out
    assert not set(TURNED) & set(out) - set(TURNED.encode("ascii", "ignore").decode())
