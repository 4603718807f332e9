"""What every test shares: no network but loopback, and an archive of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import loopback_only
import pytest

loopback_only.enforce()
os.environ["PYTHONPATH"] = str(Path(loopback_only.__file__).parent)

# Same examples on every run: a failure in CI is one that can be repeated. `--hypothesis-profile
# search` looks further.
hypothesis.settings.register_profile(
    "ci", deadline=None, max_examples=50, derandomize=True, database=None
)
hypothesis.settings.register_profile("search", deadline=None, max_examples=2000)
hypothesis.settings.load_profile("ci")


@pytest.fixture(autouse=True)
def _loopback_only() -> Iterator[None]:
    """Fails a test that reached for the network, even where its code swallowed the error."""
    loopback_only.refused.clear()
    yield
    assert not loopback_only.refused, "; ".join(loopback_only.refused)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The folder of an archive that does not exist yet."""
    return tmp_path / "archive"
