"""Runs a command and says what it took: seconds, and bytes at most."""

import json
import resource
import subprocess
import sys
import time

began = time.monotonic()
done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, check=True)
wall = time.monotonic() - began
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({
    "wall": wall,
    "processor": used.ru_utime + used.ru_stime,
    "peak": used.ru_maxrss * 1024,
    "said": json.loads(done.stdout),
}))
