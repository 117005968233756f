"""``python -m emgsim_ros.cli``: the same as ``emgsim``."""

from .app import main

raise SystemExit(main())
