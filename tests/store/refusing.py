"""What opening a database for writing says when it refuses."""

from pathlib import Path

import pytest

from monitor.model.errors import StoreError
from tests.store.writer import open_again


def refusal(path: Path, *, demo: bool = False, create: bool = True) -> StoreError:
    with pytest.raises(StoreError) as caught:
        open_again(path, demo=demo, create=create)
    assert str(path) in str(caught.value)
    return caught.value
