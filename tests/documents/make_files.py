"""Makes tests/documents/files/ anew: the made-up report as a file of each type that LibreOffice
writes, and as OFD. Run by hand: ``python tests/documents/make_files.py``. All of it is synthetic.

The tests read what is kept there, so that they need no LibreOffice and see the same bytes anywhere.
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent.parent)]

import made_ofd  # noqa: E402
import made_report  # noqa: E402

from tests.quality.printers import convert  # noqa: E402

FILES = HERE / "files"
# Moves the page breaks to the middle of a row, and of the cell of a group of rows.
CUT = "h1{margin-top:28mm}"
# As some PDF printers leave them: the radicals that look like these characters.
KANGXI = str.maketrans("行文工人", "⾏⽂⼯⼈")


def main() -> None:
    FILES.mkdir(exist_ok=True)
    page = made_report.html()
    pdf = convert(page, "pdf")
    made = {
        "report.pdf": pdf,
        "cut.pdf": convert(made_report.html(style=CUT), "pdf"),
        "kangxi.pdf": convert(page.translate(KANGXI), "pdf"),
        "report.docx": convert(page, "docx"),
        "report.doc": convert(page, "doc"),
        "report.rtf": convert(page, "rtf"),
        "report.xlsx": convert(page, "xlsx"),
        "report.xls": convert(page, "xls"),
        "report.ofd": made_ofd.from_pdf(pdf),
    }
    for name, body in made.items():
        (FILES / name).write_bytes(body)
        print(name, len(body))


if __name__ == "__main__":
    main()
