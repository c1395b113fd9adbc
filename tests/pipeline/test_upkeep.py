from datetime import timedelta

from monitor.model.errors import Problem
from monitor.model.problem import BACKUPS, DISK, RECORD, RULES, BackupTried, Trouble, Verification
from monitor.pipeline.upkeep import ENOUGH_ROOM, ROOM, find_ailments
from tests.fakes import NOW


def test_a_sound_record_on_a_roomy_disk_is_no_problem() -> None:
    assert list(find_ailments(None, None, 0.5, (), NOW, ())) == []
    assert list(find_ailments(Verification(at=NOW, faults=0), BackupTried(at=NOW), ROOM, (), NOW, ())) == []


def test_a_damaged_record_is_told_with_its_first_fault() -> None:
    at = NOW - timedelta(hours=3)
    (found,) = find_ailments(Verification(at=at, faults=2, first="check 7 is missing"), None, 1.0, (), NOW, ())
    assert (found.source_id, found.trouble, found.since) == (RECORD, Trouble.DAMAGED, at)
    assert "2 faults were found: check 7 is missing" in found.reason


def test_a_disk_that_hovers_about_the_limit_is_one_problem() -> None:
    (found,) = find_ailments(None, None, ROOM - 0.001, (), NOW, ())
    assert (found.source_id, found.trouble) == (DISK, Trouble.FULL)
    assert list(find_ailments(None, None, ROOM + 0.001, (), NOW, {DISK})), "still open"
    assert list(find_ailments(None, None, ENOUGH_ROOM, (), NOW, {DISK})) == []


def test_a_backup_that_was_not_made_is_told_with_its_reason() -> None:
    (found,) = find_ailments(None, BackupTried(at=NOW, fault="no copy there (No space left)."), 1.0, (), NOW, ())
    assert (found.source_id, found.trouble, found.since) == (BACKUPS, Trouble.UNSAVED, NOW)
    assert "No space left" in found.reason


def test_faulty_rule_files_are_one_problem_that_names_the_first_fault() -> None:
    faults = [Problem(file="terms.yaml", line=n, column=1, where="terms[0]", what="unknown key") for n in (7, 9, 11)]
    (found,) = find_ailments(None, None, 1.0, faults, NOW, ())
    assert (found.source_id, found.trouble, found.since) == (RULES, Trouble.UNSOUND, NOW)
    assert "terms.yaml:7:1: terms[0]: unknown key (and 2 more faults)" in found.reason
