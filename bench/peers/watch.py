"""Runs a command and prints one JSON document: seconds on the wall, peak resident memory in bytes, exit code, output.

    python watch.py PROGRAM ARGUMENT…
"""
import json
import os
import resource
import subprocess
import sys
import tempfile
import time

with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
    begun = time.perf_counter()
    code = subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=out, stderr=err).returncode
    seconds = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    out.seek(0), err.seek(0)
    said = out.read().decode(errors="replace"), err.read().decode(errors="replace")
print(json.dumps({"seconds": seconds, "peakBytes": peak, "code": code, "stdout": said[0], "stderr": said[1][-4000:]}))
