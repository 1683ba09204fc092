"""Everything the catalog says arrives in schema.json."""

import pytest

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.schema import DatabaseSchema, IndexKey
from datalchemy_nb.demo.crm import crm_sql
from datalchemy_nb.errors import IntrospectionError
from datalchemy_nb.introspect import catalog
from datalchemy_nb.introspect.catalog import introspect
from datalchemy_nb.introspect.connection import connect
from datalchemy_nb.introspect.options import IntrospectOptions
from datalchemy_nb.introspect.queries import query

NEEDS_18 = "needs PostgreSQL 18"


@pytest.fixture
def v18(torture) -> None:
    if "virtual" not in {table.name for table in torture.schema.tables.values()}:
        pytest.skip(NEEDS_18)


def _facets(column_type) -> dict:
    ignored = {"data_type", "udt_schema", "udt_name"}
    return {
        k: v
        for k, v in column_type.to_dict().items()
        if k not in ignored and v is not None and (k, v) != ("dimensions", 0)
    }


class TestColumnTypes:
    @pytest.mark.parametrize(
        ("column", "data_type", "udt_name", "facets"),
        [
            ("c_bool", "boolean", "bool", {}),
            ("c_int2", "smallint", "int2", {"numeric_precision": 16, "numeric_scale": 0}),
            ("c_int4", "integer", "int4", {"numeric_precision": 32, "numeric_scale": 0}),
            ("c_int8", "bigint", "int8", {"numeric_precision": 64, "numeric_scale": 0}),
            ("c_float4", "real", "float4", {"numeric_precision": 24}),
            ("c_float8", "double precision", "float8", {"numeric_precision": 53}),
            ("c_numeric", "numeric", "numeric", {}),
            ("c_numeric_p", "numeric(10,0)", "numeric", {"numeric_precision": 10, "numeric_scale": 0}),
            ("c_numeric_ps", "numeric(12,2)", "numeric", {"numeric_precision": 12, "numeric_scale": 2}),
            ("c_numeric_neg", "numeric(3,-2)", "numeric", {"numeric_precision": 3, "numeric_scale": -2}),
            ("c_money", "money", "money", {}),
            ("c_varchar", "character varying", "varchar", {}),
            ("c_varchar_n", "character varying(20)", "varchar", {"character_max_length": 20}),
            ("c_char", "character(1)", "bpchar", {"character_max_length": 1}),
            ("c_inner_char", '"char"', "char", {}),
            ("c_bit", "bit(4)", "bit", {"character_max_length": 4}),
            ("c_varbit", "bit varying(9)", "varbit", {"character_max_length": 9}),
            ("c_time_p", "time(3) without time zone", "time", {"datetime_precision": 3}),
            ("c_timetz", "time(0) with time zone", "timetz", {"datetime_precision": 0}),
            ("c_ts", "timestamp without time zone", "timestamp", {}),
            ("c_tstz", "timestamp(6) with time zone", "timestamptz", {"datetime_precision": 6}),
            ("c_interval", "interval", "interval", {}),
            ("c_interval_p", "interval(2)", "interval", {"datetime_precision": 2}),
            (
                "c_interval_f",
                "interval day to second(3)",
                "interval",
                {"datetime_precision": 3, "interval_fields": "day to second"},
            ),
            ("c_interval_y", "interval year", "interval", {"interval_fields": "year"}),
            ("c_int2vector", "int2vector", "int2vector", {}),
            ("c_collated", "text", "text", {"collation": "C"}),
            ("c_collated_own", "text", "text", {"collation": "other.latin"}),
            ("c_collated_same", "name", "name", {}),
        ],
    )
    def test_base_types(self, torture, column: str, data_type: str, udt_name: str, facets: dict) -> None:
        found = torture.table("types").by_name[column].column_type
        assert (found.data_type, found.udt_schema, found.udt_name) == (data_type, "pg_catalog", udt_name)
        assert _facets(found) == {"kind": "base", **facets}

    @pytest.mark.parametrize(
        ("column", "kind", "udt"),
        [
            ("c_enum", "enum", ("Torture Test", "mood")),
            ("c_enum_other", "enum", ("other", "colour")),
            ("c_composite", "composite", ("Torture Test", "address")),
            ("c_range", "range", ("pg_catalog", "int4range")),
            ("c_multirange", "multirange", ("pg_catalog", "datemultirange")),
            ("c_own_range", "range", ("Torture Test", "float_range")),
            ("c_array", "array", ("pg_catalog", "_int4")),
            ("c_domain", "domain", ("Torture Test", "positive")),
        ],
    )
    def test_kinds(self, torture, column: str, kind: str, udt: tuple[str, str]) -> None:
        found = torture.table("types").by_name[column].column_type
        assert (found.kind, (found.udt_schema, found.udt_name)) == (kind, udt)

    @pytest.mark.parametrize(
        ("column", "element", "dimensions"),
        [
            ("c_array", "int4", 1),
            ("c_array_2", "varchar", 2),
            ("c_array_enum", "mood", 1),
            ("c_row_type", "address", 1),
            ("c_range", "int4", 0),
            ("c_multirange", "date", 0),
            ("c_own_range", "float8", 0),
        ],
    )
    def test_elements(self, torture, column: str, element: str, dimensions: int) -> None:
        found = torture.table("types").by_name[column].column_type
        assert (found.element.udt_name, found.dimensions) == (element, dimensions)

    def test_arrays_carry_the_length_of_their_element(self, torture) -> None:
        types = torture.table("types").by_name
        assert types["c_array_2"].column_type.character_max_length == 5
        assert types["c_array_numeric"].column_type.numeric_scale == 1

    def test_domains_carry_the_length_of_their_base(self, torture) -> None:
        assert torture.table("types").by_name["c_domain_text"].column_type.character_max_length == 9

    def test_a_not_null_domain_makes_the_column_not_nullable(self, torture) -> None:
        assert not torture.table("types").by_name["c_domain_nested"].is_nullable
        assert torture.table("types").by_name["c_domain"].is_nullable

    def test_agrees_with_information_schema(self, torture) -> None:
        with connect(torture.url) as connection:
            rows = connection.execute(
                "SELECT column_name, character_maximum_length, numeric_precision, numeric_scale "
                "FROM information_schema.columns "
                "WHERE table_schema = 'Torture Test' AND table_name = 'types' AND data_type <> 'ARRAY' "
                # The view reads a negative scale as 2046, and looks no deeper than one domain.
                "AND column_name NOT IN ('c_numeric_neg', 'c_domain_nested')"
            ).fetchall()
        assert len(rows) > 50
        for name, length, precision, scale in rows:
            found = torture.table("types").by_name[name].column_type
            assert (found.character_max_length, found.numeric_precision, found.numeric_scale) == (
                length,
                precision,
                scale,
            ), name


