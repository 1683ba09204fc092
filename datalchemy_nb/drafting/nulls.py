"""How often a column that may be empty is empty, by what its name says."""

from __future__ import annotations

from dataclasses import replace

from datalchemy_nb.drafting.suggestion import Suggestion
from datalchemy_nb.drafting.view import ColumnView
from datalchemy_nb.drafting.words import Vocabulary, vocabulary

_RATES: tuple[tuple[float, Vocabulary], ...] = (
    (0.95, vocabulary(
        "deleted at, deleted on, deleted by, deletion reason, archived at, revoked at, banned at, blocked at, "
        "death date, "
        "date death, died on, deceased at, error, error message, failure reason, fax, fax number, telex, locked at",
        "excluido em, excluido por, deletado em, data exclusao, data obito, data falecimento, erro, mensagem "
        "erro, fax, "
        "bloqueado em",
    )),
    (0.85, vocabulary(
        "address line 2, address 2, address2, line 2, line2, street 2, address line 3, apartment, unit number, suite, "
        "suffix, name suffix, terminated at, termination date, cancelled at, canceled at, cancel reason, "
        "cancellation reason, rejected at, rejection reason, refunded at, refund amount, promo price, special price, "
        "sale price",
        "endereco 2, nome social, cancelado em, data cancelamento, motivo cancelamento, demitido em, data demissao, "
        "data desligamento, motivo recusa, preco promocional, estornado em",
    )),
    (0.6, vocabulary(
        "middle name, middle initial, second name, second phone, alternate phone, phone 2, phone2, mobile 2, "
        "other phone, "
        "secondary email, nickname, website, homepage, url, end date, ended at, closed at, notes, note, remarks, "
        "comment, "
        "comments, internal notes, memo, special instructions, instructions, parent, company, tax id, maiden name, "
        "coupon code, referral code, completed at, finished at",
        "nome meio, apelido, telefone 2, telefone secundario, email secundario, complemento, site, observacao, "
        "observacoes, obs, data fim, encerrado em, data encerramento, instrucoes, ponto referencia, cupom",
    )),
    (0.25, vocabulary(
        "description, biography, bio, avatar, photo, image, image url, birth date, birthdate, "
        "date birth, last login, last login at, last seen at, updated by",
        "descricao, biografia, foto, imagem, avatar, ultimo acesso, ultimo login",
    )),
)  # fmt: skip


def with_usual_nulls(view: ColumnView, found: Suggestion) -> Suggestion:
    """Let a column be empty as often as its name says, unless its rule has said so already."""
    if found.null_rate is not None or found.when is not None or found.generator_id is None:
        return found
    if not view.may_be_null or view.in_key:
        return found
    rate = next((rate for rate, meaning in _RATES if view.says(meaning)), None)
    return found if rate is None else replace(found, null_rate=rate)
