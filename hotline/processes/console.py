"""The console's process: `python -m hotline.processes.console`."""

from __future__ import annotations

import socket

from console.app import create_app
from console.serving import Server
from hotline.courier import Courier
from hotline.entry import run_program
from hotline.logs import set_up_logs
from hotline.plans import plan_to_run
from hotline.processes.parent import die_with_parent, tell_ready
from hotline.switchboard import switchboard_of
from ledger.database import open_ledger
from ledger.errors import PortTaken
from ledger.settings import load_settings, prepare_data_dir


def main() -> None:
    """Serve the pages until told to stop. Raises PlanError, PortTaken, MissingAsset."""
    die_with_parent()
    settings = load_settings()
    set_up_logs(settings.log_level)
    prepare_data_dir(settings)
    listener = _listen(settings.console_host, settings.console_port)
    ledger = open_ledger(settings)
    server = Server(create_app(settings, ledger, switchboard_of(plan_to_run(settings))))
    courier = Courier(ledger)
    courier.start()
    tell_ready()
    server.run(sockets=[listener])
    courier.stop()


def _listen(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        raise PortTaken(
            f"the console cannot listen on {host}:{port} ({error.strerror}); "
            "stop the program that does, or choose another with --console-port"
        ) from error
    return listener


if __name__ == "__main__":
    run_program(main)
