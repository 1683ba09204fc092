"""``python -m datalchemy_nb`` is the command, and so is ``datalchemy``."""

import gc
import sys

_OBJECTS = 100_000
"""So many new objects before the collector looks for circles: modules being loaded make many, and none is garbage."""


def main() -> int:
    """Run the command; Ctrl-C is answered in a line, while modules are loaded too."""
    gc.set_threshold(_OBJECTS)
    try:
        from datalchemy_nb.commands.cli import main as command

        return command()
    except KeyboardInterrupt:
        print("datalchemy: interrupted; nothing more was done", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
