"""What `hotline check` looks at before anything is started."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable, Iterable
from pathlib import Path

from console.assets import check_vendored
from desks.intake.settings import load_mail_settings
from hotline.addresses import with_addresses
from hotline.archive_checks import archive_problems
from hotline.edge.checks import edge_problems
from hotline.plans import plan_of, plan_to_run
from hotline.ports import is_free
from hotline.recognisers import Recognisers
from ledger.errors import HotlineError
from ledger.settings import Settings, prepare_data_dir
from qa_scoring import load_packs
from sip_config import check_prompts

LEAST_FREE_BYTES = 1 << 30  # about a day of recordings at one desk


def find_problems(settings: Settings) -> list[str]:
    """Everything that would keep the hotline from working, one sentence each."""
    looks: list[Callable[[], Iterable[str]]] = [
        lambda: check_prompts(plan_of(settings)),
        lambda: _names(settings),
        lambda: _no_result(lambda: load_packs(settings.packs_dir)),
        lambda: _no_result(load_mail_settings),
        lambda: _models(settings),
        lambda: _no_result(check_vendored),
        lambda: _ports(settings),
        lambda: _edge(settings),
        lambda: _disk(settings),
        lambda: archive_problems(settings),
    ]
    return [problem for look in looks for problem in _told(look)]


def find_warnings(settings: Settings) -> list[str]:
    """What works and yet leaves something undone, one sentence each."""
    try:
        recognisers = Recognisers(settings, plan_of(settings))
    except HotlineError:
        return []  # a problem, told as such
    return [
        f"no model hears {language} at {_desks(desks, recognisers.desk_count)}: such calls are recorded "
        "and not transcribed; name a model under 'recognisers' of the plan"
        for language, desks in recognisers.unheard()
    ]


def _desks(desks: tuple[str, ...], count: int) -> str:
    if len(desks) == count:
        return "any desk"
    return f"desk{'s' if len(desks) > 1 else ''} {', '.join(desks)}"


def _models(settings: Settings) -> list[str]:
    try:
        recognisers = Recognisers(settings, plan_of(settings))
    except HotlineError:
        return []  # told already
    served = recognisers.serves()
    return [
        f"the model {model}, for {', '.join(served[model])}, is not in {settings.models_dir}; "
        f"run `hotline models install {model}`"
        for model in recognisers.absent()
    ]


def _told(look: Callable[[], Iterable[str]]) -> list[str]:
    try:
        return list(look())
    except HotlineError as error:
        return [str(error)]


def _no_result(action: Callable[[], object]) -> list[str]:
    action()
    return []


def _names(settings: Settings) -> list[str]:
    try:
        plan = plan_of(settings)
    except HotlineError:
        return []  # told already
    return _told(lambda: _no_result(lambda: with_addresses(plan)))


def _ports(settings: Settings) -> list[str]:
    try:
        listen = plan_to_run(settings).listen
    except HotlineError:
        return []  # told already
    taken = []
    for kind, protocol in ((socket.SOCK_DGRAM, "UDP"), (socket.SOCK_STREAM, "TCP")):
        if not is_free(listen.host, listen.port, kind):
            taken.append(
                f"port {listen.port}/{protocol} on {listen.host} is taken or not ours; "
                "stop the program that has it, or choose another with --sip-port"
            )
    if not is_free(settings.console_host, settings.console_port, socket.SOCK_STREAM):
        taken.append(
            f"port {settings.console_port}/TCP on {settings.console_host} is taken or not ours; "
            "stop the program that has it, or choose another with --console-port"
        )
    return taken


def _edge(settings: Settings) -> list[str]:
    try:
        plan = plan_to_run(settings)
    except HotlineError:
        return []  # told already
    return edge_problems(settings, plan, settings.lines)


def _disk(settings: Settings) -> list[str]:
    prepare_data_dir(settings)
    free_bytes = shutil.disk_usage(Path(settings.data_dir)).free
    if free_bytes < LEAST_FREE_BYTES:
        return [
            f"only {free_bytes >> 20} MiB are free in {settings.data_dir}; make room or choose another disk"
        ]
    return []
