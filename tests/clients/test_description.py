"""The API's own description, and whether the API keeps it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from openapi_spec_validator import validate

HERE = Path(__file__).parent


def test_the_description_is_openapi(shop):
    description = shop.get("openapi.json").json()
    assert description["openapi"].startswith("3.1")
    validate(description)


@pytest.mark.parametrize("who", ["admin", "nobody"])
def test_the_api_keeps_its_description(shop, who, tmp_path):
    """Schemathesis asks whatever the description allows, and what it does not; `hooks.py` says what else may come."""
    if who == "admin":
        # A live stream would not end; `test_stream.py` reads it.
        source = [f"{shop.logs}/openapi.json", f"--header=Authorization: Bearer {shop.token}", "--exclude-path=/stream"]
    else:
        # The description takes a token, too.
        saved = tmp_path / "openapi.json"
        saved.write_text(json.dumps(shop.get("openapi.json").json()))
        source = [saved, f"--url={shop.logs}"]
    command = [Path(sys.executable).with_name("schemathesis"), "run", *source]
    options = [
        "--phases=examples,coverage,fuzzing",
        "--generation-deterministic",
        "--max-examples=15",
        "--request-timeout=20",
        "--continue-on-failure",
        "--no-shrink",
        "--no-color",
    ]
    hooks = {"PYTHONPATH": str(HERE), "SCHEMATHESIS_HOOKS": "hooks", "ASKS_AS": who}
    done = subprocess.run(
        command + options, cwd=tmp_path, env=os.environ | hooks, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr
    # One that asked nothing would have found nothing.
    assert "0 generated" not in done.stdout and "Tested: 0" not in done.stdout, done.stdout
