"""All messages of RFC 4475."""

from __future__ import annotations

from tests.torture.invalid import BROKEN
from tests.torture.message import Torture
from tests.torture.upper import UPPER
from tests.torture.valid import VALID

MESSAGES: tuple[Torture, ...] = (*VALID, *BROKEN, *UPPER)
