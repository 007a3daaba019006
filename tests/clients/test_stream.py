"""The live stream, as clients that others wrote read it."""

import json
import subprocess
import uuid

import pytest
import requests
from sseclient import SSEClient


@pytest.fixture
def place(shop):
    """The newest record: a stream from there misses nothing that is logged from now on."""
    return shop.get("search?limit=1").json()["cursors"][0]


def log_something(shop, count):
    """Lets the shop log requests; gives the ids by which they are found again."""
    names = [f"clients-{uuid.uuid4()}" for _ in range(count)]
    for name in names:
        requests.get(f"{shop.address}/products", headers={"X-Request-Id": name}, timeout=20)
    return names


def stored(shop, names):
    params = {"request_id": ",".join(names), "order": "oldest", "limit": 1000}
    return shop.get("search", params=params).json()["logs"]


def events(shop, names, more=None, **params):
    """The stream's records and their ids, for as long as somebody takes them."""
    params = {"request_id": ",".join(names), **params}
    headers = shop.header | {"Accept": "text/event-stream"} | (more or {})
    response = requests.get(f"{shop.logs}/stream", params=params, headers=headers, stream=True, timeout=20)
    assert response.headers["content-type"] == "text/event-stream"
    assert response.headers["x-accel-buffering"] == "no"
    client = SSEClient(response)
    try:
        for event in client.events():
            if event.event == "message":
                yield event.id, json.loads(event.data)
    finally:
        response.close()


def take(some, count):
    taken = [next(some) for _ in range(count)]
    some.close()
    return taken


def test_sseclient_reads_what_is_logged(shop, place):
    names = log_something(shop, 3)
    expected = stored(shop, names)
    assert len(expected) >= 3
    assert [record for _, record in take(events(shop, names, cursor=place), len(expected))] == expected


def test_a_client_that_comes_back_goes_on_without_gap_or_repeat(shop, place):
    names = log_something(shop, 4)
    expected = stored(shop, names)
    got = []
    (last, record), = take(events(shop, names, cursor=place), 1)
    got.append(record)
    while len(got) < len(expected):
        # The header beats the address, as with a browser's own reconnection.
        again = events(shop, names, {"Last-Event-ID": last}, cursor=place)
        for last, record in take(again, min(2, len(expected) - len(got))):
            got.append(record)
    assert got == expected


def test_curl_reads_what_is_logged(shop, place):
    names = log_something(shop, 2)
    expected = stored(shop, names)
    address = f"{shop.logs}/stream?cursor={place}&request_id={','.join(names)}"
    # Secrets on a command line are seen by everybody.
    command = ["curl", "--silent", "--no-buffer", "--fail", "--max-time", "30", "--config", "-", address]
    curl = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    curl.stdin.write(f'header = "Authorization: Bearer {shop.token}"\n')
    curl.stdin.close()
    got = []
    while len(got) < len(expected):
        line = curl.stdout.readline()
        assert line, "curl ended early"
        if line.startswith("data: {\"seq\""):
            got.append(json.loads(line.removeprefix("data: ")))
    curl.terminate()
    curl.stdout.close()
    curl.wait(timeout=10)
    assert got == expected


def test_curl_alone_is_told_to_sign_in(shop):
    command = ["curl", "--silent", "--max-time", "20", f"{shop.logs}/search"]
    problem = json.loads(subprocess.run(command, capture_output=True, check=True, timeout=30).stdout)
    assert problem["status"] == 401
