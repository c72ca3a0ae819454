"""Turns a report's HTML into a PDF: `python -m episodes.report.pdf a4 < report.html > report.pdf`.

A process of its own, started for one report and ended with it: the library's import is slow and large,
and what it parses holds what a patient typed. It knows no settings, no database and no key. Of files it
reads our own style sheet and font alone, and nothing is ever fetched.
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

from weasyprint import CSS, HTML
from weasyprint.document import Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

STATIC = Path(__file__).resolve().parents[2] / "static"
STYLES = STATIC / "css" / "report.css"
FONT = STATIC / "vendor" / "atkinson-hyperlegible-next" / "latin-variable.woff2"
FACE = f'@font-face {{ font-family: "Atkinson Hyperlegible Next"; src: url("{FONT.as_uri()}") }}'
KINDS = {".css": "text/css", ".woff2": "font/woff2"}
PAPERS = {"a4": "A4", "letter": "letter"}
CPU_SECONDS = 60
SIZES = (8.6, 8.1, 7.6, 7.1, 6.6)  # of letters, in points
FIRST_PART_ALONE = ".paper-more { display: none }"


class Refused(FatalURLFetchingError):  # type: ignore[misc]  # the library has no types
    """Something outside our own style sheets and fonts was asked for."""


class OwnFiles(URLFetcher):  # type: ignore[misc]
    """Reads style sheets and fonts below static/ and refuses every other address.

    refused: what was refused. Inside a drawing the library goes on after an error, so it is asked for at the end.
    """

    def __init__(self) -> None:
        super().__init__(allowed_protocols={"file"}, allow_redirects=False)
        self.refused: list[str] = []

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        address = urlsplit(url)
        path = Path(unquote(address.path)).resolve()
        kind = KINDS.get(path.suffix)
        if address.scheme != "file" or address.netloc or not path.is_relative_to(STATIC) or kind is None:
            self.refused.append(address.scheme)
            raise Refused(f"{address.scheme} address refused")
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})


def pdf_of(html: str, paper: str) -> bytes:
    """Return the PDF, with tags for screen readers. paper: a4 or letter.

    The first part stands on one page: where it would not, its letters are made a little smaller.
    """
    printer = _Printer(html, paper)
    size = next((each for each in SIZES if len(printer.draw(each, FIRST_PART_ALONE).pages) == 1), SIZES[-1])
    result: bytes = printer.draw(size).write_pdf(pdf_variant="pdf/ua-1")
    if printer.fetcher.refused:
        raise Refused(f"{printer.fetcher.refused[0]} address refused")
    return result


class _Printer:
    """Lays one report out, again and again in other sizes."""

    def __init__(self, html: str, paper: str) -> None:
        self.fetcher = OwnFiles()
        self.fonts = FontConfiguration()
        self.html = HTML(string=html, url_fetcher=self.fetcher)
        page = f"@page {{ size: {PAPERS[paper]} }}"
        self.styles = [self._css(filename=str(STYLES)), self._css(string=f"{FACE} {page}")]

    def draw(self, size: float, more: str = "") -> Document:
        own = self._css(string=f".paper {{ font-size: {size}pt }} {more}")
        return self.html.render(
            stylesheets=[*self.styles, own], font_config=self.fonts, pdf_variant="pdf/ua-1"
        )

    def _css(self, **source: str) -> CSS:
        return CSS(**source, url_fetcher=self.fetcher, font_config=self.fonts)


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in PAPERS:
        sys.stderr.write("Name the paper: a4 or letter.\n")
        return 2
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    html = sys.stdin.buffer.read().decode()
    try:
        sys.stdout.buffer.write(pdf_of(html, arguments[0]))
    except Refused as refused:
        sys.stderr.write(f"{refused}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
