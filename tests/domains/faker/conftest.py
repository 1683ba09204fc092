"""Helpers of the tests of Faker's generators."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
