"""What every call-back says besides its campaign's own prompts, by the prompts' ids."""

from __future__ import annotations

from typing import Final

from desks.campaigns.states import Mode

NOTICE: Final = "outbound-notice"  # who calls, and that it is recorded
WRONG, SILENT, THANKS, BARRED = "wrong-key", "no-key", "outbound-thanks", "outbound-barred"
WAIT, NOBODY = "outbound-wait", "outbound-nobody"
SAID: Final = {
    Mode.MACHINE: frozenset({NOTICE, WRONG, SILENT, THANKS, BARRED}),
    Mode.PROGRESSIVE: frozenset({NOTICE, WAIT, NOBODY}),
}
