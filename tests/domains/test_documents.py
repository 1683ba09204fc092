"""Documents of JSON: valid against their schema, with another library as witness; drafted in the plan's language."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
import pytest

from datalchemy_nb.domains.base import Domain
from datalchemy_nb.domains.literals import ArrayText
from datalchemy_nb.domains.registry import find_generator, generators
from datalchemy_nb.domains.texts.documents import SchemaError, document
from datalchemy_nb.domains.texts.grammar import languages
from tests.domains.domain_laws import assert_laws, slot, words

LOCALES = {"pt": "pt_BR", "en": "en_US", "es": "es_ES", "fr": "fr_FR", "de": "de_DE"}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["id", "nome", "contato", "itens", "quando"],
    "properties": {
        "id": {"type": "integer", "minimum": 1, "maximum": 10**9},
        "nome": {"type": "string", "minLength": 5, "maxLength": 40},
        "codigo": {"type": "string", "pattern": "^[A-Z]{3}-\\d{4}$"},
        "ativo": {"type": "boolean", "x-share": 0.9},
        "preco": {"type": "number", "exclusiveMinimum": 0, "maximum": 99.5, "multipleOf": 0.5},
        "pares": {"type": "integer", "minimum": 3, "maximum": 20, "multipleOf": 2},
        "estado": {"enum": ["novo", "pago", 'com "aspas"', None, 7]},
        "nota": {"type": ["integer", "null"], "minimum": 1, "maximum": 5},
        "misto": {"anyOf": [{"type": "boolean"}, {"type": "string", "format": "date"}]},
        "quando": {"type": "string", "format": "date-time"},
        "contato": {
            "type": "object",
            "required": ["email"],
            "properties": {
                "email": {"type": "string", "format": "email"},
                "cidade": {"x-generator": "semantic.br.city"},
                "uf": {"x-generator": "semantic.br.uf"},
            },
        },
        "itens": {
            "type": "array",
            "minItems": 1,
            "maxItems": 4,
            "uniqueItems": True,
            "items": {"$ref": "#/$defs/item"},
        },
        "vazio": {"type": "object"},
        "nada": {"type": "null"},
    },
    "$defs": {"item": {"enum": ["a", "b", "c", "d", "e"]}},
}


def drawn(domain: Domain, count: int = 1000) -> list[Any]:
    return [json.loads(text) for text in domain.take(domain.draw(words(count)))]


def test_documents_follow_their_schema() -> None:
    domain = document(SCHEMA, slot("json", "jsonb", locale="pt_BR"))
    assert_laws(domain)
    # It reads a grammar of URIs, which takes longer than to collect all tests of this folder.
    import jsonschema

    checker = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker())
    documents = drawn(domain)
    for one in documents:
        checker.validate(one)
        assert list(one) == [key for key in SCHEMA["properties"] if key in one], "keys keep their order"
    for key, share in (("id", 1.0), ("codigo", 0.8), ("vazio", 0.8)):
        assert abs(sum(key in one for one in documents) / len(documents) - share) < 0.05
    assert {one.get("estado") for one in documents} >= {"novo", "pago", 'com "aspas"', None, 7}
    shares = [one["ativo"] for one in documents if "ativo" in one]
    assert 0.85 < sum(shares) / len(shares) < 0.95
    places = {(c["cidade"], c["uf"]) for c in (one["contato"] for one in documents) if {"cidade", "uf"} <= set(c)}
    assert len(places) < 700, "the city decides its state"


def test_text_is_written_as_jsonb_shows_it() -> None:
    schema = {"properties": {"a": {"const": [1, {"b": None}]}, "c": {"const": "ç\n"}}, "required": ["a", "c"]}
    (only,) = set(document(schema, slot("json", "jsonb")).take(words(4) % 1).to_list())
    assert only == '{"a": [1, {"b": null}], "c": "ç\\n"}'


@pytest.mark.parametrize(
    ("schema", "says"),
    [
        ({"type": "object", "properties": {"a": {"not": {}}}}, "#/properties/a: 'not' is not supported"),
        ({"type": "objekt"}, "there is no type 'objekt'"),
        ({"type": "object", "required": ["x"]}, "'x' is required"),
        ({"type": "array", "minItems": 3, "maxItems": 1}, "above maxItems"),
        ({"type": "array", "minItems": 3, "uniqueItems": True, "items": {"enum": [1, 2]}}, "needs as many values"),
        ({"type": "integer", "minimum": 5, "maximum": 4}, "no number lies between"),
        ({"type": "string", "format": "iban"}, "format 'iban'"),
        ({"$ref": "#/$defs/none"}, "leads nowhere"),
        ({"$defs": {"a": {"items": {"$ref": "#/$defs/a"}}}, "$ref": "#/$defs/a"}, "refers to itself"),
        ({"x-generator": "semantic.nobody"}, "no generator"),
        (["a"], "a schema is an object"),
    ],
)
def test_what_cannot_be_made_is_refused_with_its_place(schema: Any, says: str) -> None:
    with pytest.raises(SchemaError, match=says.replace("(", r"\(")):
        document(schema, slot("json", "jsonb"))


def test_drafted_documents_speak_the_plans_language() -> None:
    names = [id_ for id_ in generators() if id_.startswith("document.") and id_ != "document.json"]
    assert len(names) >= 10
    keys: dict[str, set[str]] = {}
    for language in languages():
        for id_ in names:
            spec = find_generator(id_)
            assert spec is not None
            domain = spec.build(spec.params(), slot("json", "jsonb", locale=LOCALES[language]))
            assert isinstance(domain, Domain)
            documents = drawn(domain, 200)
            if language == "pt":
                assert_laws(domain)
            assert len({json.dumps(one) for one in documents}) > 20
            for one in documents:
                keys.setdefault(language, set()).update(one if isinstance(one, dict) else ())
    assert {"cidade", "tema", "cor"} <= keys["pt"]
    assert {"city", "theme", "color"} <= keys["en"]
    assert not {"city", "theme", "color"} & keys["pt"]


def test_tags_are_arrays_of_different_words() -> None:
    spec = find_generator("text.tags")
    assert spec is not None
    domain = spec.build(spec.params(), slot("array", "text[]", locale="pt_BR"))
    assert isinstance(domain, Domain)
    texts = assert_laws(domain)
    assert domain.injective
    assert texts.str.contains(r'^\{("[^"]+"(,"[^"]+"){0,3})?\}$').all()
    counts = domain.take(domain.draw(words(5000))).str.count_matches(r'"') // 2
    assert sorted(counts.unique().to_list()) == [0, 1, 2, 3, 4]
    lists = [text.strip("{}").split(",") for text in texts if text != "{}"]
    assert all(len(set(one)) == len(one) for one in lists)
    assert isinstance(ArrayText(domain).take(words(2) % 1), pl.Series)


def test_marks_that_json_escapes_are_escaped_where_few_values_hold_one() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string", "pattern": '^x["\\\\\\n\\t\\r]?(y{1,90})$'}}}
    values = [found["a"] for found in drawn(document(schema, slot("json", "jsonb"))) if found]
    assert {"\n", '"', "\\", "\t", "\r"} <= set("".join(values))
    assert set("".join(values)) == set('xy"\\\n\t\r')
