"""What pywb replays of a collection, for tests; run by the Python of .venv-interop in the folder
that `wb-manager` made the collection in:

    python interop_replay.py COLLECTION TIMESTAMP/URL…

Prints a JSON list: of each address the status, the time of the capture and the body as archived.
"""

from __future__ import annotations

import json
import sys

from pywb.apps.frontendapp import FrontEndApp
from werkzeug.test import Client


def main(collection: str, addresses: list[str]) -> None:
    client = Client(FrontEndApp())
    replayed = []
    for address in addresses:
        time, _, url = address.partition("/")
        answer = client.get(f"/{collection}/{time}id_/{url}")
        replayed.append(
            {
                "status": answer.status_code,
                "captured": answer.headers.get("Memento-Datetime"),
                "body": answer.get_data().decode("utf-8", "replace"),
            }
        )
    print(json.dumps(replayed))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
