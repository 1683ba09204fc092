"""A connection string is shown without its secrets, or not at all."""

import string
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datalchemy_nb.introspect.conninfo import parse
from datalchemy_nb.introspect.redaction import Redacted, redact, scrub, secrets_in

SECRET = "Zq7Secret9"
SECRET_KEYS = [
    *("password", "PASSWORD", "pass", "pwd", "passwd", "token", "secret", "api_key", "apikey"),
    *("sslpassword", "oauth_client_secret", "scram_client_key", "scram_server_key", "options"),
]


class TestUrl:
    def test_parts(self) -> None:
        assert redact("postgresql://ana:segredo@db.example:5433/vendas?sslmode=require").to_dict() == {
            "engine": "postgresql",
            "user": "ana",
            "host": "db.example",
            "port": 5433,
            "database": "vendas",
            "redacted": "postgresql://ana:***@db.example:5433/vendas?sslmode=require",
        }

    @pytest.mark.parametrize(
        ("given_url", "shown"),
        [
            ("postgres://h", "postgres://h"),
            ("postgresql://", "postgresql://"),
            ("postgresql://ana@h/db", "postgresql://ana@h/db"),
            ("postgresql://:x@h/db", "postgresql://:***@h/db"),
            ("postgresql://ana:@h/db", "postgresql://ana:***@h/db"),
            ("postgresql://ana:x@/db?host=/tmp", "postgresql://ana:***@/db?host=/tmp"),
            ("postgresql://ana:x@%2Fvar%2Frun/db", "postgresql://ana:***@%2Fvar%2Frun/db"),
            ("postgresql://ana:x@[::1]:5433/db", "postgresql://ana:***@[::1]:5433/db"),
            ("postgresql://ana:x@h1:1,h2:2/db", "postgresql://ana:***@h1:1,h2:2/db"),
            ("postgresql://h/db?password=x&user=ana", "postgresql://h/db?password=***&user=ana"),
            ("postgresql://h/db?sslpassword=x", "postgresql://h/db?sslpassword=***"),
            ("mysql://ana:x@h/db", "mysql://ana:***@h/db"),
        ],
    )
    def test_shown(self, given_url: str, shown: str) -> None:
        assert redact(given_url).redacted == shown

    def test_ipv6_host_and_port(self) -> None:
        parts = redact("postgresql://[2001:db8::1]:6000/db")
        assert (parts.host, parts.port) == ("2001:db8::1", 6000)

    def test_percent_encoding_is_decoded_in_parts(self) -> None:
        parts = redact("postgresql://ana%40x:p@h/a%20b")
        assert (parts.user, parts.database) == ("ana@x", "a b")

    def test_user_and_host_in_the_query(self) -> None:
        parts = redact("postgresql:///db?host=h&user=ana&port=7")
        assert (parts.user, parts.host, parts.port, parts.database) == ("ana", "h", 7, "db")

    @pytest.mark.parametrize(
        "password",
        [f"a@{SECRET}", f"{SECRET}@b@c", f"a/{SECRET}", f"a:{SECRET}", f"a?{SECRET}", f"a#{SECRET}", f"{SECRET}?x=1",
         f"a?sslmode={SECRET}", f"a?user={SECRET}", f"@{SECRET}", f"/{SECRET}/", f"1/{SECRET}", f"[{SECRET}]"],
    )  # fmt: skip
    def test_raw_delimiters_in_the_password(self, password: str) -> None:
        shown = redact(f"postgresql://ana:{password}@h:5432/db")
        assert SECRET not in repr(shown)

    @pytest.mark.parametrize("key", SECRET_KEYS)
    def test_secret_parameters(self, key: str) -> None:
        assert SECRET not in repr(redact(f"postgresql://ana@h/db?sslmode=require&{key}={SECRET}"))

    @pytest.mark.parametrize(
        "odd",
        [f"postgresql://h/db?invented={SECRET}", f"postgresql://u:p@h/db?x={SECRET}@y", f"postgresql://h:{SECRET}/db",
         f"://u:{SECRET}@h", f"sqlite:///{SECRET}?x=1", SECRET],
    )  # fmt: skip
    def test_what_is_not_understood_is_hidden_whole(self, odd: str) -> None:
        assert SECRET not in repr(redact(odd))


