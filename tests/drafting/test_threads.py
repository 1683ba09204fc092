"""Rows that stand below others of their table: replies, subtasks, departments, each within what it belongs to."""

from __future__ import annotations

import polars as pl
import pytest

from .conftest import check, foreign, key, table
from .test_believable import ID, rows_of

POSTS = table("posts", {"id": ID, "author_id": ID, "body": "text!", "created_at": "timestamp!"}, key("id"),
              foreign("author_id", "users"))  # fmt: skip
USERS = table("users", {"id": ID, "username": "text!", "created_at": "timestamp!"}, key("id"))
COMMENTS = table(
    "comments",
    {"id": ID, "post_id": ID, "user_id": ID, "parent_id": "integer", "body": "text!", "created_at": "timestamp!"},
    key("id"), foreign("post_id", "posts"), foreign("user_id", "users"), foreign("parent_id", "comments"),
)  # fmt: skip


def with_above(found: pl.DataFrame, column: str) -> pl.DataFrame:
    """The rows that stand below another, beside it."""
    return found.join(found, left_on=column, right_on="id", suffix="_above")


def test_a_reply_stands_in_the_thread_of_what_it_answers_hours_after_it() -> None:
    found = rows_of("comments", USERS, POSTS, COMMENTS)
    replies = with_above(found, "parent_id")
    assert 0.2 < len(replies) / len(found) < 0.6
    assert (replies["post_id"] == replies["post_id_above"]).all()
    later = (replies["created_at"] - replies["created_at_above"]).dt.total_minutes()
    assert later.min() >= 0
    assert later.median() < 24 * 60
    assert (replies["user_id"] != replies["user_id_above"]).any(), "who answers is anybody"


def test_a_comment_is_said_to_a_colleague_and_no_line_of_a_chat() -> None:
    bodies = rows_of("comments", USERS, POSTS, COMMENTS)["body"]
    assert not bodies.str.contains("(?i)on my way|at the shop|see you on").any()


@pytest.mark.parametrize(
    ("name", "owner", "belongs", "column"),
    [
        ("tasks", "projects", "project_id", "parent_task_id"),
        ("chamados", "clientes", "cliente_id", "chamado_pai_id"),
        ("folders", "users", "user_id", "parent_id"),
    ],
)
def test_part_and_whole_belong_to_one_row(name: str, owner: str, belongs: str, column: str) -> None:
    columns = {"id": ID, belongs: ID, column: "integer", "title": "text!"}
    found = rows_of(
        name,
        table(owner, {"id": ID, "name": "text!"}, key("id")),
        table(name, columns, key("id"), foreign(belongs, owner), foreign(column, name)),
    )
    below = with_above(found, column)
    assert len(below) > 30
    assert (below[belongs] == below[f"{belongs}_above"]).all()


def test_a_manager_works_in_the_same_company_and_has_any_position() -> None:
    columns = {"id": ID, "company_id": ID, "position_id": ID, "manager_id": "integer", "last_name": "text!"}
    keys = (foreign("company_id", "companies"), foreign("position_id", "positions"), foreign("manager_id", "employees"))
    staff = rows_of(
        "employees",
        table("companies", {"id": ID, "name": "text!"}, key("id")),
        table("positions", {"id": ID, "name": "text!"}, key("id")),
        table("employees", columns, key("id"), *keys),
    )
    below = with_above(staff, "manager_id")
    assert len(below) > 30
    assert (below["company_id"] == below["company_id_above"]).all()
    assert (below["position_id"] != below["position_id_above"]).any()


def test_what_a_check_decides_is_left_to_it() -> None:
    tied = table(
        "messages", {"id": ID, "chat_id": ID, "reply_to_id": "integer", "kind": "text!", "content": "text!"}, key("id"),
        foreign("chat_id", "chats"), foreign("reply_to_id", "messages"),
        check("kind IN ('text','reply')", "k"), check("(kind = 'reply') = (reply_to_id IS NOT NULL)", "r"),
    )  # fmt: skip
    found = rows_of("messages", table("chats", {"id": ID, "name": "text!"}, key("id")), tied)
    assert ((found["kind"] == "reply") == found["reply_to_id"].is_not_null()).all()
