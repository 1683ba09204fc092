"""Brazilian documents and codes, whatever the locale: their names mean nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from datalchemy_nb.planning.suggest.meaning import Meaning, first_meaning
from datalchemy_nb.planning.suggest.offers import Offer, Offers, always, offer
from datalchemy_nb.planning.suggest.suggestion import Suggestion
from datalchemy_nb.planning.suggest.view import ColumnView
from datalchemy_nb.planning.suggest.words import vocabulary


def recognise_documents(view: ColumnView) -> Suggestion | None:
    """Suggest documents with valid check digits, with punctuation only where there is room for it on purpose."""
    return first_meaning(view, "recognise_documents", MEANINGS)


def _written(id_: str, plain: int) -> Offers:
    """Digits alone; with punctuation first where the column is just long enough for it."""

    def offers(view: ColumnView) -> Sequence[Offer]:
        length = view.slot.max_length
        formatted, digits = offer(id_, formatted=True), offer(id_, formatted=False)
        return [formatted, digits] if length is not None and plain < length <= plain + 4 else [digits, formatted]

    return offers


MEANINGS = (
    Meaning("a CPF", vocabulary(portuguese="cpf"), _written("semantic.br.cpf", 11), confidence=0.98),
    Meaning("a CNPJ", vocabulary(portuguese="cnpj"), _written("semantic.br.cnpj", 14), confidence=0.98),
    Meaning("an RG", vocabulary(portuguese="rg, registro geral, identidade"), _written("semantic.br.rg", 9)),
    Meaning("a CNH", vocabulary(portuguese="cnh, habilitacao"), always(offer("semantic.br.cnh"))),
    Meaning("a PIS/PASEP", vocabulary(portuguese="pis, pasep, nis, nit"), _written("semantic.br.pis", 11)),
    Meaning("a voter's card", vocabulary(portuguese="titulo eleitor"), always(offer("semantic.br.titulo_eleitor"))),
    Meaning(
        "a licence plate",
        vocabulary("license plate, licence plate, plate number", "placa, placa veiculo, placa carro"),
        always(offer("semantic.br.plate")),
    ),
    Meaning("a PIX key", vocabulary("pix key", "chave pix, pix"), always(offer("semantic.br.pix_key"))),
    Meaning("a boleto line", vocabulary(portuguese="linha digitavel, boleto"), always(offer("semantic.br.boleto"))),
    Meaning("a bank code", vocabulary(portuguese="banco codigo, codigo banco"), always(offer("semantic.br.bank.code"))),
    Meaning("a bank branch", vocabulary(portuguese="agencia"), always(offer("semantic.br.bank.branch"))),
    Meaning(
        "a bank account",
        vocabulary("bank account", "conta corrente, conta bancaria, numero conta"),
        always(offer("semantic.br.bank.account")),
    ),
)
