import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.cli.output import _json_line, write_json, write_table

TURNED = "invoice\u202excod.exe\u2066 \u200b\x9b31m \U000e0041 \u2028"


def test_json_holds_a_page_s_invisible_signs_but_never_shows_them_to_a_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write_json("demo.v1", {"title": TURNED, "fine": "Überscan™ “AI” 診断"})
    out = capsys.readouterr().out
    assert json.loads(out) == {"schema": "demo.v1", "title": TURNED, "fine": "Überscan™ “AI” 診断"}
    assert "Überscan™ “AI” 診断" in out
    assert not set(TURNED) & set(out) - set(TURNED.encode("ascii", "ignore").decode())


@pytest.mark.parametrize("width", [30, 60, 80, 100, 200])
def test_a_narrow_terminal_never_breaks_an_id_a_date_or_a_result(
    width: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    headline = "CMS added DEMO-L90005 v4: a long title that goes on for a while and does not end soon at all"
    row = ("CH-2026-0016", "REVIEW", "cms.proposed-lcds", "2026-11-13 07:03 EST", headline)
    write_table(("CHANGE", "TIER", "SOURCE", "FIRST SEEN", "HEADLINE"), [row, row], colourful=True)
    out = capsys.readouterr().out
    assert [out.count(cell) for cell in row[:-1]] == [2, 2, 2, 2]
    assert out.split().count("CMS") == 2


@given(st.text(st.characters(), max_size=40), st.none() | st.lists(st.text(max_size=5), max_size=3))
def test_a_line_of_json_is_that_of_the_standard_library_whichever_writer_made_it(text: str, more: object) -> None:
    body = {"text": text, "more": more}
    assert _json_line(body) in {json.dumps(body, ensure_ascii=False), json.dumps(body)}


def test_half_a_sign_is_written_as_an_escape() -> None:
    assert _json_line({"text": "é \ud83d"}) == '{"text": "\\u00e9 \\ud83d"}'
