"""Starts the provider and signs somebody in at its pages, as a browser would."""

from __future__ import annotations

import re
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

FOLDER = Path(__file__).parent
SECRET = "a secret of 32 characters at least"


def free_port() -> int:
    """A port of loopback that nobody had a moment ago: the issuer's name holds it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def running(port: int, redirect_uri: str) -> Iterator[None]:
    """The provider, until it is not needed any more."""
    command = ["node", "provider.mjs", str(port), redirect_uri]
    with subprocess.Popen(
        command, cwd=FOLDER, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout
        told = []
        for line in process.stdout:
            told.append(line)
            if line.strip() == "ready":
                break
        else:
            raise AssertionError(f"no provider: `npm ci --prefix {FOLDER}` first? {''.join(told)}")
        try:
            yield
        finally:
            process.terminate()


def sign_in_there(browser: httpx.Client, address: str, login: str) -> str:
    """Through the provider's login and consent; the address that it sends the browser back to."""
    issuer = address.split("/auth?", maxsplit=1)[0]
    answer = browser.get(address)
    for _ in range(12):
        if answer.is_redirect:
            next_address = str(answer.next_request.url) if answer.next_request else ""
            if not next_address.startswith(issuer):
                return next_address
            answer = browser.get(next_address)
            continue
        prompt = re.search(r'name="prompt" value="(\w+)"', answer.text)
        action = re.search(r'action="([^"]+)"', answer.text)
        assert prompt, answer.text
        assert action, answer.text
        form = {"prompt": prompt[1], "login": login, "password": "any"}
        answer = browser.post(str(httpx.URL(issuer).join(action[1])), data=form)
    raise AssertionError("the provider sends the browser round and round")
