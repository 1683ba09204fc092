"""What a verb, an option and a call are, and what all verbs share."""

from __future__ import annotations

from dataclasses import field, replace
from typing import Any, Literal

from datalchemy_nb.records import dataclass

Kind = Literal["text", "int", "float", "flag", "path", "pairs"]
Completes = Literal[
    "table", "column", "place", "schema", "run", "golden", "generator", "plan", "path", "locale", "date"
]


@dataclass(frozen=True)
class Option:
    """One parameter of a verb; arguments can be given by place or by name, options by name.

    Attributes:
        name: the method's parameter.
        kind: how its text is read; ``pairs`` is ``a=b``.
        default: the method's own default.
        flag: its name on the line where that differs from the parameter's, without dashes.
        aliases: other spellings, dashes included.
        multiple: may be repeated, or hold several values divided by commas.
        greedy: takes every word up to the next option or connection string, and no commas.
        completes: what the completer offers.
    """

    name: str
    help: str
    kind: Kind = "text"
    default: Any = None
    required: bool = False
    flag: str | None = None
    aliases: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    multiple: bool = False
    completes: Completes | None = None
    metavar: str | None = None
    greedy: bool = False
    turns_off: bool | None = None
    """Of a switch: whether ``--no-x`` says something; None = where it is on by default."""

    @property
    def long(self) -> str:
        """The option as it is written: ``--out-dir``."""
        return "--" + (self.flag or self.name).replace("_", "-")

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every way to write it, ``--no-x`` of a switch included."""
        negative = (f"--no-{self.long[2:]}",) if self.kind == "flag" and self.turns_off is not False else ()
        return (self.long, *negative, *self.aliases)

    @property
    def offered(self) -> tuple[str, ...]:
        """The ways to write it that change something: of a switch that is on, ``--no-x``."""
        if self.kind != "flag":
            return (self.long, *self.aliases)
        off = self.turns_off or (self.turns_off is None and bool(self.default))
        on = () if self.default else (self.long, *self.aliases)
        return (*on, *((f"--no-{self.long[2:]}",) if off else ()))

    @property
    def placeholder(self) -> str:
        """What stands for its value in help."""
        default = {"int": "N", "path": "PATH", "pairs": "A=B"}.get(self.kind, self.name.upper())
        return self.metavar or default


@dataclass(frozen=True)
class Verb:
    """One verb.

    Attributes:
        doc: a paragraph for ``--help`` and the documentation.
        arguments: given by place.
        session_method: the method that does it; None for a verb with subverbs.
        context: session settings it may be given for one call (names of `CONTEXT`).
        progress: its method takes ``on_progress``; those that write rows take ``cancelled`` too.
        examples: lines without the leading ``datalchemy``.
    """

    name: str
    summary: str
    doc: str = ""
    arguments: tuple[Option, ...] = ()
    options: tuple[Option, ...] = ()
    session_method: str | None = None
    context: tuple[str, ...] = ()
    progress: bool = False
    examples: tuple[str, ...] = ()
    subverbs: tuple[Verb, ...] = ()

    @property
    def parameters(self) -> tuple[Option, ...]:
        """Arguments and options that are parameters of the method."""
        return (*self.arguments, *self.options)

    @property
    def named(self) -> tuple[Option, ...]:
        """Everything that can be given by name, what all verbs share included."""
        return (*self.parameters, *self.settings, *COMMON)

    @property
    def settings(self) -> tuple[Option, ...]:
        """Its session settings; a spelling that an option of its own has is that one's."""
        own = {spelling for option in self.parameters for spelling in (option.long, *option.aliases)}
        lent = [CONTEXT[name] for name in self.context]
        return tuple(
            replace(one, aliases=tuple(alias for alias in one.aliases if alias not in own))
            for one in lent
            if one.long not in own
        )

    def subverb(self, name: str) -> Verb | None:
        """The subverb with this name."""
        return next((sub for sub in self.subverbs if sub.name == name), None)


COMMON = (
    Option("quiet", "show no result and no progress", "flag", False, aliases=("-q",), turns_off=False),
    Option("all", "show every row and column, as text; a pipe always gets all", "flag", False, turns_off=False),
    Option(
        "json",
        "give the result as JSON (command line) or plain Python values (notebook)",
        "flag",
        False,
        turns_off=False,
    ),
    Option("traceback", "show errors with their full traceback", "flag", False, turns_off=False),
    Option("help", "show this help", "flag", False, aliases=("-h",), turns_off=False),
)

CONTEXT = {
    option.name: option
    for option in (
        Option("schema_file", "read the schema from this schema.json", "path", aliases=("--schema",), completes="path"),
        Option(
            "conninfo",
            "introspect this database first (URL or key=value; DATABASE_URL and PG* count)",
            aliases=("--conn",),
            metavar="URL",
        ),
        Option(
            "ddl",
            "make the schema from these files first, on the embedded server",
            "path",
            multiple=True,
            greedy=True,
            completes="path",
            metavar="FILE...",
        ),
        Option("out_dir", "where run directories lie", "path", "runs", aliases=("--out",), completes="path"),
        Option("goldens_dir", "where goldens lie", "path", "goldens", completes="path"),
        Option("keep", "let the server run on until Ctrl-C (in a notebook it always does)", "flag", False),
        Option("strict", "unknown fields and violations are errors", "flag", False, turns_off=True),
    )
}


@dataclass(frozen=True)
class Call:
    """A verb with the words it was given, read.

    Attributes:
        name: full name, ``golden save``.
        values: parameters of the method that were given.
        context: session settings that were given.
    """

    name: str
    verb: Verb
    values: dict[str, Any] = field(default_factory=dict)
    context: dict[str, Any] = field(default_factory=dict)
    quiet: bool = False
    all: bool = False
    json: bool = False
    traceback: bool = False
    help: bool = False
