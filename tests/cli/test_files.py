from pathlib import Path

import pytest

from monitor.app import open_house
from monitor.cli.files import first_bytes, saved_copy, write_file
from monitor.model.errors import UsageError
from tests.e2e.desk import FDA


def test_a_saved_copy_may_be_as_large_as_a_page_and_not_a_byte_larger(tmp_path: Path) -> None:
    settings = tmp_path / "sources.yaml"
    settings.write_text(f"version: 1\nfetch: {{max_body: 2KB}}\nsources:\n{FDA}\n")
    house, copy = open_house(settings, {}), tmp_path / "page.html"
    limit = house.config.fetch.max_body_bytes
    copy.write_bytes(b"x" * limit)
    assert len(saved_copy(copy, house)) == limit
    copy.write_bytes(b"x" * (limit + 1))
    with pytest.raises(UsageError, match=rf"page.html is larger than {limit:,} bytes, .*fetch.max_body"):
        saved_copy(copy, house)


def test_no_more_than_was_asked_for_is_read(tmp_path: Path) -> None:
    (tmp_path / "long").write_bytes(b"abc")
    assert first_bytes(tmp_path / "long", 2) == b"ab"


def test_what_cannot_be_read_or_written_is_named_with_the_cause(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"absent cannot be read \(No such file or directory\); name a file"):
        first_bytes(tmp_path / "absent", 1)
    with pytest.raises(UsageError, match=r"cannot be read \(Is a directory\)"):
        first_bytes(tmp_path, 1)
    with pytest.raises(UsageError, match="name a file in a folder you may write to"):
        write_file(tmp_path / "absent" / "file", b"")
