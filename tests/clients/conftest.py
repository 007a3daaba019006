"""The example shop as a process of its own, with customers in it."""

import os
import re
import signal
import subprocess
import tempfile
import threading
from dataclasses import dataclass

import pytest
import requests


@dataclass
class Shop:
    address: str
    token: str

    @property
    def logs(self):
        return f"{self.address}/api/v1/logs"

    @property
    def header(self):
        return {"Authorization": f"Bearer {self.token}"}

    def get(self, path, **more):
        answer = requests.get(f"{self.logs}/{path}", headers=self.header, timeout=20, **more)
        assert answer.status_code == 200, answer.text
        return answer


@pytest.fixture(scope="module")
def shop():
    """It makes up its own token and prints it."""
    own = {"LOG_DIR": "", "SHOP_ADDR": "127.0.0.1:0", "SHOP_TRAFFIC": "12"}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("LOG_", "SHOP_"))}
    with tempfile.TemporaryDirectory(prefix="nexolog-clients-") as directory:
        own["LOG_DIR"] = directory
        process = subprocess.Popen(
            [os.environ["SHOP_EXE"]],
            env=inherited | own,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        told = {}
        for line in process.stderr:
            if found := re.fullmatch(r" {2}(The shop|Sign in) {3,}(\S+)\n", line):
                told[found[1]] = found[2]
            if "Ctrl-C" in line:
                break
        # It goes on talking; nobody has to listen, but somebody has to read.
        reader = threading.Thread(target=process.stderr.read, daemon=True)
        reader.start()
        yield Shop(told["The shop"], told["Sign in"])
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 0, "the shop ends well"
        reader.join()