class TestColumns:
    def test_serial(self, torture) -> None:
        column = torture.table("defaults").by_name["d_serial"]
        assert column.default == "nextval('\"Torture Test\".defaults_d_serial_seq'::regclass)"
        assert column.sequence == '"Torture Test".defaults_d_serial_seq'
        assert column.identity is None

    @pytest.mark.parametrize(("name", "identity"), [("d_always", "always"), ("d_by_default", "by_default")])
    def test_identity(self, torture, name: str, identity: str) -> None:
        column = torture.table("defaults").by_name[name]
        assert column.identity == identity
        assert column.default is None
        assert column.sequence == f'"Torture Test".defaults_{name}_seq'

    @pytest.mark.parametrize(
        ("name", "default"),
        [
            ("d_text", "'it''s'::text"),
            ("d_date", "'2024-02-01'::date"),
            ("d_enum", "'ok'::\"Torture Test\".mood"),
            ("d_function", "gen_random_uuid()"),
        ],
    )
    def test_defaults_name_their_schemas(self, torture, name: str, default: str) -> None:
        assert torture.table("defaults").by_name[name].default == default

    def test_generated_does_not_repeat_its_expression_as_default(self, torture) -> None:
        column = torture.table("defaults").by_name["d_stored"]
        assert column.generated.kind == "stored"
        assert column.generated.expression == '"Torture Test".four_times(d_base)'
        assert column.default is None

    def test_virtual(self, torture, v18: None) -> None:
        assert torture.table("virtual").by_name["b"].generated.to_dict() == {"kind": "virtual", "expression": "(a + 1)"}

    def test_dropped_columns_leave_a_gap(self, torture) -> None:
        columns = torture.table("defaults").columns
        assert [c.ordinal_position for c in columns] == [1, 2, 3, 4, 5, 6, 7, 8, 10]

    def test_comments(self, torture) -> None:
        assert torture.table("defaults").comment == "Comment on a table"
        assert torture.table("defaults").by_name["d_base"].comment == "Comment on a column"

    def test_strange_names(self, torture) -> None:
        table = torture.table('Ação.com "aspas"')
        assert [c.name for c in table.columns] == ["Coluna Ç", "select"]
        assert table.checks[0].expression == 'CHECK (("Coluna Ç" <> 3))'


