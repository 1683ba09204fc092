"""A password stays where it was typed, whatever verb it was given to."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from datalchemy_nb.commands.cli import main
from datalchemy_nb.commands.parser import parse
from datalchemy_nb.commands.verbs import VERBS
from datalchemy_nb.errors import DatalchemyError, without_secrets
from datalchemy_nb.session import Session

_STRINGS = (
    "postgresql://ana:s3cr3t@127.0.0.1:1/x",
    "postgresql+psycopg://ana:s3cr3t@127.0.0.1:1/x",
    "postgres://ana:s3/c r@3t@127.0.0.1:1/x",
    "postgresql://127.0.0.1:1/x?user=ana&password=s3cr3t",
    "host=127.0.0.1 port=1 user=ana password=s3cr3t",
    "host=127.0.0.1 port=1 password='s3cr3t with blanks'",
    "user=ana password = s3cr3t",
    "mysql://ana:s3cr3t@127.0.0.1/x",
    "s3://ana:s3cr3t@bucket/x",
    "http://ana:s3cr3t@127.0.0.1:1/x",
)
_WORDS = ("s3cr3t", "s3/c", "r@3t", "with blanks")


def _lines() -> list[list[str]]:
    names = [[verb.name] for verb in VERBS if not verb.subverbs]
    names += [[verb.name, sub.name] for verb in VERBS for sub in verb.subverbs]
    return [name for name in names if name[0] not in ("demo", "studio")]


def test_no_verb_prints_a_password_it_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    for name in _lines():
        for text in _STRINGS:
            for words in (
                [*name, text],
                [*name, text, "--traceback"],
                [*name, "a", text],
                [*name, f"--schema-file={text}"],
            ):
                code = main(words)
                told = "".join(capfd.readouterr())
                assert code in (0, 2), (words, told)
                assert not [word for word in _WORDS if word in told], (words, told)
    kept = "".join(p.read_text(errors="replace") for p in tmp_path.rglob("*") if p.is_file())
    assert not [word for word in _WORDS if word in kept]


def test_a_url_in_first_place_is_the_database() -> None:
    for text in _STRINGS[:7]:
        call = parse(["load", text])
        assert call.values == {"conninfo": text}
        assert parse(["load", "4f1c", text, "--commit"]).values == {"run": "4f1c", "conninfo": text, "commit": True}
        assert parse(["generate", text]).context == {"conninfo": text}
    with pytest.raises(DatalchemyError, match="evaluate takes no connection string"):
        parse(["evaluate", _STRINGS[0]])
    with pytest.raises(DatalchemyError, match="second connection string"):
        parse(["load", "--conninfo", _STRINGS[0], _STRINGS[1]])


def test_errors_of_the_python_interface_hide_it_too(tmp_path: Path) -> None:
    session = Session(out_dir=tmp_path)
    for text in _STRINGS:
        for verb in (session.load, session.evaluate, session.show_plan, session.use_schema, session.verify):
            with pytest.raises(DatalchemyError) as refused:
                verb(text)
            told = str(refused.value) + repr(refused.value) + json.dumps(refused.value.args)
            assert not [word for word in _WORDS if word in told], (verb, told)


def test_what_is_no_secret_is_told() -> None:
    for text in (
        "see https://www.postgresql.org/docs/current/libpq-pgpass.html",
        "crm.usuarios.password: 3 values",
        "parts may lie on s3://bucket/runs",
        "no server answers at postgresql://ana:***@127.0.0.1:1/x",
        "no server answers at postgresql://ana@127.0.0.1:1/x",
    ):
        assert without_secrets(text) == text
