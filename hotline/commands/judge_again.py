"""`hotline rules judge`: calls are judged once more, after norms have changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from hotline.commands.options import AsJson, Data, PlanFile, print_json, say, settings_of
from ledger import rejudging
from ledger.calls import get_call
from ledger.database import Ledger, open_ledger
from ledger.errors import SettingsError
from ledger.settings import Settings

MOST_NAMED = 1000  # calls in one document; the counts are whole


def judge_again(
    call_ids: Annotated[
        list[str] | None, typer.Argument(metavar="[CALL]...", help="Only these calls.")
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="All calls, but those on which people have decided.")
    ] = False,
    desk: Annotated[str | None, typer.Option("--desk", help="With --all: only this desk's.")] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Work here too, until they are through.")] = False,
    data: Data = None,
    plan: PlanFile = None,
    as_json: AsJson = False,
) -> None:
    """Judge scored calls once more by the packs as they are now; older scorecards are kept.

    The workers of `hotline up` and `hotline work` do the work. With --wait the exit status is 1 where a call
    could not be judged.
    """
    from hotline.jobs import Jobs

    if bool(call_ids) is every or (desk and not every):
        raise SettingsError("name calls, or say --all, which may have a --desk")
    settings = settings_of(data_dir=data, plan=plan)
    ledger = open_ledger(settings)
    with ledger.transaction() as session:
        for call_id in call_ids or ():
            get_call(session, call_id)
        asked, left_out = rejudging.judge_again(session, call_ids or None, desk)
    Jobs(settings).announce_due(ledger)
    failed = _finish(settings, ledger, asked) if wait else []
    if as_json:
        counts = {"asked": len(asked), "left_out": left_out}
        print_json({**counts, "calls": asked[:MOST_NAMED], "failed": failed[:MOST_NAMED]})
    else:
        told = (
            f", {left_out} left out: people have decided on them, name them to judge them" if left_out else ""
        )
        say(f"{len(asked)} calls are before the workers{told}")
    if failed:
        raise typer.Exit(1)


def _finish(settings: Settings, ledger: Ledger, call_ids: Sequence[str]) -> list[str]:
    from hotline.pipeline import Pipeline
    from hotline.plans import plan_of
    from hotline.recognisers import Recognisers
    from hotline.redoing import finish_all

    recognisers = Recognisers(settings, plan_of(settings))
    pipeline = Pipeline(settings, ledger, recognisers=recognisers, far=settings.redis_url is not None)
    return finish_all(pipeline, ledger, call_ids, lambda _: None)
