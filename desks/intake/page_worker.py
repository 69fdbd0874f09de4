"""The process that opens strangers' files: `count PATH KIND` or `page PATH KIND NUMBER`.

It answers on standard output: a number, one word of `Problem`, or a PNG. `desks.intake.viewing` starts it.
"""

from __future__ import annotations

import io
import resource
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pypdfium2
from PIL import Image, ImageSequence, UnidentifiedImageError

from desks.intake.kinds import FileKind, Problem

MOST_MEMORY_BYTES: Final = 768 * 1024 * 1024
MOST_CPU_S: Final = 15
MOST_PIXELS: Final = 40_000_000  # of a page: A4 at 600 dpi has 35 million
WIDTH_PX: Final = 1200  # of what is shown
TALLEST_PX: Final = 4 * WIDTH_PX
_PASSWORD: Final = "password"  # noqa: S105 - what pdfium says in its error


def main(words: list[str]) -> int:
    """Do what the words say; 0 where there is an answer."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_BYTES, MOST_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_S, MOST_CPU_S))
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    task, path, kind = words[0], Path(words[1]), FileKind(words[2])
    work = _pdf if kind is FileKind.PDF else _picture
    number = int(words[3]) if task == "page" else None
    sys.stdout.buffer.write(_answer(lambda: work(path, number)))
    return 0


def _answer(work: Callable[[], bytes]) -> bytes:
    try:
        return work()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError):
        return Problem.HUGE.encode()
    except pypdfium2.PdfiumError as error:
        told = Problem.ENCRYPTED if _PASSWORD in str(error).lower() else Problem.BROKEN
        return told.encode()
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        EOFError,
        KeyError,
        TypeError,
        IndexError,
    ):
        return Problem.BROKEN.encode()


def _picture(path: Path, number: int | None) -> bytes:
    """Of TIFF, PNG and JPEG: the pages are counted by looking at each, so that a broken one is found."""
    with Image.open(path) as image:
        if number is None:
            pages = 0
            for frame in ImageSequence.Iterator(image):
                if frame.width * frame.height > MOST_PIXELS:
                    raise Image.DecompressionBombError
                if pages == 0:
                    frame.load()
                pages += 1
            return str(pages).encode()
        image.seek(number - 1)
        return _png(image)


def _pdf(path: Path, number: int | None) -> bytes:
    with pypdfium2.PdfDocument(path) as document:
        if number is None:
            return str(len(document)).encode()
        page = document[number - 1]
        scale = WIDTH_PX / max(page.get_width(), 1)
        if page.get_width() * page.get_height() * scale * scale > MOST_PIXELS:
            raise Image.DecompressionBombError
        return _png(page.render(scale=scale).to_pil())


def _png(image: Image.Image) -> bytes:
    """Faxes have pixels that are higher than wide: they are shown as they lay on the paper."""
    shown = image.convert("L" if image.mode in {"1", "L", "I;16", "P"} else "RGB")
    across, down = image.info.get("dpi", (1, 1))
    width = min(WIDTH_PX, shown.width)
    height = round(shown.height * width / shown.width * _ratio(across, down))
    fitted = shown.resize((width, max(1, min(height, TALLEST_PX))))
    sink = io.BytesIO()
    fitted.save(sink, "PNG")
    return sink.getvalue()


def _ratio(across: float, down: float) -> float:
    ratio = float(across) / float(down) if down else 1.0
    return ratio if 0.25 <= ratio <= 4 else 1.0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
