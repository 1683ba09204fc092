"""What an expert asks of a Brazilian CRM: questions about rows, in SQL, with the answer that a real one would give.

As a command it answers them for a run: ``python -m tests.demo.questions RUN_DIRECTORY``.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl
import polars.selectors as cs

from datalchemy_nb.contracts.run import Manifest
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.generate import checks
from datalchemy_nb.results.reading import scan

FIXED_HOLIDAYS = ("01-01", "04-21", "05-01", "09-07", "10-12", "11-02", "11-15", "12-25")
GOOD_FRIDAYS = ("2022-04-15", "2023-04-07", "2024-03-29", "2025-04-18", "2026-04-03")
HOLIDAYS = (*(f"{year}-{day}" for year in range(2022, 2027) for day in FIXED_HOLIDAYS), *GOOD_FRIDAYS)
"""National holidays of Brazil, of the years that the plans are about."""


@dataclass(frozen=True)
class Question:
    """A question whose answer is one number.

    Attributes:
        sql: a query with one number; null = there is nothing to ask it of.
        least: the answer is at least so much.
        most: the answer is at most so much.
        tables: what it reads; it is asked where all of them are.
    """

    name: str
    tables: tuple[str, ...]
    sql: str
    least: float = float("-inf")
    most: float = float("inf")


@dataclass(frozen=True)
class Answer:
    """What the rows say."""

    question: Question
    value: float | None

    @property
    def met(self) -> bool:
        """Whether it is what a real CRM would say."""
        return self.value is not None and self.question.least <= self.value <= self.question.most


def share(of: str, rows: str) -> str:
    """Return the query of the percentage of rows that satisfy something."""
    return f"SELECT 100.0 * count(*) FILTER (WHERE coalesce({of}, false)) / nullif(count(*), 0) FROM {rows}"


def always(name: str, tables: str, of: str, rows: str) -> Question:
    """Return a question that every row must answer with yes."""
    return Question(name, tuple(tables.split()), share(of, rows), least=100.0)


_LINES = "(SELECT {0} AS id, sum(quantidade * {1}) AS total FROM {2} GROUP BY ALL)"
_INVOICE_LINES = _LINES.format("fatura_id", "preco_unitario", "itens_fatura")
_CONFIRMED = "(SELECT fatura_id AS id, sum(valor) AS paid FROM pagamentos WHERE status = 'confirmado' GROUP BY ALL)"
_CHAIN = "faturas f JOIN cotacoes c ON c.id = f.cotacao_id JOIN oportunidades o ON o.id = c.oportunidade_id"
_PAID = "pagamentos p JOIN faturas f ON f.id = p.fatura_id WHERE p.status = 'confirmado'"
_DEALS = "oportunidades o JOIN etapas_funil e ON e.id = o.etapa_id"
_STAGES = "(SELECT *, max(ordem) OVER (PARTITION BY funil_id) AS last FROM etapas_funil)"
_IN_STAGES = f"oportunidades o JOIN {_STAGES} e ON e.id = o.etapa_id"
_LOCAL = "({0} AT TIME ZONE 'America/Sao_Paulo')"
_TODAY = "(SELECT day FROM today)"


def _working(column: str, hours: bool = True) -> str:
    day = _LOCAL.format(column) if hours else column
    office = f" AND hour({day}) BETWEEN 7 AND 19" if hours else ""
    return f"isodow({day}) <= 5 AND {day}::DATE NOT IN (SELECT day FROM holidays){office}"


QUESTIONS: tuple[Question, ...] = (
    always("an invoice's total is the sum of its lines", "faturas itens_fatura", "f.valor_total = i.total",
           f"faturas f LEFT JOIN {_INVOICE_LINES} i USING (id)"),
    always("paid invoices are covered by confirmed payments", "faturas pagamentos", "p.paid >= f.valor_total",
           f"faturas f LEFT JOIN {_CONFIRMED} p USING (id) WHERE f.status = 'paga'"),
    Question("open invoices are covered by confirmed payments", ("faturas", "pagamentos"),
             share("p.paid >= f.valor_total",
                   f"faturas f LEFT JOIN {_CONFIRMED} p USING (id) WHERE f.status = 'aberta'"), most=0.0),
    always("a payment is made after its invoice", "faturas pagamentos", "p.data_pagamento >= f.data_emissao", _PAID),
    Question("payments come by the due date or soon after", ("faturas", "pagamentos"),
             share("p.data_pagamento BETWEEN f.data_emissao AND f.data_vencimento + 15", _PAID), least=85.0),
    Question("payments come late", ("faturas", "pagamentos"),
             share("p.data_pagamento > f.data_vencimento", _PAID), least=3.0, most=45.0),
    always("a quote is made within the life of its deal", "cotacoes oportunidades",
           "c.data_emissao BETWEEN o.data_abertura AND coalesce(o.data_fechamento, DATE '9999-01-01')",
           "cotacoes c JOIN oportunidades o ON o.id = c.oportunidade_id"),
    always("an invoice follows its quote", "faturas cotacoes", "f.data_emissao >= c.data_emissao",
           "faturas f JOIN cotacoes c ON c.id = f.cotacao_id"),
    always("an invoice is of a won deal", "faturas cotacoes oportunidades", "o.status = 'ganha'", _CHAIN),
    always("an invoice's seller is the quote's", "faturas cotacoes", "f.responsavel_id = c.responsavel_id", _CHAIN),
    Question("a quoted price follows the product's (correlation)", ("itens_cotacao", "produtos"),
             "SELECT corr(ln(i.preco_unitario + 0.01), ln(p.preco_base + 0.01)) "
             "FROM itens_cotacao i JOIN produtos p ON p.id = i.produto_id", least=0.95),
    Question("an invoiced price follows the product's (correlation)", ("itens_fatura", "produtos"),
             "SELECT corr(ln(i.preco_unitario + 0.01), ln(p.preco_base + 0.01)) "
             "FROM itens_fatura i JOIN produtos p ON p.id = i.produto_id", least=0.95),
    Question("a listed price follows the product's (correlation)", ("itens_lista_precos", "produtos"),
             "SELECT corr(ln(i.preco + 0.01), ln(p.preco_base + 0.01)) "
             "FROM itens_lista_precos i JOIN produtos p ON p.id = i.produto_id", least=0.95),
    always("an invoiced product was quoted", "faturas itens_fatura itens_cotacao", "q.produto_id IS NOT NULL",
           "itens_fatura i JOIN faturas f ON f.id = i.fatura_id LEFT JOIN itens_cotacao q "
           "ON q.cotacao_id = f.cotacao_id AND q.produto_id = i.produto_id WHERE f.cotacao_id IS NOT NULL"),
    always("a deal's contact is of its company", "oportunidades contatos", "c.empresa_id = o.empresa_id",
           "oportunidades o JOIN contatos c ON c.id = o.contato_id"),
    always("a lead's contact is of its company", "leads contatos", "c.empresa_id = l.empresa_id",
           "leads l JOIN contatos c ON c.id = l.contato_id WHERE l.empresa_id IS NOT NULL"),
    always("an activity's contact is its deal's", "atividades oportunidades contatos", "c.empresa_id = o.empresa_id",
           "atividades a JOIN oportunidades o ON o.id = a.oportunidade_id JOIN contatos c ON c.id = a.contato_id"),
    always("a contact is made after its company", "contatos empresas", "c.data_criacao >= e.data_criacao",
           "contatos c JOIN empresas e ON e.id = c.empresa_id"),
    always("an activity follows its contact", "atividades contatos", "a.data_inicio >= c.data_criacao",
           "atividades a JOIN contatos c ON c.id = a.contato_id"),
    always("an activity follows its user", "atividades usuarios", "a.data_inicio >= u.data_criacao",
           "atividades a JOIN usuarios u ON u.id = a.usuario_id"),
    always("an activity follows its deal", "atividades oportunidades",
           f"{_LOCAL.format('a.data_inicio')}::DATE >= o.data_abertura",
           "atividades a JOIN oportunidades o ON o.id = a.oportunidade_id"),
    always("a deal follows its company and its contact", "oportunidades empresas contatos",
           "o.data_abertura >= e.data_criacao::DATE AND (c.id IS NULL OR o.data_abertura >= c.data_criacao::DATE)",
           "oportunidades o JOIN empresas e ON e.id = o.empresa_id LEFT JOIN contatos c ON c.id = o.contato_id"),
    always("a deal's chance grows from stage to stage", "etapas_funil", "e.probabilidade >= coalesce(e.before, 0)",
           "(SELECT probabilidade, lag(probabilidade) OVER (PARTITION BY funil_id ORDER BY ordem) AS before "
           "FROM etapas_funil) e"),
    always("a won deal is in its last stage", "oportunidades etapas_funil", "e.ordem = e.last",
           f"{_IN_STAGES} WHERE o.status = 'ganha'"),
    always("an open deal is not in its last stage", "oportunidades etapas_funil", "e.ordem < e.last",
           f"{_IN_STAGES} WHERE o.status = 'aberta'"),
    Question("open invoices are overdue", ("faturas",),
             share(f"data_vencimento < {_TODAY}", "faturas WHERE status = 'aberta'"), most=35.0),
    Question("activities begin in office hours of a working day", ("atividades",),
             share(_working("data_inicio"), "atividades"), least=95.0),
    Question("quotes are made on working days", ("cotacoes",),
             share(_working("data_emissao", hours=False), "cotacoes"), least=95.0),
    Question("a task's limit is far from its task (limits later than 120 days)", ("tarefas", "atividades"),
             "SELECT 100.0 * count(*) FILTER (WHERE t.data_limite > a.data_inicio::DATE + 120) / count(*) "
             "FROM tarefas t JOIN atividades a ON a.id = t.atividade_id", most=1.0),
    always("a task, a meeting and a note are of an activity of their kind", "tarefas reunioes anotacoes atividades",
           "a.tipo = d.tipo", "(SELECT atividade_id, 'tarefa' AS tipo FROM tarefas UNION ALL "
           "SELECT atividade_id, 'reuniao' FROM reunioes UNION ALL SELECT atividade_id, 'anotacao' FROM anotacoes) d "
           "JOIN atividades a ON a.id = d.atividade_id"),
    Question("rice costs (largest price)", ("produtos",),
             "SELECT coalesce(max(preco_base), 20) FROM produtos WHERE nome ILIKE 'arroz%'", least=2.0, most=120.0),
    Question("amounts lean to the small (mean over median)", ("oportunidades",),
             "SELECT avg(valor_estimado) / median(valor_estimado) FROM oportunidades", least=1.2),
    Question("invoices lean to the small (mean over median)", ("faturas",),
             "SELECT avg(valor_total) / median(valor_total) FROM faturas", least=1.2),
    Question("people named Enzo, Valentina or Gael are older than 40", ("contatos",),
             "SELECT coalesce(100.0 * count(*) FILTER (WHERE data_nascimento < DATE '1985-01-01') / "
             "nullif(count(*), 0), 0) FROM contatos WHERE nome IN ('Enzo', 'Valentina', 'Gael') "
             "AND data_nascimento IS NOT NULL", most=10.0),
    always("a woman's job title is a woman's, a man's a man's", "contatos", "ends = 'a'",
           "(SELECT CASE WHEN nome IN ('Maria', 'Ana', 'Juliana', 'Fernanda') THEN "
           "CASE WHEN regexp_matches(cargo, 'or( |$)') OR regexp_matches(cargo, '(dministrativo|édico|ogado)( |$)') "
           "THEN 'o' ELSE 'a' END ELSE CASE WHEN regexp_matches(cargo, '(ora|eira)( |$)') THEN 'o' ELSE 'a' END END "
           "AS ends FROM contatos WHERE cargo IS NOT NULL AND nome IN "
           "('Maria', 'Ana', 'Juliana', 'Fernanda', 'José', 'João', 'Carlos', 'Paulo', 'Pedro'))"),
    always("an end follows its beginning", "leads", "data_qualificacao >= data_criacao",
           "leads WHERE data_qualificacao IS NOT NULL"),
    always("a lead has a day of qualification where it is qualified", "leads",
           "(status = 'qualificado') <= (data_qualificacao IS NOT NULL) AND (status <> 'novo' OR "
           "data_qualificacao IS NULL)", "leads"),
    always("a deal has a day of closing where it is closed", "oportunidades",
           "(status <> 'aberta') = (data_fechamento IS NOT NULL)", "oportunidades"),
    always("nothing but plans lies after today", "oportunidades cotacoes faturas atividades",
           f"day <= {_TODAY}", "(SELECT data_abertura AS day FROM oportunidades UNION ALL SELECT data_emissao FROM "
           "cotacoes UNION ALL SELECT data_emissao FROM faturas UNION ALL SELECT data_inicio::DATE FROM atividades "
           "WHERE status <> 'pendente')"),
)  # fmt: skip


def ask(tables: Mapping[str, pl.DataFrame], today: str) -> list[Answer]:
    """Answer every question whose tables are there."""
    con = duckdb.connect(config={"threads": 1})
    con.execute("SET TimeZone = 'UTC'")
    con.execute("CREATE TABLE today AS SELECT CAST(? AS DATE) AS day", [today])
    con.execute("CREATE TABLE holidays AS SELECT unnest(?::DATE[]) AS day", [list(HOLIDAYS)])
    for name, frame in tables.items():
        con.register(
            name, checks._Stream(frame.with_columns(cs.categorical().cast(pl.String), cs.enum().cast(pl.String)))
        )
    answers = []
    for question in QUESTIONS:
        if all(name in tables and tables[name].height for name in question.tables):
            found = con.execute(question.sql).fetchall()[0][0]
            answers.append(Answer(question, None if found is None else float(found)))
    con.close()
    return answers


def shown(answers: list[Answer]) -> str:
    """Return answers as lines of text."""
    lines = []
    for answer in answers:
        aim = " and ".join(
            f"{sign} {end:g}"
            for sign, end in ((">=", answer.question.least), ("<=", answer.question.most))
            if abs(end) != float("inf")
        )
        value = "nothing" if answer.value is None else f"{answer.value:.4g}"
        lines.append(f"{'ok ' if answer.met else 'NO '} {value:>8}  ({aim})  {answer.question.name}")
    return "\n".join(lines)


def tables_of(directory: Path) -> dict[str, pl.DataFrame]:
    """Return the tables of a run."""
    schema, manifest = DatabaseSchema.read(directory / "schema.json"), Manifest.read(directory / "manifest.json")
    return {table.ref.table: scan(directory, table, schema).collect() for table in manifest.tables}


if __name__ == "__main__":
    sys.stdout.write(shown(ask(tables_of(Path(sys.argv[1])), "2026-01-01")) + "\n")
