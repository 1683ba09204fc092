"""Files and versions: ``faker.filesystem.raw.*``."""

from __future__ import annotations

from datalchemy_nb.domains.base import Domain, Slot
from datalchemy_nb.domains.choice import ChoiceDomain
from datalchemy_nb.domains.faker.ids.entry import TextParams, entry
from datalchemy_nb.domains.faker.leaves import WordsNode
from datalchemy_nb.domains.faker.library import DEFAULT_LOCALE, library
from datalchemy_nb.domains.faker.node import Node
from datalchemy_nb.domains.faker.nodes import ChoiceNode, SequenceNode
from datalchemy_nb.domains.words import LATIN

_ROOTS = ("/home", "/var/lib", "/var/log", "/opt", "/srv", "/usr/share", "/tmp", "/data")  # noqa: S108 - not opened
_NAMES = tuple(word for word in LATIN if len(word) > 3)


def _lists(attribute: str) -> list[str]:
    groups = getattr(library(DEFAULT_LOCALE).providers["file"], attribute).values()
    return sorted({item for group in groups for item in group})


def _extensions() -> Node:
    return WordsNode([extension for extension in _lists("file_extensions") if extension])


def _folders() -> Node:
    slash = WordsNode(["/"])
    return SequenceNode([WordsNode(_ROOTS), slash, WordsNode(_NAMES), slash, WordsNode(_NAMES)])


def _file() -> Node:
    return SequenceNode([WordsNode(_NAMES), WordsNode(["_"]), WordsNode(_NAMES), WordsNode(["."]), _extensions()])


def _numbers(last: int) -> Node:
    return WordsNode([str(n) for n in range(last + 1)])


def _stable() -> Node:
    dot = WordsNode(["."])
    return SequenceNode([_numbers(19), dot, _numbers(49), dot, _numbers(99)])


def _unstable() -> Node:
    return SequenceNode(
        [_stable(), WordsNode(["-alpha.", "-beta.", "-rc."]), WordsNode([str(n) for n in range(1, 10)])]
    )


@entry("faker.filesystem.raw.DirPath")
def dir_path(params: TextParams, slot: Slot) -> Domain:
    """Directories like `/var/lib/magnam/quia`."""
    del params, slot
    return _folders()


@entry("faker.filesystem.raw.FileExtension")
def file_extension(params: TextParams, slot: Slot) -> Domain:
    """Extensions without the dot."""
    del params, slot
    return _extensions()


@entry("faker.filesystem.raw.FileName")
def file_name(params: TextParams, slot: Slot) -> Domain:
    """File names like `magnam_quia.pdf`."""
    del params, slot
    return _file()


@entry("faker.filesystem.raw.FilePath")
def file_path(params: TextParams, slot: Slot) -> Domain:
    """Directory and file name."""
    del params, slot
    return SequenceNode([_folders(), WordsNode(["/"]), _file()], apart=True)


@entry("faker.filesystem.raw.MimeType")
def mime_type(params: TextParams, slot: Slot) -> Domain:
    """Media types like `application/pdf`."""
    del params, slot
    return ChoiceDomain(_lists("mime_types"))


@entry("faker.filesystem.raw.SemverStable")
def semver_stable(params: TextParams, slot: Slot) -> Domain:
    """Released versions like `2.14.3`."""
    del params, slot
    return _stable()


@entry("faker.filesystem.raw.SemverUnstable")
def semver_unstable(params: TextParams, slot: Slot) -> Domain:
    """Versions before a release, like `2.14.3-rc.1`."""
    del params, slot
    return _unstable()


@entry("faker.filesystem.raw.Semver")
def semver(params: TextParams, slot: Slot) -> Domain:
    """Versions; one in ten is before a release."""
    del params, slot
    return ChoiceNode([_stable(), _unstable()], [9, 1])
