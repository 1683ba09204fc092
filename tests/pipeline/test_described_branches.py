"""Texts that some branches of several choices describe: each branch has its rows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from datalchemy_nb.session import Session
from tests.pipeline.conftest import bare_plan

DDL = """
CREATE TABLE provider (
    id int PRIMARY KEY, kind text NOT NULL CHECK (kind IN ('oauth', 'openid')), issuer text, place text, code text,
    CHECK (kind <> 'oauth' OR place IS NOT NULL AND code IS NOT NULL),
    CHECK (kind <> 'openid' OR issuer IS NOT NULL),
    CHECK (kind <> 'openid' OR issuer IS NULL OR issuer LIKE 'https://%'),
    CHECK (kind <> 'openid' OR code IS NULL OR code ~ '^[A-Z]{3}-[0-9]{2}$')
)
"""


@pytest.mark.parametrize("kind", ["bare", "draft"])
def test_a_draft_s_texts_give_way_where_a_branch_describes_others(
    kind: str, database: Callable[..., str], tmp_path: Path
) -> None:
    url = database(DDL)
    session = Session(out_dir=tmp_path)
    schema = session.introspect(url).schema
    session.use_plan(session.show_plan(draft=True, rows=200) if kind == "draft" else bare_plan(schema, 200))
    run = session.generate()
    session.load(run, url)
    provider = run.frame("public.provider").collect()
    assert set(provider["kind"]) == {"oauth", "openid"}
    assert not [issue for issue in run.report.warnings if issue.code == "values_excluded"]
    issuers = provider["issuer"].drop_nulls()
    assert kind == "bare" or issuers.str.contains(r"^https://[a-z.-]*example").all()