class TestConstraints:
    def test_primary_key_keeps_declared_order(self, torture) -> None:
        assert torture.table("parent").primary_key.columns == ("b", "a")

    def test_foreign_key(self, torture) -> None:
        assert torture.constraint("child", "child_parent_fk").to_dict() == {
            "kind": "foreign_key",
            "name": "child_parent_fk",
            "columns": ["y", "x"],
            "referenced_schema": "Torture Test",
            "referenced_table": "parent",
            "referenced_columns": ["b", "a"],
            "on_update": "cascade",
            "on_delete": "set_null",
            "match_type": "full",
            "is_deferrable": False,
            "initially_deferred": False,
            "not_valid": False,
            "period": False,
            "enforced": True,
        }

    def test_foreign_key_column_pairs_are_not_sorted(self, torture) -> None:
        key = torture.constraint("child", "child_crossed_fk")
        assert (key.columns, key.referenced_columns) == (("x", "y"), ("b", "a"))
        assert (key.on_delete, key.on_update) == ("set_default", "restrict")

    def test_deferrable(self, torture) -> None:
        key = torture.constraint("child", "child_self_id_fkey")
        assert (key.is_deferrable, key.initially_deferred) == (True, True)
        unique = torture.constraint("child", "child_z_unique")
        assert (unique.columns, unique.is_deferrable, unique.initially_deferred) == (("z", "y"), True, False)

    def test_not_valid(self, torture) -> None:
        assert torture.constraint("child", "child_late_fk").not_valid
        check = torture.constraint("child", "child_late_chk")
        assert check.not_valid
        assert check.expression == "CHECK ((z < 1000)) NOT VALID"

    def test_check_columns(self, torture) -> None:
        check = torture.constraint("child", "child_order_chk")
        assert check.expression == "CHECK (((x <= y) AND (z IS NOT NULL)))"
        assert check.columns == ("x", "y", "z")
        assert torture.constraint("child", "child_true_chk").columns == ()

    def test_exclusion(self, torture) -> None:
        exclusion = torture.constraint("child", "child_no_overlap").to_dict()
        assert exclusion["method"] == "gist"
        assert exclusion["predicate"] == "(z > 0)"
        assert exclusion["elements"] == [
            {"column": "x", "expression": "x", "operator": "="},
            {"column": None, "expression": "tstzrange(lower(during), upper(during))", "operator": "&&"},
        ]
        assert exclusion["definition"].startswith("EXCLUDE USING gist (x WITH =")

    def test_nulls_not_distinct(self, torture) -> None:
        assert torture.constraint("nulls", "nulls_unique").nulls_not_distinct
        assert not torture.constraint("child", "child_z_unique").nulls_not_distinct

    def test_temporal_keys(self, torture, v18: None) -> None:
        assert torture.constraint("room", "room_pk").without_overlaps
        assert torture.constraint("booking", "booking_room_id_during_key").without_overlaps
        assert torture.constraint("booking", "booking_fk").period
        assert not torture.constraint("child", "child_parent_fk").period

    def test_not_enforced(self, torture, v18: None) -> None:
        assert not torture.constraint("virtual", "virtual_loose_chk").enforced

    def test_not_null_constraints_are_not_listed(self, torture) -> None:
        assert torture.table("measure").constraints == ()

    def test_a_key_to_a_partitioned_table_is_one_key(self, torture) -> None:
        assert [k.referenced_table for k in torture.table("to_hashed").foreign_keys] == ["hashed"]

    def test_order_is_by_kind_then_name(self, torture) -> None:
        names = [(c.kind, c.name) for c in torture.table("child").constraints]
        assert names == [
            ("primary_key", "child_pkey"),
            ("unique", "child_z_unique"),
            ("check", "child_late_chk"),
            ("check", "child_order_chk"),
            ("check", "child_true_chk"),
            ("foreign_key", "child_crossed_fk"),
            ("foreign_key", "child_late_fk"),
            ("foreign_key", "child_parent_fk"),
            ("foreign_key", "child_self_id_fkey"),
            ("exclusion", "child_no_overlap"),
        ]


