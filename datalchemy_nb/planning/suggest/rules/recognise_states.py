"""Small sets of states and kinds that no constraint lists."""

from __future__ import annotations

from collections.abc import Sequence

from datalchemy_nb.planning.suggest.meaning import Meaning, first_meaning
from datalchemy_nb.planning.suggest.offers import Offers, offer
from datalchemy_nb.planning.suggest.suggestion import Suggestion
from datalchemy_nb.planning.suggest.view import ColumnView
from datalchemy_nb.planning.suggest.words import vocabulary


def recognise_states(view: ColumnView) -> Suggestion | None:
    """Suggest a few common words; a literal default means that the application has words of its own."""
    if view.literal_default is not None or view.is_unique:
        return None
    return first_meaning(view, "recognise_states", MEANINGS)


def _words(portuguese: Sequence[str], english: Sequence[str]) -> Offers:
    return lambda view: [offer("primitive.choice", values=list(portuguese if view.is_portuguese else english))]


MEANINGS = (
    Meaning(
        "a payment method",
        vocabulary("payment method, payment type", "metodo, metodo pagamento, forma pagamento, meio pagamento"),
        lambda view: [
            offer("domain.finance.payment_method"),
            offer("primitive.choice", values=["pix", "boleto", "cartao"]),
        ],
        confidence=0.8,
        when=lambda view: view.words != ("metodo",) or bool({"pagamento", "pagamentos"} & set(view.table.words)),
    ),
    Meaning(
        "an HTTP method",
        vocabulary("http method, request method, method", ""),
        lambda view: [offer("primitive.choice", values=["GET", "POST", "PUT", "PATCH", "DELETE"])],
        confidence=0.7,
        when=lambda view: len(view.words) == 1 or bool({"http", "request"} & set(view.words)),
    ),
    Meaning(
        "a shipping method",
        vocabulary("shipping method, delivery method, shipping type", "forma envio, metodo envio, tipo frete"),
        _words(["padrao", "expressa", "retirada"], ["standard", "express", "pickup"]),
        confidence=0.8,
    ),
    Meaning(
        "a card network",
        vocabulary("card type, card brand, card network", "bandeira, bandeira cartao"),
        lambda view: [offer("primitive.choice", values=["visa", "mastercard", "elo", "amex"])],
    ),
    Meaning(
        "a tracking code",
        vocabulary("tracking code, tracking number", "codigo rastreio, rastreio, codigo rastreamento"),
        lambda view: [offer("domain.logistics.tracking_code")],
    ),
    Meaning(
        "an action",
        vocabulary("action, event type, operation, verb", "acao, operacao, tipo evento"),
        _words(["criar", "alterar", "excluir", "consultar"], ["create", "update", "delete", "view"]),
        confidence=0.6,
    ),
    Meaning(
        "a state of affairs",
        vocabulary("status, state, stage", "status, situacao, estado"),
        _words(["ativo", "pendente", "concluido", "cancelado"], ["active", "pending", "done", "cancelled"]),
        confidence=0.6,
    ),
    Meaning(
        "a priority",
        vocabulary("priority, severity, urgency", "prioridade, severidade, urgencia"),
        _words(["baixa", "media", "alta"], ["low", "medium", "high"]),
        confidence=0.75,
    ),
    Meaning(
        "a role",
        vocabulary("role", "papel, perfil acesso"),
        _words(["administrador", "editor", "leitor"], ["admin", "editor", "viewer"]),
        confidence=0.6,
    ),
    Meaning(
        "a kind",
        vocabulary("type, kind, category", "tipo, categoria, especie, classificacao"),
        _words(["padrao", "especial", "interno", "externo"], ["standard", "special", "internal", "external"]),
        confidence=0.5,
    ),
    Meaning(
        "a numbered state or kind",
        vocabulary("status, state, stage, type, kind, priority", "status, situacao, tipo, prioridade"),
        lambda view: [offer("primitive.choice", values=[0, 1, 2, 3])],
        holds=("integer",),
        confidence=0.6,
    ),
)
