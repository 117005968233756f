"""Exit with 0 if a web address responds within five seconds, otherwise with 1: python scripts/reachable.py URL."""

import sys
import urllib.request

try:
    with urllib.request.urlopen(f"{sys.argv[1]}/torch/", timeout=5):
        sys.exit(0)
except (OSError, ValueError):
    sys.exit(1)