class TestIndexes:
    def test_partial_expression_and_include(self, torture) -> None:
        index = torture.index("child", "child_code_partial")
        assert index.is_unique
        assert index.keys == (IndexKey(expression="lower(code)"), IndexKey(column="x"))
        assert index.include == ("y",)
        assert index.predicate == "(code <> ''::text)"
        assert index.constraint is None

    def test_of_a_constraint(self, torture) -> None:
        index = torture.index("child", "child_pkey")
        assert (index.is_primary, index.constraint) == (True, "child_pkey")

    def test_method_and_definition(self, torture) -> None:
        index = torture.index("child", "child_hash")
        assert (index.method, index.is_unique, index.is_valid) == ("hash", False, True)
        assert index.definition == 'CREATE INDEX child_hash ON "Torture Test".child USING hash (code)'

    def test_nulls_not_distinct(self, torture) -> None:
        assert torture.index("nulls", "nulls_index").nulls_not_distinct

    def test_order_is_bytewise(self, torture) -> None:
        names = [i.name for i in torture.table("child").indexes]
        assert names == sorted(names, key=str.encode)
        assert names[0] == "Upper Name"


class TestTables:
    @pytest.mark.parametrize(
        ("name", "kind"),
        [("child", "table"), ("measure", "partitioned_table"), ("a_view", "view"), ("a_matview", "materialized_view")],
    )
    def test_kinds(self, torture, name: str, kind: str) -> None:
        assert torture.table(name).kind == kind

    def test_materialized_views_have_lengths_and_indexes(self, torture) -> None:
        view = torture.table("a_matview")
        assert view.by_name["code"].column_type.character_max_length == 7
        assert view.indexes[0].name == "a_matview_index"

    def test_partition_key(self, torture) -> None:
        key = torture.table("measure").partition_key
        assert (key.strategy, key.columns, key.definition) == ("range", ("day", None), "RANGE (day, ((city + 1)))")

    def test_partition(self, torture) -> None:
        partition = torture.table("measure_2024").partition_of
        assert (partition.schema_name, partition.table) == ("Torture Test", "measure")
        assert partition.bound == "FOR VALUES FROM ('2024-01-01', MINVALUE) TO ('2025-01-01', MINVALUE)"
        assert "(day >= '2024-01-01'::date)" in partition.constraint

    def test_partition_that_is_partitioned(self, torture) -> None:
        table = torture.table("measure_rest")
        assert table.kind == "partitioned_table"
        assert table.partition_of.bound == "DEFAULT"
        assert torture.table("measure_rest_1").partition_of.table == "measure_rest"

    def test_hash_partition_constraint_holds_no_oid_and_runs(self, torture) -> None:
        constraint = torture.table("hashed_1").partition_of.constraint
        assert "hashed" in constraint
        with connect(torture.url) as connection:
            connection.execute(f'SELECT {constraint} FROM "Torture Test".hashed')

    def test_inheritance_keeps_declared_order(self, torture) -> None:
        assert [parent.table for parent in torture.table("heir").inherits] == ["base_two", "base_one"]
        assert torture.table("measure_2024").inherits == ()

    def test_triggers(self, torture) -> None:
        assert [t.to_dict() for t in torture.table("child").triggers] == [
            {
                "name": "child_off",
                "timing": "after",
                "events": ["delete"],
                "function": '"Torture Test".touch',
                "enabled": False,
                "fills": [],
                "is_read": True,
                "sets": [],
                "raises": [],
            },
            {
                "name": "child_touch",
                "timing": "before",
                "events": ["insert", "update"],
                "function": '"Torture Test".touch',
                "enabled": True,
                "fills": [],
                "is_read": True,
                "sets": [],
                "raises": [],
            },
        ]

    def test_a_table_without_columns(self, torture) -> None:
        assert torture.table("no_columns").columns == ()

    def test_tables_of_extensions_and_temporary_tables_are_left_out(self, torture) -> None:
        names = {table.name for table in torture.schema.tables.values()}
        assert not names & {"pg_stat_statements", "pg_stat_statements_info", "passing"}

    def test_order_is_bytewise(self, torture) -> None:
        assert [s.name for s in torture.schema.schemas] == ["Torture Test", "other", "public", "zz_empty"]
        names = [t.name for t in torture.schema.schemas[0].tables]
        assert names == sorted(names, key=str.encode)


