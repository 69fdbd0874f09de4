"""The processes of an installation: a line, a worker, the console. Each runs until it is told to stop."""

from __future__ import annotations

import socket

import uvicorn

from asr_models.store import require
from console.app import create_app
from hotline.jobs import Jobs
from hotline.pipeline import Pipeline
from hotline.ready import die_with_parent, tell_ready
from ivr.line import Line
from ledger.database import Ledger, open_ledger
from ledger.errors import PortTaken
from ledger.settings import Settings
from sip_config import Plan, load_plan


def plan_of(settings: Settings) -> Plan:
    """The plan, listening where the settings say. Raises PlanError."""
    return load_plan(settings.plan).with_listen(settings.sip_host, settings.sip_port)


def run_line(settings: Settings, name: str) -> None:
    """Answer calls. Raises PlanError, PortTaken."""
    die_with_parent()
    line = Line(
        plan=plan_of(settings),
        ledger=open_ledger(settings),
        name=name,
        capture_dir=settings.capture_dir,
        on_ended=Jobs(settings).announce,
        on_ready=tell_ready,
    )
    line.run()


def run_worker(settings: Settings) -> None:
    """Seal, transcribe and score what the lines and the importer announce. Raises MissingAsset."""
    die_with_parent()
    require(settings.model, settings.models_dir)  # say so now, not with the first call
    ledger = open_ledger(settings)
    jobs = Jobs(settings, Pipeline(settings, ledger))
    jobs.sweep_every_minute(ledger)
    consumer = jobs.queue.create_consumer(
        workers=settings.workers, worker_type="process", max_delay=0.5, graceful_signal="TERM"
    )
    jobs.queue.on_startup(name="settle_in")(lambda: _settle_in(ledger))
    tell_ready()
    consumer.run()


def _settle_in(ledger: Ledger) -> None:
    """In each forked worker: connections of the parent's must not be shared."""
    die_with_parent()
    ledger.engine.dispose(close=False)


def run_console(settings: Settings) -> None:
    """Serve the pages. Raises PortTaken."""
    die_with_parent()
    listener = _listen(settings.console_host, settings.console_port)
    app = create_app(settings, open_ledger(settings))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", proxy_headers=False))
    tell_ready()
    server.run(sockets=[listener])


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
