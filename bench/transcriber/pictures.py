"""The two pictures of docs/recognition.md as SVG: errors by condition, and what the confidence is worth."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import escape

from bench.transcriber.accuracy import Tally

OURS, STOCK, INK = "#1f6f8b", "#c9b38c", "#222222"
ROW, LEFT, WIDTH, TOP = 34, 190, 420, 40
LEAST_SYLLABLES = 20  # in a tenth: fewer say nothing
Pairs = Mapping[str, tuple[Tally, Tally]]


def draw_conditions(pairs: Pairs, path: Path) -> None:
    """Two bars for each condition: ours and stock's toneless pinyin error in per cent."""
    shares = {name: [100 * (tally.pinyin_error or 0.0) for tally in pair] for name, pair in pairs.items()}
    most = max(value for pair in shares.values() for value in pair) or 1.0
    parts = [_text(LEFT, 22, "toneless pinyin error, %: ours (dark), vosk-transcriber (light)")]
    for row, (name, pair) in enumerate(shares.items()):
        top = TOP + row * ROW
        parts.append(_text(LEFT - 8, top + 18, name, anchor="end"))
        for place, (share, colour) in enumerate(zip(pair, (OURS, STOCK), strict=True)):
            parts.append(_bar(LEFT, top + 13 * place, WIDTH * share / most, 12, colour))
            parts.append(
                _text(LEFT + WIDTH * share / most + 5, top + 13 * place + 10, f"{share:.1f}", size=11)
            )
    path.write_text(_svg(LEFT + WIDTH + 60, TOP + len(shares) * ROW + 10, parts), encoding="utf-8")


def draw_reliability(tally: Tally, path: Path) -> None:
    """For each tenth of confidence the share of syllables that are wrong, and how many there are."""
    parts = [_text(60, 22, "wrong syllables by the recogniser's confidence, %")]
    for tenth in range(10):
        wrong, all_of = tally.wrong_at(tenth)
        left = 60 + tenth * 54
        parts.append(_text(left + 24, 278, f"{tenth / 10:.1f}", anchor="middle"))
        parts.append(_text(left + 24, 294, f"n {all_of}", anchor="middle", size=10))
        if all_of >= LEAST_SYLLABLES:
            share = wrong / all_of
            parts.append(_bar(left, 260 - 200 * share, 48, 200 * share, OURS, upright=True))
            parts.append(_text(left + 24, 254 - 200 * share, f"{100 * share:.0f}", anchor="middle", size=11))
    parts.append(f'<line x1="56" y1="260" x2="604" y2="260" stroke="{INK}"/>')
    path.write_text(_svg(620, 306, parts), encoding="utf-8")


def _bar(left: float, top: float, width: float, height: float, colour: str, *, upright: bool = False) -> str:
    least = (width, max(height, 1.0)) if upright else (max(width, 1.0), height)
    return (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{least[0]:.1f}" height="{least[1]:.1f}" fill="{colour}"/>'
    )


def _text(left: float, base: float, text: str, *, anchor: str = "start", size: int = 13) -> str:
    return (
        f'<text x="{left:.1f}" y="{base:.1f}" text-anchor="{anchor}" font-size="{size}">{escape(text)}</text>'
    )


def _svg(width: int, height: int, parts: list[str]) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'font-family="sans-serif" fill="{INK}">\n<rect width="100%" height="100%" fill="white"/>\n'
    )
    return head + "\n".join(parts) + "\n</svg>\n"
