"""A number of the directory as it is written, and as it is dialled and read out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

from ledger.errors import HotlineError

LONGEST, LONGEST_EXTENSION = 15, 6  # digits (E.164 allows fifteen)
EXTENSION = "x"  # before the digits of one, where a number is read out
_SIGNS = re.compile(r"[\s()（）./·—–-]")  # that people write between digits
_DASHED = re.compile(r"(\+?(?:[0-9]+-)?[0-9]{7,})-([0-9]{1,6})")  # as the directory keeps an extension
_SHAPE = re.compile(r"(?P<digits>\+?[0-9]+)(?:(?:转|分机|ext|x|#)(?P<extension>[0-9]+))?")


class NoNumber(HotlineError):
    """It is no number that can be read out: write its digits, with 转 before those of an extension."""

    http_status = 422


@dataclass(frozen=True, kw_only=True, slots=True)
class DirectoryNumber:
    """One number, perhaps with an extension."""

    digits: str  # may begin with +
    extension: str = ""

    @classmethod
    def read(cls, text: str) -> Self:
        """From text like 0395-8573629, 6301 2345转102, 63012345-102, +86 395 8573629. Raises NoNumber."""
        told = _DASHED.fullmatch(text.strip())
        found = _SHAPE.fullmatch(_SIGNS.sub("", f"{told[1]}转{told[2]}" if told else text).lower())
        if found is None:
            raise NoNumber(f"{text!r} is no number; write digits, with 转 before those of an extension")
        digits, extension = found["digits"], found["extension"] or ""
        if len(digits.removeprefix("+")) > LONGEST or len(extension) > LONGEST_EXTENSION:
            raise NoNumber(f"{text!r} is too long; a number has {LONGEST} digits at the most")
        return cls(digits=digits, extension=extension)

    @property
    def spoken(self) -> str:
        """What `sip_config.spoken` reads as digits."""
        return f"{self.digits}{EXTENSION}{self.extension}" if self.extension else self.digits

    def __str__(self) -> str:
        return f"{self.digits}转{self.extension}" if self.extension else self.digits