class TestTypes:
    def test_enums(self, torture) -> None:
        assert torture.schema.enum_labels == {
            ("Torture Test", "mood"): ("sad", "meh", "ok", "happy"),
            ("other", "colour"): ("red", "green"),
            ("other", "unused"): (),
        }

    def test_domains(self, torture) -> None:
        domains = torture.schema.domain_types
        assert {name for _, name in domains} == {"positive", "small_positive", "cep", "tags", "binary_text"}
        positive = domains[("Torture Test", "positive")]
        assert (positive.default, positive.not_null, positive.base.udt_name) == ("1", False, "int4")
        assert positive.checks[0].expression == "CHECK ((VALUE > 0))"

    def test_nested_domain(self, torture) -> None:
        nested = torture.schema.domain_types[("Torture Test", "small_positive")]
        assert nested.not_null
        assert nested.base.kind == "domain"
        assert nested.base.udt_name == "positive"
        assert [c.expression for c in nested.checks] == ["CHECK (((VALUE)::integer < 100))"]

    def test_domain_over_an_array_and_with_a_collation(self, torture) -> None:
        domains = torture.schema.domain_types
        assert domains[("Torture Test", "tags")].base.element.udt_name == "text"
        assert domains[("Torture Test", "binary_text")].base.collation == "C"

    def test_composites(self, torture) -> None:
        [address] = torture.schema.composites
        assert [(f.name, f.column_type.data_type) for f in address.fields] == [
            ("street", "character varying(40)"),
            ("number", "integer"),
            ("kind", '"Torture Test".mood'),
        ]

    def test_ranges(self, torture) -> None:
        [own] = torture.schema.ranges
        assert (own.name, own.subtype.udt_name, own.multirange) == ("float_range", "float8", "float_multirange")

    def test_extensions(self, torture) -> None:
        assert torture.schema.extensions == ("btree_gist", "pg_stat_statements", "plpgsql")


class TestFunctions:
    def test_those_that_constraints_reach(self, torture) -> None:
        found = {(f.schema_name, f.name) for f in torture.schema.functions}
        assert found == {
            ("other", "is_cep"),
            ("Torture Test", "indirect"),
            ("other", "digits"),
            ("Torture Test", "four_times"),
            ("Torture Test", "twice"),
        }

    def test_arguments_and_body(self, torture) -> None:
        by_name = {f.name: f for f in torture.schema.functions}
        cep = by_name["is_cep"]
        assert cep.arguments == ("code", "strict_form")
        assert cep.argument_types == ("text", "boolean")
        assert (cep.returns, cep.language, cep.volatility) == ("boolean", "sql", "immutable")
        assert "length" in cep.body
        assert by_name["indirect"].arguments == ("",)
        assert by_name["twice"].body == "RETURN (n * 2)"


