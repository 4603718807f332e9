"""Files of each type made of a page of HTML by the programs that offices use: a browser prints PDF,
LibreOffice writes the rest. For building golden files; reading them needs neither."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

FILTERS = {
    "pdf": "writer_pdf_Export",
    "docx": "MS Word 2007 XML",
    "doc": "MS Word 97",
    "rtf": "Rich Text Format",
    "xlsx": "Calc MS Excel 2007 XML",
    "xls": "MS Excel 97",
}


def print_pdf(page: str, **options: Any) -> bytes:
    """The page as a browser prints it on A4; ``options`` are those of Playwright's ``pdf``."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path)
        sheet = browser.new_page()
        sheet.set_content(page)
        body = sheet.pdf(format="A4", prefer_css_page_size=True, **options)
        browser.close()
    return body


def convert(page: str, ending: str) -> bytes:
    """The page as LibreOffice saves it in the file type with this ending."""
    reader = "StarCalc" if ending in ("xls", "xlsx") else "StarWriter"
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "made.html"
        source.write_text(page, "utf-8")
        command = ["soffice", f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}"]
        command += ["--headless", f"--infilter=HTML ({reader})"]
        command += ["--convert-to", f"{ending}:{FILTERS[ending]}", "--outdir", folder, str(source)]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        return source.with_suffix(f".{ending}").read_bytes()
