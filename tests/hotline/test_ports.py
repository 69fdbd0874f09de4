"""Free ports are chosen some moments before they are used."""

from __future__ import annotations

import socket

import pytest

from hotline.ports import LOOPBACK, free_port
from sip_config.plan import Listen


def test_ports_are_given_once_and_not_from_where_audio_takes_its_own() -> None:
    """Who asks again gets another one, though the first is not used yet."""
    ports = [free_port() for _ in range(50)]
    assert len(set(ports)) == 50
    assert max(ports) < Listen().rtp_first


@pytest.mark.parametrize("kind", [socket.SOCK_DGRAM, socket.SOCK_STREAM], ids=["udp", "tcp"])
def test_a_port_that_somebody_has_is_passed_over(kind: socket.SocketKind) -> None:
    """By whichever of the two transports."""
    taken = free_port() + 1
    with socket.socket(socket.AF_INET, kind) as listener:
        listener.bind((LOOPBACK, taken))
        if kind is socket.SOCK_STREAM:
            listener.listen()
        assert free_port() != taken
