from pathlib import Path

from msgspec.structs import replace

from monitor.channels.file import FileChannel
from monitor.model.delivery import Refused, Sent
from tests.channels.test_webhook import DELIVERY, NOW


def test_an_event_is_one_file_named_by_its_delivery(tmp_path: Path) -> None:
    folder = tmp_path / "not" / "there yet"
    assert isinstance(FileChannel().send(DELIVERY, str(folder), None, NOW), Sent)
    assert [path.name for path in folder.iterdir()] == [f"{DELIVERY.id}.json"]
    assert (folder / f"{DELIVERY.id}.json").read_bytes() == DELIVERY.payload


def test_a_repeat_replaces_the_first_copy(tmp_path: Path) -> None:
    for _ in range(2):
        assert isinstance(FileChannel().send(DELIVERY, str(tmp_path), None, NOW), Sent)
    FileChannel().send(replace(DELIVERY, id=type(DELIVERY.id)("dlv_other")), str(tmp_path), None, NOW)
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"{DELIVERY.id}.json", "dlv_other.json"]


def test_a_folder_that_is_a_file_is_refused_for_now_and_says_where(tmp_path: Path) -> None:
    in_the_way = tmp_path / "events"
    in_the_way.write_text("a file")
    outcome = FileChannel().send(DELIVERY, str(in_the_way), None, NOW)
    assert isinstance(outcome, Refused)
    assert (outcome.permanent, str(in_the_way) in outcome.reason) == (False, True)
    assert in_the_way.read_text() == "a file"
