"""DuckDB as a process that answers SQL, one JSON object a line: started by the benchmark `find`.

Arguments: the plain lines, the Parquet file (made when missing), and which of the two `logs` is to be.
"""

import json
import os
import sys
import time

import duckdb

plain, parquet, which = sys.argv[1:]

# Said by hand, as one who queries these files often would: else each query guesses them anew.
COLUMNS = {
    "seq": "UBIGINT",
    "timestamp": "TIMESTAMP",
    "level": "VARCHAR",
    "module": "VARCHAR",
    "message": "VARCHAR",
    "request_id": "VARCHAR",
    "user_id": "VARCHAR",
    "organization_id": "VARCHAR",
    "operation": "VARCHAR",
    "outcome": "VARCHAR",
    "duration_ms": "DOUBLE",
    "error": "JSON",
    "target": "VARCHAR",
    "file": "VARCHAR",
    "line": "UINTEGER",
    "thread": "VARCHAR",
    "fields": "JSON",
}


def quoted(path):
    return "'" + path.replace("'", "''") + "'"


connection = duckdb.connect()
# Its bar would stand among the answers.
connection.execute("SET enable_progress_bar = false")
columns = ", ".join(f"{name}: '{kind}'" for name, kind in COLUMNS.items())
from_json = f"read_json({quoted(plain)}, format = 'newline_delimited', columns = {{{columns}}})"
if not os.path.exists(parquet):
    connection.execute(f"COPY (SELECT * FROM {from_json}) TO {quoted(parquet + '.tmp')} (FORMAT parquet, COMPRESSION zstd)")
    os.rename(parquet + ".tmp", parquet)
source = quoted(parquet) if which == "parquet" else from_json
connection.execute(f"CREATE VIEW logs AS SELECT * FROM {source}")
print(json.dumps({"ready": True}), flush=True)

for line in sys.stdin:
    start = time.perf_counter()
    try:
        rows = connection.execute(json.loads(line)["sql"]).fetchall()
        seconds = time.perf_counter() - start
        # Whole records were read; their number, which comes first, is enough to compare.
        rows = [row[:3] if len(row) <= 3 else row[:1] for row in rows]
        print(json.dumps({"seconds": seconds, "rows": rows}), flush=True)
    except duckdb.Error as error:
        print(json.dumps({"error": str(error)}), flush=True)
