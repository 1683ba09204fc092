"""``python -m datalchemy_nb`` is the command, and so is ``datalchemy``."""

import sys


def main() -> int:
    """Run the command; Ctrl-C is answered in a line, while modules are loaded too."""
    try:
        from datalchemy_nb.commands.cli import main as command

        return command()
    except KeyboardInterrupt:
        print("datalchemy: interrupted; nothing more was done", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