class TestPairs:
    @pytest.mark.parametrize(
        ("pairs", "shown"),
        [
            ("host=h dbname=db user=ana password=x", "host=h dbname=db user=ana password=***"),
            ("host = h  password = 'a b'", "host=h password=***"),
            (r"password='it\'s \\ it' host=h", "password=*** host=h"),
            (r"password=a\ b host=h", "password=*** host=h"),
            ("host='' password=''", "host='' password=''"),
            ("dbname='my db'", "dbname='my db'"),
            ("dbname=postgresql://u:x@h/db", "dbname=***"),
            ("host=h passfile=/home/ana/.pgpass", "host=h passfile=/home/ana/.pgpass"),
        ],
    )
    def test_shown(self, pairs: str, shown: str) -> None:
        assert redact(pairs).redacted == shown

    @pytest.mark.parametrize(
        "odd", [f"password={SECRET} {SECRET}", f"password='{SECRET}", f"password=a b={SECRET}", f"host {SECRET}"]
    )
    def test_malformed_is_hidden_whole(self, odd: str) -> None:
        assert redact(odd) == Redacted()

    def test_parts(self) -> None:
        parts = redact("host=h port=6000 dbname='my db' user=ana password=x")
        assert (parts.host, parts.port, parts.database, parts.user) == ("h", 6000, "my db", "ana")


noise = st.text(alphabet=string.printable + "çã@/:?#%[]&='\\", max_size=12)


class TestProperties:
    @given(before=noise, after=noise)
    def test_encoded_password_never_shows(self, before: str, after: str) -> None:
        password = quote(before + SECRET + after, safe="")
        url = f"postgresql://ana:{password}@h:5432/db?sslmode=require"
        assert redact(url).redacted == "postgresql://ana:***@h:5432/db?sslmode=require"
        assert SECRET not in scrub(f"bad {before + SECRET + after} and {password}", secrets_in(url))

    @given(before=noise, after=noise)
    def test_raw_password_never_shows(self, before: str, after: str) -> None:
        assert SECRET not in repr(redact(f"postgresql://ana:{before}{SECRET}{after}@h:5432/db"))

    @given(before=noise, after=noise)
    def test_quoted_password_never_shows(self, before: str, after: str) -> None:
        quoted = (before + SECRET + after).replace("\\", "\\\\").replace("'", "\\'")
        assert redact(f"host=h password='{quoted}' user=ana").redacted == "host=h password=*** user=ana"

    @given(before=noise, after=noise)
    def test_unquoted_password_never_shows(self, before: str, after: str) -> None:
        assert SECRET not in repr(redact(f"host=h password={before}{SECRET}{after}"))

    @given(st.text(max_size=60))
    def test_never_raises(self, anything: str) -> None:
        redact(anything)
        redact(f"postgresql://{anything}")
        scrub(anything, secrets_in(anything))

    @given(password=st.text(min_size=1, max_size=20).filter(lambda p: "\0" not in p))
    def test_to_url_keeps_the_password(self, password: str) -> None:
        parsed = parse(f"postgresql://ana:{quote(password, safe='')}@h/db")
        assert parsed is not None
        assert parsed.value("password") == password
        again = parse(parsed.to_url())
        assert again is not None
        assert again.value("password") == password


class TestRawPasswordReachesTheServer:
    """libpq would cut these at the first delimiter; `to_url` encodes them."""

    @pytest.mark.parametrize("password", ["p@ss", "p:a:ss", "p/a@ss", "p#ss", "p?ss"])
    def test_raw(self, password: str) -> None:
        parsed = parse(f"postgresql://ana:{password}@h/db")
        assert parsed is not None
        assert parsed.value("password") == password
        assert quote(password, safe="") in parsed.to_url()


class TestScrub:
    def test_longest_first(self) -> None:
        assert scrub("abcdef abc", ["abc", "abcdef"]) == "*** ***"

    def test_empty_secrets_are_ignored(self) -> None:
        assert scrub("abc", ["", "x"]) == "abc"

    def test_reprs_hold_no_secret(self) -> None:
        assert SECRET not in repr(parse(f"postgresql://ana:{SECRET}@h/db?password={SECRET}"))
