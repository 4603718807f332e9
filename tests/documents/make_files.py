"""Makes tests/documents/files/ anew: the made-up report as a file of each type that LibreOffice
writes, and as OFD. Run by hand: ``python tests/documents/make_files.py``. All of it is synthetic.

The tests read what is kept there, so that they need no LibreOffice and see the same bytes anywhere.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent.parent)]

import made_ofd  # noqa: E402
import made_report  # noqa: E402

FILES = HERE / "files"
TEXT, CALC = "HTML (StarWriter)", "HTML (StarCalc)"
# Moves the page breaks to the middle of a row, and of the cell of a group of rows.
CUT = "h1{margin-top:28mm}"
# As some PDF printers leave them: the radicals that look like these characters.
KANGXI = str.maketrans("行文工人", "⾏⽂⼯⼈")


def convert(page: str, name: str, kind: str, infilter: str = TEXT) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "made.html"
        source.write_text(page, "utf-8")
        suffix = name.rpartition(".")[2]
        command = ["soffice", f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}"]
        command += ["--headless", f"--infilter={infilter}", "--convert-to", f"{suffix}:{kind}"]
        subprocess.run(
            [*command, "--outdir", folder, str(source)],
            check=True,
            capture_output=True,
            timeout=120,
        )
        return source.with_suffix(f".{suffix}").read_bytes()


def main() -> None:
    FILES.mkdir(exist_ok=True)
    page = made_report.html()
    pdf = convert(page, "report.pdf", "writer_pdf_Export")
    made = {
        "report.pdf": pdf,
        "cut.pdf": convert(made_report.html(style=CUT), "cut.pdf", "writer_pdf_Export"),
        "kangxi.pdf": convert(page.translate(KANGXI), "kangxi.pdf", "writer_pdf_Export"),
        "report.docx": convert(page, "report.docx", "MS Word 2007 XML"),
        "report.doc": convert(page, "report.doc", "MS Word 97"),
        "report.rtf": convert(page, "report.rtf", "Rich Text Format"),
        "report.xlsx": convert(page, "report.xlsx", "Calc MS Excel 2007 XML", CALC),
        "report.xls": convert(page, "report.xls", "MS Excel 97", CALC),
        "report.ofd": made_ofd.from_pdf(pdf),
    }
    for name, body in made.items():
        (FILES / name).write_bytes(body)
        print(name, len(body))


if __name__ == "__main__":
    main()
