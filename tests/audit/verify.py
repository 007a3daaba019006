"""Checks an audit trail, written from the page of the guide that specifies its format.

    verify.py FILE [SEQ:HASH ...]

Prints the verdict, and ends with 1 if something is wrong.
"""

import hashlib
import json
import sys

KEYS = ["v", "seq", "timestamp", "run", "at_ms", "kind", "action", "outcome", "numbers",
        "prev", "commits", "hash", "values"]


class Wrong(Exception):
    pass


def sha256(domain, data):
    return hashlib.sha256(domain + b"\n" + data).hexdigest()


def is_whole(number):
    return type(number) is int and 0 <= number < 2**64


def is_hash(text):
    return type(text) is str and len(text) == 64 and set(text) <= set("0123456789abcdef")


def read(line):
    """The entry in a line, if it is good by itself."""
    try:
        text = line.decode("ascii")
        entry = json.loads(text)
    except ValueError as error:
        raise Wrong(f"no JSON in ASCII: {error}")
    if type(entry) is not dict or list(entry) != KEYS:
        raise Wrong("the keys are not those of an entry")
    if not all(map(is_whole, [entry["v"], entry["seq"], entry["at_ms"]])) or entry["v"] != 1:
        raise Wrong("no entry of version 1")
    if not all(type(entry[key]) is str for key in ["timestamp", "run", "kind", "action", "outcome"]):
        raise Wrong("a text is missing")
    for key in ["numbers", "commits", "values"]:
        if type(entry[key]) is not dict or list(entry[key]) != sorted(entry[key]):
            raise Wrong(f"{key} are no object, or not in order")
    if not all(map(is_whole, entry["numbers"].values())):
        raise Wrong("a number is none")
    if not all(map(is_hash, [entry["prev"], entry["hash"], *entry["commits"].values()])):
        raise Wrong("a hash is none")
    if json.dumps(entry, separators=(",", ":")) != text:
        raise Wrong("not in the one form")
    if sha256(b"nexolog audit entry 1", line[:line.index(b',"hash":')]) != entry["hash"]:
        raise Wrong("the hash is not that of the entry")
    if list(entry["values"]) != list(entry["commits"]):
        raise Wrong("other values than commitments")
    for name, value in entry["values"].items():
        if value is None:
            continue
        if type(value) is not list or [type(part) for part in value] != [str, str]:
            raise Wrong("a value is no pair")
        try:
            committed = "\n".join([name, *value]).encode()
        except UnicodeEncodeError:
            raise Wrong("half of a pair of surrogates")
        if sha256(b"nexolog audit value 1", committed) != entry["commits"][name]:
            raise Wrong(f"{name} is not what was committed to")
    return entry


def check(data, heads):
    """The number of good entries; raises what is wrong with the first that is not."""
    lines = data.split(b"\n")[:-1]
    seq, last, run = 0, "0" * 64, None
    for line in lines:
        try:
            entry = read(line)
            if entry["seq"] != seq + 1 or entry["prev"] != last:
                raise Wrong("it does not follow on the one before")
            if heads.get(entry["seq"], entry["hash"]) != entry["hash"]:
                raise Wrong("it is not the one whose head was kept")
            if None in entry["values"].values():
                raise Wrong("a value was erased")
            run = follow(run, entry)
        except Wrong as wrong:
            raise Wrong(f"line {seq + 1}: {wrong}")
        seq, last = entry["seq"], entry["hash"]
    if max(heads, default=0) > seq:
        raise Wrong(f"line {seq + 1}: cut off")
    return seq


def follow(run, entry):
    """What is known of the run after an entry."""
    if entry["kind"] == "started":
        every = entry["numbers"].get("seal_every_ms", 2**64 - 1)
        return {"id": entry["run"], "at": entry["at_ms"], "sealed": entry["at_ms"],
                "every": every, "excused": False, "over": False}
    if run is None or run["over"] or run["id"] != entry["run"]:
        raise Wrong("its run has no start before it")
    if entry["at_ms"] < run["at"]:
        raise Wrong("the clock goes back")
    excused = run["excused"] or entry["kind"] == "missed"
    if not excused and entry["at_ms"] - run["sealed"] > 2 * run["every"]:
        raise Wrong("a seal is missing")
    run = dict(run, at=entry["at_ms"], excused=excused, over=entry["kind"] == "stopped")
    if entry["kind"] == "sealed":
        run.update(sealed=entry["at_ms"], excused=False)
    return run


def main():
    path, *heads = sys.argv[1:]
    heads = [head.split(":") for head in heads]
    try:
        with open(path, "rb") as file:
            count = check(file.read(), {int(seq): head for seq, head in heads})
    except Wrong as wrong:
        print(wrong)
        return 1
    print(f"consistent, {'anchored' if heads else 'unanchored'}: {count} entries")
    return 0


if __name__ == "__main__":
    sys.exit(main())
