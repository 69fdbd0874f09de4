"""Files as faxes bring them, and as nobody should."""

from __future__ import annotations

import io
import struct
import zlib

import pypdfium2
from PIL import Image, ImageDraw


def tiff(pages: int = 3) -> bytes:
    """A fax: 1728 dots across, twice as fine across as down, CCITT group 4."""
    sheets = [_sheet(number) for number in range(1, pages + 1)]
    sink = io.BytesIO()
    sheets[0].save(sink, "TIFF", save_all=True, append_images=sheets[1:], compression="group4", dpi=(204, 98))
    return sink.getvalue()


def pdf(pages: int = 2) -> bytes:
    """Empty pages of A4."""
    document, sink = pypdfium2.PdfDocument.new(), io.BytesIO()
    for _ in range(pages):
        document.new_page(595, 842)
    document.save(sink)
    return sink.getvalue()


def locked_pdf() -> bytes:
    """One that asks for a password."""
    lock = f"<< /Filter /Standard /V 1 /R 2 /O <{'41' * 32}> /U <{'42' * 32}> /P -4 >>"
    parts = [
        "1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n",
        "2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n",
        f"3 0 obj\n{lock}\nendobj\n",
    ]
    text, places = "%PDF-1.4\n", []
    for part in parts:
        places.append(len(text))
        text += part
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    trailer = f"trailer\n<< /Size 4 /Root 1 0 R /Encrypt 3 0 R /ID [<{'43' * 16}> <{'43' * 16}>] >>\n"
    return f"{text}xref\n0 4\n0000000000 65535 f \n{table}{trailer}startxref\n{len(text)}\n%%EOF\n".encode()


def bomb() -> bytes:
    """A picture of 2.5 thousand million pixels in a few bytes."""
    head = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 100)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _sheet(number: int) -> Image.Image:
    sheet = Image.new("1", (1728, 1100), 1)
    ImageDraw.Draw(sheet).text((200, 200), f"PAGE {number}", fill=0)
    return sheet
