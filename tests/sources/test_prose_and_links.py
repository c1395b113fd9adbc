"""The AMA's pages and the newsroom: what rolls on every visit is no difference."""

from tests.sources.copies import by_key, copies, read, read_copy


def test_noise_around_the_text_of_appendix_s_changes_nothing() -> None:
    copy = copies("ama.appendix-s")[0]
    body = copy.read_bytes()
    noisy = (
        body.replace(b"Updated | 5 Min Read", b"UPDATED | 3 Min Read")
        .replace(b"Join now and get a bigger discount", b"Half the dues, all the benefits")
        .replace(b"Another story", b"Yet another story")
    )
    assert noisy != body
    assert read(noisy, "ama.appendix-s", "text/html").passages == read_copy(copy).passages


def test_appendix_s_keeps_its_headings_lists_and_tables() -> None:
    passages = read_copy(copies("ama.appendix-s")[1]).passages
    texts = {passage.text for passage in passages}
    assert any(text.startswith("Autonomous:") for text in texts)
    assert any("Derived parameter" in text for text in texts)
    assert any(passage.headings[-1:] == ("Definitions",) for passage in passages)


def test_a_new_summary_is_one_more_document() -> None:
    before, after = (by_key(read_copy(copy)) for copy in copies("ama.panel-actions"))
    (added,) = after.keys() - before.keys()
    assert before.keys() <= after.keys()
    assert after[added].url == "https://www.ama-assn.org/system/files/DEMO-summary-panel-actions-may-2026.pdf"
    assert len(before) == 3


def test_the_newsrooms_odd_titles_are_plain_text() -> None:
    labels = [record.label for record in read_copy(copies("cms.newsroom")[1]).records]
    assert "DEMO: fact sheet on software as a medical service" in labels
