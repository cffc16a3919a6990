"""Quality, speed and peak memory of the loaders for each format; see docs/formats.md.

    python -m benchmarks.formats

Articles whose text is known are typeset as PDF in three layouts, with running heads, page numbers and words hyphenated at line ends, and
extracted again: F1 of word 4-grams, and the share of sentences found verbatim, compared with other extractors that are installed.
Then the same text in every format: megabytes of text and pages per second of CPU time, and the peak memory of the process.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from benchmarks.datasets import DATA
from embeddings.errors import SourceError
from embeddings.evaluate.squad import squad
from embeddings.loaders.formats import Format
from embeddings.loaders.pdf import load_pdf
from embeddings.sentences import split_sentences
from tests.makers import epub, odt, word

Extractor = Callable[[bytes], str]

WIDTH, HEIGHT = A4
FONT, SIZE, LEADING = "Times-Roman", 10, 12
#: By layout, the left edge and width of each column, and whether lines are written row by row across the columns.
LAYOUTS = {
    "one column": ([(72.0, 450.0)], False),
    "two columns": ([(60.0, 228.0), (308.0, 228.0)], False),
    "two columns, by rows": ([(60.0, 228.0), (308.0, 228.0)], True),
}
_ARTICLES, _CHARACTERS = 20, 12_000
_WORDS = re.compile(r"\w+")


def main() -> None:
    texts = [re.sub(r"[^\x20-\x7e\n\xa0-\xff]", "", text)[:_CHARACTERS] for text in _texts()]
    _quality(texts)
    _speed(texts)


def _texts() -> list[str]:
    articles = list(squad(DATA / "squad2" / "squad2_dev.json"))[:_ARTICLES]
    return ["\n\n".join(paragraph.context for paragraph in article.paragraphs) for article in articles]


def _quality(texts: Sequence[str]) -> None:
    print(
        f"{'':<24}"
        + "".join(f"{layout:>26}" for layout in LAYOUTS)
        + f"{'pages/s':>10}\n{'':<24}"
        + f"{'F1   sentences':>26}" * 3
    )
    made = {layout: [typeset(text, layout) for text in texts] for layout in LAYOUTS}
    pages = sum(len(re.findall(rb"/Type /Page\b", data)) for files in made.values() for data in files)
    for name, extract in _extractors().items():
        row, started = "", _cpu()
        got = {layout: [extract(data) for data in files] for layout, files in made.items()}
        seconds = _cpu() - started
        for outputs in got.values():
            f1 = sum(map(_f1, texts, outputs)) / len(texts)
            whole = sum(map(_whole, texts, outputs)) / len(texts)
            row += f"{f1:>14.3f}{whole:>12.3f}"
        print(f"{name:<24}{row}{pages / seconds:>10.1f}")


def _cpu() -> float:
    """CPU seconds of this process and its children so far; unlike wall-clock time, they hardly depend on the machine's load."""
    return sum(os.times()[:4])


def typeset(text: str, layout: str) -> bytes:
    """A PDF of a text: ragged right, with hyphenated words, running heads and page numbers."""
    columns, by_rows = LAYOUTS[layout]
    lines = [line for paragraph in text.split("\n\n") for line in [*_broken(paragraph, columns[0][1]), ""]]
    file = BytesIO()
    canvas = Canvas(file, pagesize=A4)
    rows = int((HEIGHT - 160) / LEADING)
    number = 0
    while lines:
        number += 1
        canvas.setFont(FONT, 8)
        canvas.drawString(60, HEIGHT - 40, "The Journal of Things That Are Known, vol. 7")
        canvas.drawCentredString(WIDTH / 2, 36, str(number))
        canvas.setFont(FONT, SIZE)
        placed = []
        for column, (left, _) in enumerate(columns):
            placed += [(row, column, left, line) for row, line in enumerate(lines[:rows])]
            lines = lines[rows:]
        for row, _, left, line in sorted(placed) if by_rows else placed:
            canvas.drawString(left, HEIGHT - 80 - row * LEADING, line)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def _broken(paragraph: str, width: float) -> list[str]:
    """The lines of a paragraph; a long word that does not fit is hyphenated."""
    lines, line = [], ""
    for word_ in paragraph.split():
        longer = f"{line} {word_}".strip()
        if stringWidth(longer, FONT, SIZE) <= width:
            line = longer
            continue
        head = next(
            (
                word_[:at]
                for at in range(len(word_) - 3, 3, -1)
                if word_.isalpha() and word_.islower() and stringWidth(f"{line} {word_[:at]}-", FONT, SIZE) <= width
            ),
            "",
        )
        lines.append(f"{line} {head}-" if head else line)
        line = word_[len(head) :]
    return [*lines, line]


