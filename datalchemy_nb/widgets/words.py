"""The panels' words in the reader's language: English, or Portuguese of Brazil.

The code is written in English; `say` gives another language's words for them. What has none stays English.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from datalchemy_nb.errors import UsageError

PORTUGUESE: Mapping[str, str] = {
    # Tabs
    "Connect": "Conectar",
    "Schema": "Esquema",
    "Plan": "Plano",
    "Preview": "Prévia",
    "Run": "Execução",
    "Load": "Carregar",
    "Report": "Relatório",
    "Golden": "Golden",
    "Count": "Contar",
    "Draft": "Propor",
    "Counts on the server, read-only; no row leaves it": "Conta no servidor, somente leitura; nenhuma linha sai dele",
    "also values that many rows have": "também valores que muitas linhas têm",
    "Draft a plan that follows the profile and what is ticked": (
        "Propõe um plano que segue o perfil e o que está marcado"
    ),
    "Scale": "Escala",
    "counts, shares and values that at least ten rows have; columns of people stay unseen": (
        "contagens, proporções e valores de pelo menos dez linhas; colunas de pessoas não são vistas"
    ),
    # Every panel
    "Same as": "Equivale a",
    "The magic that does the same in a cell; select and copy it": "O comando equivalente em uma célula, para copiar",
    "Stop": "Parar",
    "all": "todos",
    # Connect
    "Profile": "Perfil",
    "Host": "Servidor",
    "Port": "Porta",
    "User": "Usuário",
    "Database": "Banco",
    "Password": "Senha",
    "Schemas": "Esquemas",
    "Start and connect": "Iniciar e conectar",
    "Try the connection and keep it; read-only": "Testa a conexão e a mantém; somente leitura",
    "Read the catalog": "Ler o catálogo",
    "Read tables, columns and constraints; never a row": "Lê tabelas, colunas e restrições; nunca uma linha",
    "sent once, then forgotten; better in ~/.pgpass or a service file": (
        "enviada uma vez e esquecida; prefira o ~/.pgpass ou um arquivo de serviço"
    ),
    "names divided by commas": "nomes separados por vírgulas",
    # Schema
    "Find": "Buscar",
    "Draw": "Desenhar",
    "of tables or columns": "de tabelas ou colunas",
    "Tables that fit": "Tabelas encontradas",
    # Plan
    "Draft a plan": "Propor um plano",
    "Rows a table": "Linhas por tabela",
    "Undo": "Desfazer",
    "Redo": "Refazer",
    "Take the last change back": "Desfaz a última alteração",
    "Make the change again that was taken back": "Refaz a alteração desfeita",
    "Check all": "Verificar tudo",
    "Validate the whole plan and prove that it can be met": "Valida o plano inteiro e verifica se pode ser cumprido",
    "Save": "Salvar",
    "Save as": "Salvar como",
    "Seed": "Semente",
    "Today": "Hoje",
    "Locale": "Idioma e país",
    "The plan's base date: what now() means in the rows": "A data-base do plano: o que now() significa nas linhas",
    "All rows ×": "Linhas ×",
    "10, 0.1": "10, 0.1",
    "Copy cell": "Copiar célula",
    "Copy the plan as a %%datalchemy plan cell": "Copia o plano como uma célula %%datalchemy plan",
    "Copy Python": "Copiar Python",
    "Copy the plan as Python": "Copia o plano como código Python",
    "Stop drafting; the plan stays as it is": "Para o rascunho; o plano continua como está",
    "0 to 1": "de 0 a 1",
    "the column is NOT NULL": "a coluna é NOT NULL",
    "The relation, as a plan writes it": "A relação, como o plano a escreve",
    "Apply": "Aplicar",
    "Put the relation as it is written here into the plan": "Coloca no plano a relação como está escrita aqui",
    "Take out": "Retirar",
    "Take the relation out of the plan": "Retira a relação do plano",
    "Transforms": "Transformações",
    "Remove": "Remover",
    # Preview
    "Table": "Tabela",
    "Columns": "Colunas",
    "Rows of": "Linhas de",
    "Where": "Onde",
    "all; or words of their names": "todas; ou palavras dos nomes",
    "SQL: total > 100 AND state = 'open'": "SQL: total > 100 AND state = 'open'",
    # Run
    "Start": "Iniciar",
    "Generate every table of the plan": "Gera todas as tabelas do plano",
    "Stop at the next chunk; what is written stays": "Para no próximo bloco; o que foi gravado permanece",
    "Resume": "Retomar",
    "Go on with the newest run, which was stopped": "Continua a execução mais recente, que foi interrompida",
    "Runs go to": "Gravar em",
    "Format": "Formato",
    "CSV and Parquet": "CSV e Parquet",
    "CSV, psql script": "CSV, script do psql",
    "CSV, spreadsheet": "CSV, planilha",
    "Parquet holds the same values, typed": "O Parquet guarda os mesmos valores, com tipos",
    # Load
    "empty the tables first": "esvaziar as tabelas antes",
    "Dry run": "Simular",
    "PostgreSQL checks every row; nothing is kept": "O PostgreSQL verifica cada linha; nada é mantido",
    "Load the rows and keep them": "Carrega as linhas e as mantém",
    "Stop; nothing is kept": "Para; nada é mantido",
    # Report
    "Evaluate": "Avaliar",
    "Check every constraint and measure columns": "Verifica cada restrição e mede as colunas",
    "Filter": "Filtrar",
    "words of checks, tables, columns": "palavras de verificações, tabelas, colunas",
    # Golden
    "choose one, or name a new one": "escolha um ou dê nome a um novo",
    "Compare": "Comparar",
    "Show where the run differs from the golden": "Mostra onde a execução difere do golden",
    "Accept the run": "Aceitar a execução",
    "Make this run the golden": "Faz desta execução o golden",
    "replace the golden of this name": "substituir o golden de mesmo nome",
    "a name that is not taken makes a new golden; the newest run counts if none is chosen": (
        "um nome livre cria um golden; sem escolha, vale a execução mais recente"
    ),
}
CATALOGUES: Mapping[str, Mapping[str, str]] = {"en": {}, "pt": PORTUGUESE}
"""By language: its words for those of the code."""
_VARIABLES = ("DATALCHEMY_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
_chosen: list[str] = []


def choose(language: str | None) -> None:
    """Speak this language from now on, in this process.

    Args:
        language: ``pt_BR``, ``pt``, ``en_US`` or ``en``; None = that of the environment.

    Raises:
        UsageError: there are no words of it.
    """
    if language is not None and _short(language) not in CATALOGUES:
        raise UsageError(f"the panels do not speak {language!r}", hint=f"one of {', '.join(CATALOGUES)}")
    _chosen[:] = [] if language is None else [_short(language)]


def spoken() -> str:
    """Return the language in use: the one chosen, that of the environment, or English."""
    if _chosen:
        return _chosen[0]
    named = next((os.environ[name] for name in _VARIABLES if os.environ.get(name)), "en")
    return _short(named) if _short(named) in CATALOGUES else "en"


def say(text: str) -> str:
    """Return a text of the panels in the language in use."""
    return CATALOGUES[spoken()].get(text, text)


def _short(language: str) -> str:
    return language.replace("-", "_").split("_")[0].split(".")[0].lower()