class TestOptions:
    def _read(self, url: str, **options) -> DatabaseSchema:
        with connect(url) as connection:
            return introspect(connection, IntrospectOptions(**options))

    def test_whitelist(self, torture) -> None:
        schema = self._read(torture.url, schemas=("other",))
        assert [s.name for s in schema.schemas] == ["other"]
        assert [str(ref) for ref in schema.tables] == ["other.from_other"]

    def test_whitelist_keeps_keys_that_point_outside(self, torture) -> None:
        schema = self._read(torture.url, schemas=("other",))
        [key] = schema.tables[TableRef("other", "from_other")].foreign_keys
        assert str(key.target) == '"Torture Test".to_other'

    def test_whitelist_keeps_types_that_columns_use(self, torture) -> None:
        schema = self._read(torture.url, schemas=("Torture Test",))
        assert ("other", "colour") in schema.enum_labels
        assert ("other", "unused") not in schema.enum_labels

    def test_unknown_schema(self, torture) -> None:
        with pytest.raises(IntrospectionError, match="schema 'othr' does not exist") as caught:
            self._read(torture.url, schemas=("other", "othr"))
        assert caught.value.hint == "did you mean 'other'?"

    @pytest.mark.parametrize(
        ("option", "kind"), [("include_views", "view"), ("include_materialized_views", "materialized_view")]
    )
    def test_without_a_kind(self, torture, option: str, kind: str) -> None:
        assert kind in {t.kind for t in torture.schema.tables.values()}
        assert kind not in {t.kind for t in self._read(torture.url, **{option: False}).tables.values()}

    def test_without_indexes(self, torture) -> None:
        assert all(t.indexes == () for t in self._read(torture.url, include_indexes=False).tables.values())

    def test_without_comments(self, torture) -> None:
        schema = self._read(torture.url, include_comments=False)
        assert all(t.comment is None for t in schema.tables.values())
        assert all(c.comment is None for t in schema.tables.values() for c in t.columns)

    def test_system_schemas(self, torture) -> None:
        names = {s.name for s in self._read(torture.url, include_system_schemas=True).schemas}
        assert {"pg_catalog", "information_schema"} <= names

    def test_a_listed_system_schema(self, torture) -> None:
        assert len(self._read(torture.url, schemas=("pg_catalog",)).tables) > 50


class TestStability:
    def test_reads_back(self, torture) -> None:
        assert DatabaseSchema.from_json(torture.schema.to_json()) == torture.schema

    def test_fingerprint(self, torture) -> None:
        assert torture.schema.schema_fingerprint == torture.schema.fingerprint()

    def test_search_path_of_the_session_does_not_matter(self, torture) -> None:
        with connect(torture.url) as connection:
            connection.execute(
                "SET search_path = 'Torture Test', other; SET datestyle = 'SQL, DMY'; SET timezone = 'Asia/Tokyo'"
            )
            again = introspect(connection)
            assert connection.execute("SHOW search_path").fetchone() == ('"Torture Test", other',)
        assert again == torture.schema

    def test_same_ddl_elsewhere_has_the_same_fingerprint(self, database) -> None:
        urls = [database("CREATE SEQUENCE burn_some_oids;" * i + crm_sql()) for i in range(2)]
        found = []
        for url in urls:
            with connect(url) as connection:
                found.append(introspect(connection, IntrospectOptions(schemas=("crm",))))
        assert found[0].database != found[1].database
        assert found[0].schema_fingerprint == found[1].schema_fingerprint

    def test_inside_a_transaction_of_the_caller(self, torture) -> None:
        with connect(torture.url) as connection, connection.transaction():
            connection.execute("SELECT 1")
            assert introspect(connection) == torture.schema

    def test_needs_no_rights_on_the_tables(self, torture) -> None:
        with connect(torture.url, read_only=False) as connection:
            connection.execute("DO $$ BEGIN CREATE ROLE nobody_special; EXCEPTION WHEN duplicate_object THEN END $$")
            connection.execute("SET ROLE nobody_special")
            assert introspect(connection) == torture.schema


class TestOldServers:
    @pytest.mark.parametrize("name", ["types", "constraints", "indexes", "functions", "load_foreign_keys"])
    def test_queries_for_old_servers_run(self, torture, name: str) -> None:
        parameters = {"relations": [], "domains": [], "schemas": [], "roots": []}
        with connect(torture.url) as connection:
            connection.execute(query(name, 130000), parameters)

    def test_too_old(self, torture, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(catalog, "OLDEST", 990000)
        with connect(torture.url) as connection, pytest.raises(IntrospectionError, match="is too old"):
            introspect(connection)

    def test_a_failing_query_is_named(self, torture) -> None:
        with connect(torture.url, statement_timeout_s=0.001) as connection, pytest.raises(IntrospectionError):
            introspect(connection, IntrospectOptions(include_system_schemas=True))


def test_three_hundred_tables(database) -> None:
    def renamed(i: int) -> str:
        return (
            crm_sql()
            .replace("crm.", f"crm{i}.")
            .replace("SCHEMA crm", f"SCHEMA crm{i}")
            .replace("EXISTS crm", f"EXISTS crm{i}")
        )

    url = database("".join(map(renamed, range(15))))
    with connect(url) as connection:
        schema = introspect(connection)
    assert len(schema.tables) == 300
