"""Several sessions in one notebook, and DATABASE_URL from a .env file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from datalchemy_nb.errors import UsageError
from datalchemy_nb.introspect.conninfo import database_url

from .conftest import PLAN_CELL, Notebook


def test_each_session_has_its_own_schema_and_plan(shop: Notebook) -> None:
    shop.good(PLAN_CELL)
    first = shop.good("%datalchemy schema --as main").value
    error = shop.run("%datalchemy schema --as other").error
    assert "no schema" in str(error)
    assert len(first.tables) == 2
    assert shop.good("%datalchemy plan --as=main").value.targets[0].rows == 100
    lines = shop.good("%datalchemy sessions").value.sessions
    assert [(line.name, line.tables, line.planned, line.current) for line in lines] == [
        ("main", 2, 2, True),
        ("other", 0, 0, False),
    ]


def test_the_session_that_was_named_last_goes_on(shop: Notebook) -> None:
    shop.good("%datalchemy --as other")
    assert "no schema" in str(shop.run("%datalchemy schema").error)
    shop.good("%datalchemy --as main")
    shop.good("%datalchemy schema")


@pytest.mark.parametrize("line", ["schema --as", "schema --as 'a b'", "--as -q"])
def test_a_session_needs_a_name(shop: Notebook, line: str) -> None:
    assert isinstance(shop.run(f"%datalchemy {line}").error, UsageError)


def test_names_are_completed(shop: Notebook) -> None:
    shop.good("%datalchemy --as other")
    shop.run("%datalchemy schema")
    assert "other" in shop.shell.complete("", "%datalchemy schema --as o", 24)[1]
    assert "sessions" in shop.shell.complete("", "%datalchemy sess", 16)[1]


def test_reloading_keeps_them(shop: Notebook) -> None:
    shop.good("%datalchemy --as other")
    shop.good("%reload_ext datalchemy_nb")
    assert [line.name for line in shop.good("%datalchemy sessions").value.sessions] == ["main", "other"]


def test_a_database_of_an_env_file(notebook: Notebook, database: Callable[[str], str], tmp_path: Path) -> None:
    url = database("CREATE TABLE t (id int PRIMARY KEY)")
    file = tmp_path / ".env"
    file.write_text(f"# comment\nexport OTHER=1\nDATABASE_URL='{url}'  # ours\n")
    answered = notebook.good(f"%datalchemy connect --env {file} --as shop").value
    assert answered.database in url
    listed = notebook.good("%datalchemy sessions").value.sessions
    assert answered.database in listed[0].database


class TestEnvFile:
    @pytest.mark.parametrize(
        ("line", "url"),
        [
            ("DATABASE_URL=postgresql://u@h/d", "postgresql://u@h/d"),
            ('export DATABASE_URL = "postgresql://u:a#b@h/d"', "postgresql://u:a#b@h/d"),
            ("DATABASE_URL=postgresql://u@h/d # a comment", "postgresql://u@h/d"),
        ],
    )
    def test_it_is_read(self, tmp_path: Path, line: str, url: str) -> None:
        (tmp_path / ".env").write_text(f"A=1\n{line}\nB=2\n")
        assert database_url(tmp_path / ".env") == url

    @pytest.mark.parametrize("text", ["", "MY_DATABASE_URL=secret", "DATABASE_URL="])
    def test_what_is_not_there_is_told_without_the_rest(self, tmp_path: Path, text: str) -> None:
        (tmp_path / ".env").write_text(f"PASSWORD=s3cret\n{text}\n")
        with pytest.raises(UsageError) as told:
            database_url(tmp_path / ".env")
        assert "s3cret" not in str(told.value)
        with pytest.raises(UsageError, match="cannot read"):
            database_url(tmp_path / "none")
