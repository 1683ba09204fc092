"""``python -m datalchemy_nb`` is the command."""

import sys

from datalchemy_nb.commands.cli import main

if __name__ == "__main__":
    sys.exit(main())
