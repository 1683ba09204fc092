"""Columns of ordinary tables that name a record of a list everybody knows: a currency, a language, a payment method."""

from __future__ import annotations

from datalchemy_nb.domains import reference
from datalchemy_nb.domains.reference import ListWords
from datalchemy_nb.drafting.meaning import suggest
from datalchemy_nb.drafting.offers import Offer, first_fitting, offer
from datalchemy_nb.drafting.suggestion import Suggestion
from datalchemy_nb.drafting.view import ColumnView
from datalchemy_nb.drafting.words import singular, split_words

_HEX, _HEX_ALPHA = 7, 9
_FIELDS = frozenset("code codigo name nome nombre nom abbr sigla symbol simbolo iso key".split())
_STATE = frozenset("status state situacao estado estatus stage etapa".split())
_NOT_HERE = frozenset(
    {
        "country",
        "subdivision",
        "tag",
        "skill",
        "permission",
        "size",
        "unit",
        "locale",
        "product_category",
        "school_subject",
    }
)
"""Lists that other rules know better, or whose words mean many things."""


def recognise_reference(view: ColumnView) -> Suggestion | None:
    """Suggest records of a list that the column's name, or its table's with a state, says."""
    if view.category != "text" or view.is_unique:
        return None
    if view.slot.max_length in (_HEX, _HEX_ALPHA) and {"color", "colour", "cor"} & set(view.words):
        return None  # `#4a90d9`
    found = _list_of(view)
    if found is None and view.literal_default is not None:
        return _by_default(view, view.literal_default)
    if found is None or (found.id in _OF_HOME and not {"name", "nome"} & set(view.words)):
        return None
    offers, told = _offers(view, found), [f"name says {found.id.replace('_', ' ')}"]
    if view.literal_default is not None:
        # The application has words of its own; where the default is one of the list's, they are the list's.
        offers = [one for one in offers if view.literal_default in _values(view, found, one)]
        told.append(f"default {view.literal_default} is one of them")
    return suggest(view, "recognise_reference", first_fitting(view, offers), tuple(told), 0.8)


def _by_default(view: ColumnView, default: str) -> Suggestion | None:
    """States of the list that has the default among its own, written as the default is: `DRAFT`, `PUBLISHED`."""
    if not _STATE & set(view.words) or not default.isascii():
        return None
    for listed in reference.lists():
        if not listed.id.endswith("_status") or listed.id == "marital_status":
            continue
        records = reference.records(listed.id, "en_US")
        codes = [str(code) for code in records.columns["code"]]
        if default.lower() not in codes:
            continue
        values = [code.upper() if default.isupper() else code.title() if default.istitle() else code for code in codes]
        wanted = offer("primitive.choice", values=values, weights=[float(weight) for weight in records.weights])
        told = (f"default {default} is a {listed.id.replace('_', ' ')}",)
        return suggest(view, "recognise_reference", first_fitting(view, [wanted]), told, 0.7)
    return None


_OF_HOME = frozenset({"currency", "language", "time_zone"})
"""Codes that are mostly those of the plan's own country: the culture's rule knows which."""


def _values(view: ColumnView, listed: ListWords, one: Offer) -> frozenset[str]:
    return frozenset(map(str, reference.records(listed.id, view.slot.locale).columns[one.id.rpartition(".")[2]]))


def _list_of(view: ColumnView) -> ListWords | None:
    words = [singular(word) for word in view.words]
    if view.is_region:
        return None
    if (words and words[-1] in _STATE) or (words[:1] and words[0] in _STATE):
        if "state" in words and _OF_PLACES & set(words):
            return None  # `billing_state`
        own = [word for word in words if word not in _STATE] or [singular(word) for word in view.table.noun][-1:]
        named = reference.list_for("_".join([*own, "status"])) or reference.list_for("_".join(["status", *own]))
        if named is None and view.text_language in _HEAD_FIRST:
            head = [singular(word) for word in split_words(view.table.ref.table)][:1]
            named = reference.list_for("_".join([*head, "status"])) if len(words) == 1 else None
        if named is None and _has_account(view):
            return reference.list_for("account_status")
        return named
    bare = [word for word in words if word not in _FIELDS]
    for tried in ("_".join(words), "_".join(bare)):
        found = reference.list_for(tried) if tried else None
        if found is not None and found.id not in _NOT_HERE:
            return found if found.id not in _OF_MEDICINE or _treats(view) else None
    return None


_OF_PLACES = frozenset("province billing shipping mailing bill ship home birth residence code abbr".split())
_HEAD_FIRST = frozenset({"pt", "es", "fr"})
"""Languages whose names begin with what a row is: `pedidos_venda` are orders."""


def _has_account(view: ColumnView) -> bool:
    """Whether a row is a person or a company by the table's name; an invoice with a CNPJ in it is neither."""
    subject, told = view.table.subject or ("", "")
    return subject in ("person", "company") and told.startswith("a row of")


_OF_MEDICINE = frozenset({"medical_specialty", "medical_procedure", "diagnosis", "medication"})
_TREATING = frozenset(
    "patient paciente doctor medico physician clinic clinica hospital nurse enfermeiro diagnosis diagnostico exam "
    "exame prescription receita medication medicamento appointment consulta encounter".split()
)


def _treats(view: ColumnView) -> bool:
    """Whether the schema is of people who treat others: an instructor's specialty is no cardiology."""
    return any(_TREATING & {singular(word) for word in split_words(ref.table)} for ref in view.table.schema.tables)


def _offers(view: ColumnView, listed: ListWords) -> list[Offer]:
    known = [one.name for one in listed.fields]
    length = view.slot.max_length
    codes = [name for name in ("alpha2", "code") if name in known]
    long = length is None or length > 8
    told_code = bool({"code", "codigo", "sigla", "iso"} & set(view.words))
    # Programs keep codes in English; where the schema speaks another language, so do its rows.
    told_words = view.text_language != "en" and listed.id not in ("currency", "language", "time_zone", "http_method")
    named = listed.id == "language" and "language" in view.table.words
    names = (
        ["name", *codes]
        if (long and named) or (long and not told_code and (listed.id not in _CODED or told_words))
        else [*codes, "name"]
    )
    return [offer(f"reference.{listed.id}.{name}") for name in names if name in known]


_CODED = frozenset(
    {
        "currency", "language", "time_zone", "payment_method", "order_status", "invoice_status", "payment_status",
        "ticket_status", "task_status", "priority", "severity", "role", "shipment_status", "subscription_status",
        "account_status", "appointment_status", "lead_status", "approval_status", "job_status", "employment_status",
        "project_status", "publication_status", "log_level", "http_method", "channel", "contact_type",
    }
)  # fmt: skip
"""Lists whose records programs keep by their code."""
