"""What a worker process of this machine does first. Dask loads it by name."""

from __future__ import annotations

import logging
import signal
from typing import Any


def dask_setup(worker: Any) -> None:
    """Leave Ctrl-C, and what there is to say, to the process that the user sees; it stops the workers."""
    del worker
    for name in ("distributed", "asyncio", "tornado"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
