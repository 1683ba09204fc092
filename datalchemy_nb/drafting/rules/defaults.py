"""States, roles and the like whose default alone is written: the words that stand beside it in such programs.

``status text DEFAULT 'pending'`` says how a row begins, not that it stays so. What it comes to is told by what the rows
are, in the language and the case of the default.
"""

from __future__ import annotations

from datalchemy_nb.drafting.meaning import suggest
from datalchemy_nb.drafting.offers import first_fitting, offer
from datalchemy_nb.drafting.suggestion import Suggestion
from datalchemy_nb.drafting.view import ColumnView
from datalchemy_nb.drafting.words import singular, split_words, vocabulary

_STATE = vocabulary("status, state, stage", "status, situacao, estado, estatus, statut")
_ROLE = vocabulary("role, user role, access level", "papel, perfil, rol")
_PRIORITY = vocabulary("priority, severity, urgency", "prioridade, prioridad, priorite")
_SEEN_BY = vocabulary("visibility, access, privacy", "visibilidade")
_TIER = vocabulary("plan, tier, plan type, subscription tier", "plano")
_STATES: tuple[tuple[str, str], ...] = (
    # Nouns of tables, and the states of their rows with how often each is met; the first family that holds the default.
    ("comment review post reply testimonial comentario avaliacao", "pending 10, approved 80, rejected 6, spam 4"),
    ("comment post reply page article story blog", "draft 16, published 74, archived 10"),
    ("order purchase pedido", "pending 8, processing 8, shipped 12, delivered 66, cancelled 6"),
    ("order purchase", "placed 8, confirmed 8, shipped 12, delivered 66, cancelled 6"),
    ("order purchase", "new 8, processing 10, completed 74, cancelled 8"),
    ("payment transaction charge payout transfer refund deposit withdrawal", "pending 8, completed 82, failed 7, "
    "refunded 3"),
    ("invoice bill statement installment", "draft 6, sent 16, paid 68, overdue 8, cancelled 2"),
    ("invoice bill statement installment due", "pending 18, paid 70, overdue 9, cancelled 3"),
    ("invoice bill", "unpaid 20, paid 72, overdue 8"),
    ("booking reservation appointment visit session", "pending 8, confirmed 18, completed 62, cancelled 12"),
    ("booking reservation appointment visit session lesson", "scheduled 16, completed 70, cancelled 10, no_show 4"),
    ("booking reservation", "confirmed 24, completed 64, cancelled 12"),
    ("task todo step activity", "todo 26, in_progress 16, done 58"),
    ("task todo step activity", "pending 26, in_progress 16, completed 58"),
    ("ticket case request incident complaint issue", "open 14, in_progress 14, resolved 24, closed 48"),
    ("ticket case request incident complaint issue lead", "new 12, in_progress 18, resolved 24, closed 46"),
    ("maintenance repair ticket request", "pending 12, in_progress 12, completed 70, cancelled 6"),
    ("subscription membership contract", "active 68, past_due 6, cancelled 20, expired 6"),
    ("subscription membership contract", "trialing 12, active 62, past_due 6, cancelled 20"),
    ("job run export import build task", "pending 6, running 4, completed 82, failed 8"),
    ("job run export import build", "queued 6, running 4, succeeded 82, failed 8"),
    ("invitation invite", "pending 24, accepted 60, declined 8, expired 8"),
    ("friend friendship connection follow", "pending 14, accepted 80, blocked 6"),
    ("application candidate applicant admission", "pending 24, under_review 18, accepted 26, rejected 32"),
    ("application candidate applicant", "applied 26, interviewing 20, hired 14, rejected 40"),
    ("application candidate applicant", "submitted 26, under_review 20, approved 34, rejected 20"),
    ("enrollment registration", "enrolled 46, completed 42, dropped 12"),
    ("campaign ad advertisement", "draft 12, active 26, paused 8, completed 54"),
    ("message email notification sms", "pending 6, sent 20, delivered 68, failed 6"),
    ("message notification", "unread 34, read 66"),
    ("message email sms", "queued 4, sent 22, delivered 68, failed 6"),
    ("shipment delivery parcel package", "pending 8, in_transit 14, delivered 74, returned 4"),
    ("user account member customer employee vendor seller", "pending 6, active 84, suspended 10"),
    ("lead prospect contact", "new 34, contacted 28, qualified 22, lost 16"),
    ("", "pending 20, approved 68, rejected 12"), ("", "active 82, inactive 18"), ("", "draft 22, published 70, "
    "archived 8"),
    ("", "open 24, in_progress 18, closed 58"), ("", "new 22, in_progress 24, done 54"), ("", "todo 30, in_progress "
    "20, done 50"),
    ("", "available 70, reserved 12, sold 18"), ("", "planned 18, in_progress 26, completed 56"),
    ("", "scheduled 20, completed 68, cancelled 12"), ("", "queued 8, running 6, completed 80, failed 6"),
    ("", "unread 34, read 66"), ("", "enabled 84, disabled 16"), ("", "created 18, processing 14, completed 68"),
    ("", "unverified 18, verified 82"), ("", "submitted 24, approved 62, rejected 14"), ("", "online 62, offline 38"),
    ("pedido compra", "pendente 10, pago 14, enviado 14, entregue 56, cancelado 6"),
    ("pagamento fatura parcela boleto conta", "pendente 20, pago 70, vencido 7, cancelado 3"),
    ("agendamento consulta reserva", "pendente 10, confirmado 20, concluido 58, cancelado 12"),
    ("agendamento consulta reserva", "agendado 18, confirmado 12, realizado 60, cancelado 10"),
    ("tarefa chamado ticket", "pendente 24, em_andamento 16, concluido 60"),
    ("", "pendente 22, aprovado 66, rejeitado 12"), ("", "ativo 84, inativo 16"), ("", "rascunho 22, publicado 70, "
    "arquivado 8"),
    ("", "aberto 24, em_andamento 18, fechado 58"), ("", "novo 22, em_andamento 24, concluido 54"),
    ("pedido compra", "pendiente 12, enviado 18, entregado 62, cancelado 8"),
    ("pago factura recibo cuota", "pendiente 20, pagado 70, vencido 8, anulado 2"),
    ("cita reserva", "pendiente 12, confirmada 20, completada 56, cancelada 12"),
    ("", "pendiente 22, aprobado 66, rechazado 12"), ("", "activo 84, inactivo 16"), ("", "borrador 22, publicado "
    "70, archivado 8"),
    ("", "abierto 24, en_proceso 18, cerrado 58"), ("", "nuevo 22, en_proceso 24, terminado 54"),
    ("", "brouillon 22, publie 70, archive 8"), ("", "actif 84, inactif 16"), ("", "en_attente 22, valide 66, refuse "
    "12"),
    ("", "entwurf 22, veroeffentlicht 70, archiviert 8"), ("", "aktiv 84, inaktiv 16"), ("", "offen 26, "
    "in_bearbeitung 18, erledigt 56"),
)  # fmt: skip
_ROLES = (
    "user 86, moderator 9, admin 5", "member 82, manager 12, admin 6", "customer 90, staff 7, admin 3", "viewer 60, "
    "editor 32, admin 8",
    "contributor 60, editor 30, admin 10", "student 84, teacher 13, admin 3", "employee 78, manager 18, admin 4",
    "guest 70, member 24, admin 6", "client 86, agent 11, admin 3", "patient 84, doctor 12, admin 4", "subscriber "
    "78, author 16, admin 6",
    "usuario 88, gerente 8, admin 4", "cliente 90, atendente 7, admin 3", "tenant 84, landlord 13, admin 3",
    "author 60, editor 32, admin 8", "agent 76, supervisor 18, admin 6", "operator 76, supervisor 18, admin 6",
)  # fmt: skip
_PRIORITIES = (
    "low 26, medium 50, high 18, urgent 6", "low 24, normal 58, high 18", "baixa 26, media 52, alta 22", "baja 26, "
    "media 52, alta 22",
    "basse 26, moyenne 52, haute 22", "niedrig 26, mittel 52, hoch 22", "minor 46, major 38, critical 16",
)  # fmt: skip
_SEEN = (
    "public 72, private 28",
    "private 60, public 30, unlisted 10",
    "publico 72, privado 28",
    "internal 62, public 38",
)
_TIERS = ("free 66, pro 24, enterprise 10", "basic 56, standard 28, premium 16", "starter 52, team 34, business 14")
_CONDITION = vocabulary("condition, item condition", "condicao")
_CONDITIONS = ("good 44, like_new 28, fair 18, new 10", "new 68, used 26, refurbished 6", "used 62, new 38")
_OTHERS = ((_CONDITION, _CONDITIONS), (_ROLE, _ROLES), (_PRIORITY, _PRIORITIES), (_SEEN_BY, _SEEN), (_TIER, _TIERS))


