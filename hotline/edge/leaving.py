"""Lines that have left the ledger's list and may still let callers finish, e.g. those of a killed hotline.

Their new namesakes have taken their rows, but not their calls: requests within these must still pass.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Sequence

from ledger.lines import LineRecord
from ledger.states import LineState
from sip_config.kamailio import FINISHING_SET

LINGER_S = 32.0  # after the last call's end: so long a BYE may be sent again (RFC 3261, 64 * T1)
_ENTRY = re.compile(r"\d+ (?P<address>\S+) (?P<rest>.*duid=(?P<id>(?P<name>[^;]+)\.\d+);.*)")


class Leaving:
    """Remembers the lists that `lines_list` has made, and who left them with calls that still run."""

    def __init__(self) -> None:
        self._listed: dict[str, re.Match[str]] = {}  # by the address
        self._left: dict[str, tuple[re.Match[str], float]] = {}  # the same, and until when it is kept

    def turn(self, text: str, known: Sequence[LineRecord], running: Callable[[], Collection[str]]) -> str:
        """What to add to the list, which is `text` now, made of these lines.

        `running` tells the processes, as name:pid, that have calls which have not ended; it is asked only
        where somebody has left.
        """
        listed = {entry["address"]: entry for entry in map(_ENTRY.fullmatch, text.splitlines()) if entry}
        left = {address: entry for address, entry in self._listed.items() if address not in listed}
        left.update({a: entry for a, (entry, _) in self._left.items() if a not in listed})
        self._listed = listed
        if left:
            self._keep(
                left,
                {f"{line.name}:{line.pid}" for line in known if line.state is not LineState.DEAD},
                running(),
            )
        else:
            self._left = {}
        return "".join(f"{FINISHING_SET} {a} {entry['rest']}\n" for a, (entry, _) in self._left.items())

    def _keep(self, left: dict[str, re.Match[str]], present: set[str], running: Collection[str]) -> None:
        """Those whose namesakes of another process have calls, and for a while after the last one's end."""
        now_s = time.monotonic()
        names = {process.rpartition(":")[0] for process in running if process not in present}
        kept = {}
        for address, entry in left.items():
            _, until_s = self._left.get(address, (entry, now_s))
            until_s = now_s + LINGER_S if entry["name"] in names else until_s
            if until_s > now_s:
                kept[address] = entry, until_s
        self._left = kept
