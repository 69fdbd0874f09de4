"""The public form."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from desks.intake import forms
from desks.tickets import lists
from ledger.database import Ledger

PRESSES = 8


def test_a_form_that_is_sent_several_times_at_once_is_one_report(either_ledger: Ledger) -> None:
    """Whoever presses the button twice sees the same receipt twice, with a line and without."""
    with either_ledger.reading() as session:
        kind = lists.kinds(session)[0].id
    for line in ("", "63001234"):
        form = forms.Form(
            once=f"once-{line}",
            kind_id=kind,
            service="固话",
            line=line,
            name="张三",
            contact="13800000001",
            text="没有声音",
        )
        together = Barrier(PRESSES)

        def send(_press: int, form: forms.Form = form, together: Barrier = together) -> str:
            together.wait()
            return forms.take_form(either_ledger, form).number

        with ThreadPoolExecutor(PRESSES) as pool:
            assert len(set(pool.map(send, range(PRESSES)))) == 1
