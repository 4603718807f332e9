"""``gongkai rebuild``, killed at the first call of a function as by a power failure:

python killed_rebuild.py pipelines.database.rebuild.sync --home HOME
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
from typing import Any

from crawler.cli import main


def kill(*_arguments: Any, **_options: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    module, _, function = sys.argv[1].rpartition(".")
    setattr(importlib.import_module(module), function, kill)
    main(["rebuild", *sys.argv[2:]], prog_name="gongkai")
