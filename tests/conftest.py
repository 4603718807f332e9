"""What every test shares: no network but loopback, an archive of its own, a browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import loopback_only
import pytest
from playwright.sync_api import Browser, sync_playwright

loopback_only.enforce()
os.environ["PYTHONPATH"] = str(Path(loopback_only.__file__).parent)

# The same examples on every run: what fails in CI can be repeated. `--hypothesis-profile=search`
# looks further.
hypothesis.settings.register_profile(
    "ci", deadline=None, max_examples=50, derandomize=True, database=None
)
hypothesis.settings.register_profile("search", deadline=None, max_examples=2000)
hypothesis.settings.load_profile("ci")

CHROMIUM_FLAGS = [
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
"""A browser asks its maker's hosts at every start where nothing stops it."""


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


# For one module at a time: as long as Playwright's synchronous interface is open, asyncio.run()
# cannot be called in the same process.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium: the machine's own, else the one that Playwright installed."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()