def recognise_defaults(view: ColumnView) -> Suggestion | None:
    """Suggest what rows come to, where only the default of a state, a role or a priority is written."""
    given = view.literal_default
    if given is None or view.category != "text" or view.in_key or view.is_listed or view.limits or view.own_conditions:
        return None
    found = _family(view, "_".join(split_words(given)))
    if found is None:
        return None
    values = {_spelt(value, given): weight for value, weight in found.items()}
    wanted = offer("primitive.choice", values=list(values), weights=list(values.values()))
    told = f"default {given!r} is one of {', '.join(values)}"
    return suggest(view, "recognise_defaults", first_fitting(view, [wanted]), (told,), 0.7)


def _family(view: ColumnView, given: str) -> dict[str, int] | None:
    others = next((listed for meaning, listed in _OTHERS if view.says(meaning)), None)
    if others is not None:
        return next((read for one in others if given in (read := _read(one))), None)
    if not view.says(_STATE):
        return None
    nouns = {singular(word) for word in (*view.table.words, *split_words(view.table.ref.table))}
    # A family whose rows begin so goes before one that holds the word somewhere.
    held = [
        (words, read)
        for words, one in _STATES
        if given in (read := _read(one)) and (not words or nouns & set(words.split()))
    ]
    held.sort(key=lambda one: (not one[0], next(iter(one[1])) != given))
    return held[0][1] if held else None


def _read(family: str) -> dict[str, int]:
    pairs = (one.rsplit(" ", 1) for one in family.split(", "))
    return {value: int(weight) for value, weight in pairs}


def _spelt(value: str, given: str) -> str:
    """A value in the case of the default, its words joined as there."""
    joint = next((one for one in ("-", " ") if one in given.strip()), "_")
    plain = value.replace("_", joint)
    if given.isupper():
        return plain.upper()
    return plain.capitalize() if given[:1].isupper() else plain
