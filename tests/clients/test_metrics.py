"""The metrics, as Prometheus reads them."""

import shutil
import subprocess
import time
from collections import Counter

import pytest
from prometheus_client.parser import text_string_to_metric_families


def customers_are_gone(shop):
    deadline = time.monotonic() + 60
    while not shop.get("search?module=traffic&limit=1").json()["logs"]:
        assert time.monotonic() < deadline, "the customers never went"
        time.sleep(0.1)


def families(shop):
    answer = shop.get("metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    return {family.name: family for family in text_string_to_metric_families(answer.text)}


def all_records(shop, query):
    cursor = ""
    while cursor is not None:
        page = shop.get("search", params={"q": query, "limit": 1000, "cursor": cursor}).json()
        yield from page["logs"]
        cursor = page["next_cursor"]


def test_requests_are_counted_by_route_method_and_class_of_status(shop):
    customers_are_gone(shop)
    records = list(all_records(shop, "event.name:request"))
    expected = Counter()
    for record in records:
        fields = record["fields"]
        status = f"{fields['status'] // 100}xx" if "status" in fields else "none"
        expected[fields.get("route", ""), fields["method"], status] += 1
    assert len(expected) > 5

    family = families(shop)["nexolog_http_request_duration_seconds"]
    assert family.type == "histogram"
    counts, buckets, sums = Counter(), {}, 0.0
    for sample in family.samples:
        key = tuple(sample.labels[name] for name in ("route", "method", "status"))
        if sample.name.endswith("_count"):
            counts[key] = sample.value
        elif sample.name.endswith("_bucket"):
            buckets.setdefault(key, []).append(sample.value)
        else:
            sums += sample.value
    assert counts == expected
    for key, cumulative in buckets.items():
        assert cumulative == sorted(cumulative) and cumulative[-1] == counts[key], key
    assert sums == pytest.approx(sum(record["duration_ms"] for record in records) / 1000)


def test_records_are_counted_by_module_and_level(shop):
    customers_are_gone(shop)
    expected = Counter((record["module"], record["level"]) for record in all_records(shop, ""))
    samples = families(shop)["nexolog_events"].samples
    counted = {(sample.labels["module"], sample.labels["level"]): sample.value for sample in samples}
    for key, count in expected.items():
        # The shop goes on meanwhile.
        assert counted[key] >= count, key
    assert counted["orders", "INFO"] == expected["orders", "INFO"]


def test_other_figures_are_there(shop):
    found = families(shop)
    for name in [
        "nexolog_info",
        "nexolog_events_lost",
        "nexolog_events_suppressed",
        "nexolog_written_bytes",
        "nexolog_file_errors",
        "nexolog_queue_bytes",
        "nexolog_storage_bytes",
        "nexolog_search_duration_seconds",
        "nexolog_stream_viewers",
    ]:
        assert name in found, name
    assert found["nexolog_writing"].samples[0].value == 1
    assert found["nexolog_written_bytes"].samples[0].value > 10_000


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")
def test_promtool_has_nothing_to_complain_about(shop):
    page = shop.get("metrics").text
    done = subprocess.run(["promtool", "check", "metrics"], input=page, capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
