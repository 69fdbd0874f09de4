"""English text as the phonemes that Kokoro was trained with.

Debian's espeak-ng writes the words in IPA; the voice has letters of its own for some sounds.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable

from ledger.errors import MissingAsset

PROGRAM = "espeak-ng"
_CLAUSE = re.compile(r"(?:[^,;:.!?]|\.(?=\w))+|[,;:.!?]+")  # a point within a word (a.m.) ends no clause
_TIE = "^"  # between the letters of one sound
# In this order: what espeak-ng 1.51 writes for American English, and the voice's letters for it
_LETTERS = (
    ("a^ɪ", "I"),
    ("a^ʊ", "W"),
    ("e^ɪ", "A"),
    ("o^ʊ", "O"),
    ("ɔ^ɪ", "Y"),
    ("d^ʒ", "ʤ"),
    ("t^ʃ", "ʧ"),
    ("ə^l", "ᵊl"),
    ("ɜːɹ", "ɜɹ"),
    ("ɜː", "ɜɹ"),
    ("ɪə", "iə"),
    ("ɚɹ", "əɹ"),
    ("ɚ", "əɹ"),
    ("ɐ", "ə"),
    ("ɾ", "T"),
    ("ʔ", "t"),
    ("r", "ɹ"),
    ("x", "k"),
    ("o", "ɔ"),
    ("e", "A"),
    ("ː", ""),
    ("n\u0329", "ᵊn"),
    (_TIE, ""),
)


def english_phonemizer() -> Callable[[str], str]:
    """Text to phonemes, its punctuation kept for the pauses. Raises MissingAsset without espeak-ng."""
    program = shutil.which(PROGRAM)
    if program is None:
        raise MissingAsset(f"rendering English needs {PROGRAM}: run `apt-get install {PROGRAM}`")
    return lambda text: "".join(_clause(program, clause) for clause in _CLAUSE.findall(text))


def _clause(program: str, clause: str) -> str:
    if not re.search(r"\w", clause):
        return f"{clause.strip()} "
    command = [program, "-q", "--ipa", f"--tie={_TIE}", "-v", "en-us", "--stdin"]
    done = subprocess.run(command, input=clause, capture_output=True, text=True, check=True)
    return voice_letters(" ".join(done.stdout.split()))


def voice_letters(ipa: str) -> str:
    """IPA as espeak-ng writes it, in the letters of the voice."""
    for ours, voices in _LETTERS:
        ipa = ipa.replace(ours, voices)
    return ipa