def _extractors() -> dict[str, Extractor]:
    found: dict[str, Extractor] = {
        "Pullquote": lambda data: load_pdf(data, source="a.pdf").text,
        "pypdfium2": _pypdfium2,
    }
    try:
        from pdfminer.high_level import extract_text

        found["pdfminer.six"] = lambda data: str(extract_text(BytesIO(data)))
    except ImportError:
        print("pdfminer.six is not installed")
    try:
        from pypdf import PdfReader

        found["pypdf"] = lambda data: "\n".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages)
    except ImportError:
        print("pypdf is not installed")
    if shutil.which("pdftotext"):
        found["pdftotext (poppler)"] = lambda data: subprocess.run(
            ["pdftotext", "-q", "-", "-"], input=data, capture_output=True, check=True
        ).stdout.decode()
    return found


def _pypdfium2(data: bytes) -> str:
    import pypdfium2

    with pypdfium2.PdfDocument(data) as file:
        return "\n".join(page.get_textpage().get_text_range() for page in file)


def _f1(truth: str, got: str) -> float:
    expected, found = (_runs(text) for text in (truth, got))
    return 2 * (expected & found).total() / (expected.total() + found.total())


def _runs(text: str) -> Counter[tuple[str, ...]]:
    words = _WORDS.findall(text)
    return Counter(zip(words, words[1:], words[2:], words[3:], strict=False))


def _whole(truth: str, got: str) -> float:
    """The share of sentences that are in the output, up to white space."""
    spaced = " ".join(got.split())
    sentences = [" ".join(span.of(part).split()) for part in truth.split("\n\n") for span in split_sentences(part)]
    return sum(sentence in spaced for sentence in sentences) / len(sentences)


def _speed(texts: Sequence[str]) -> None:
    paragraphs = [part for text in texts for part in text.split("\n\n")] * 4
    text = "\n\n".join(paragraphs)
    html = "".join(f"<p>{part}</p>" for part in paragraphs)
    body = "".join(f"<text:p>{part.replace('&', '&amp;').replace('<', '&lt;')}</text:p>" for part in paragraphs)
    files = {
        Format.PLAIN: text.encode(),
        Format.MARKDOWN: text.encode(),
        Format.HTML: f"<!doctype html><body><article>{html}</article>".encode(),
        Format.CSV: "\n".join(f'"{part.replace(chr(34), "")}",1' for part in paragraphs).encode(),
        Format.SUBTITLES: "\n\n".join(f"1\n00:00:01,000 --> 00:00:02,000\n{part}" for part in paragraphs).encode(),
        Format.MAIL: b"From: a\nSubject: b\n\n" + text.encode(),
        Format.DOCX: word(*paragraphs),
        Format.ODT: odt(body),
        Format.EPUB: epub(*(html[at : at + 50_000] for at in range(0, len(html), 50_000))),
        Format.PDF: typeset(text, "two columns"),
    }
    pages = len(re.findall(rb"/Type /Page\b", files[Format.PDF]))
    print(
        f"\n{len(text) / 1e6:.1f} million characters{'':<6}{'file, MB':>10}{'text, MB/s':>12}{'peak, MB':>10}  (each in a new process)"
    )
    with tempfile.TemporaryDirectory() as folder:
        for form, data in files.items():
            path = Path(folder, "file")
            path.write_bytes(data)
            seconds, peak = _measured(form, path)
            also = f"  {pages / seconds:.1f} pages/s of {pages}" if form is Format.PDF else ""
            print(f"{form:<29}{len(data) / 1e6:>10.2f}{len(text) / 1e6 / seconds:>12.1f}{peak / 1e6:>10.0f}{also}")


def _measured(form: Format, path: Path) -> tuple[float, float]:
    """CPU seconds of parsing, and peak memory of its process in bytes, libraries included."""
    script = (
        "import sys, time\nfrom pathlib import Path\nfrom embeddings.loaders.formats import Format\n"
        "from embeddings.loaders.parse import parse\n"
        f"data = Path({str(path)!r}).read_bytes()\nstarted = time.process_time()\n"
        f"parse(data, Format({str(form)!r}), source='a')\n"
        "seconds = time.process_time() - started\n"
        "peak = next(line for line in open('/proc/self/status') if line.startswith('VmHWM'))\n"
        "print(seconds, int(peak.split()[1]) * 1024)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SourceError(form, done.stderr)
    seconds, peak = map(float, done.stdout.split())
    return seconds, peak


if __name__ == "__main__":
    main()
