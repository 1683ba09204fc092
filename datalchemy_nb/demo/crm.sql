-- The CRM schema of the demo: twenty tables. Running this file again starts over.
BEGIN;

SET LOCAL client_min_messages = warning;
DROP SCHEMA IF EXISTS crm CASCADE;
CREATE SCHEMA crm;
COMMENT ON SCHEMA crm IS 'CRM de demonstração';

CREATE TYPE crm.status_atividade AS ENUM ('pendente', 'concluida', 'cancelada');
CREATE TYPE crm.status_fatura AS ENUM ('aberta', 'paga', 'cancelada');
CREATE TYPE crm.status_lead AS ENUM ('novo', 'qualificado', 'perdido');
CREATE TYPE crm.status_oportunidade AS ENUM ('aberta', 'ganha', 'perdida');
CREATE TYPE crm.status_pagamento AS ENUM ('pendente', 'confirmado', 'estornado');
CREATE TYPE crm.status_tarefa AS ENUM ('aberta', 'em_andamento', 'concluida', 'cancelada');

-- Pessoas e empresas ------------------------------------------------------------------------------------------------

CREATE TABLE crm.usuarios (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    nome text NOT NULL,
    email text NOT NULL,
    telefone text,
    ativo boolean NOT NULL DEFAULT true,
    data_criacao timestamptz NOT NULL DEFAULT now(),
    data_atualizacao timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT usuarios_email_unique UNIQUE (email),
    CONSTRAINT usuarios_datas_chk CHECK (data_atualizacao >= data_criacao),
    CONSTRAINT usuarios_email_chk CHECK (POSITION(('@') IN (email)) > 1)
);

CREATE TABLE crm.empresas (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    razao_social text NOT NULL,
    nome_fantasia text NOT NULL,
    cnpj text NOT NULL,
    email text,
    telefone text,
    site text,
    ativo boolean NOT NULL DEFAULT true,
    data_criacao timestamptz NOT NULL DEFAULT now(),
    data_atualizacao timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT empresas_cnpj_unique UNIQUE (cnpj),
    CONSTRAINT empresas_datas_chk CHECK (data_atualizacao >= data_criacao),
    CONSTRAINT empresas_email_chk CHECK (email IS NULL OR POSITION(('@') IN (email)) > 1)
);

CREATE TABLE crm.contatos (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    empresa_id uuid NOT NULL REFERENCES crm.empresas (id) ON DELETE CASCADE,
    nome text NOT NULL,
    sobrenome text,
    email text NOT NULL,
    telefone text,
    cargo text,
    data_nascimento date,
    data_criacao timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT contatos_email_unique UNIQUE (email),
    CONSTRAINT contatos_email_chk CHECK (POSITION(('@') IN (email)) > 1),
    CONSTRAINT contatos_data_nascimento_chk CHECK (data_nascimento IS NULL OR data_nascimento <= CURRENT_DATE)
);

-- Captação ----------------------------------------------------------------------------------------------------------

CREATE TABLE crm.fontes_lead (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    nome text NOT NULL,
    descricao text,
    ativo boolean NOT NULL DEFAULT true,
    data_criacao timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT fontes_lead_nome_unique UNIQUE (nome)
);

CREATE TABLE crm.leads (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    fonte_lead_id uuid REFERENCES crm.fontes_lead (id),
    contato_id uuid REFERENCES crm.contatos (id),
    empresa_id uuid REFERENCES crm.empresas (id),
    responsavel_id uuid REFERENCES crm.usuarios (id),
    status crm.status_lead NOT NULL DEFAULT 'novo',
    score integer NOT NULL DEFAULT 0,
    data_criacao timestamptz NOT NULL DEFAULT now(),
    data_qualificacao timestamptz,
    CONSTRAINT leads_score_chk CHECK (score >= 0 AND score <= 100),
    CONSTRAINT leads_data_qualificacao_chk CHECK (data_qualificacao IS NULL OR data_qualificacao >= data_criacao)
);

-- Vendas ------------------------------------------------------------------------------------------------------------

CREATE TABLE crm.funis (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    nome text NOT NULL,
    descricao text,
    ativo boolean NOT NULL DEFAULT true,
    data_criacao timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT funis_nome_unique UNIQUE (nome)
);

CREATE TABLE crm.etapas_funil (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    funil_id uuid NOT NULL REFERENCES crm.funis (id) ON DELETE CASCADE,
    nome text NOT NULL,
    ordem integer NOT NULL,
    probabilidade numeric(5, 2) NOT NULL,
    CONSTRAINT etapas_funil_nome_unique UNIQUE (funil_id, nome),
    CONSTRAINT etapas_funil_ordem_unique UNIQUE (funil_id, ordem),
    CONSTRAINT etapas_funil_ordem_chk CHECK (ordem > 0),
    CONSTRAINT etapas_funil_probabilidade_chk CHECK (probabilidade >= 0 AND probabilidade <= 100)
);

CREATE TABLE crm.oportunidades (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    empresa_id uuid NOT NULL REFERENCES crm.empresas (id),
    contato_id uuid REFERENCES crm.contatos (id),
    etapa_id uuid NOT NULL REFERENCES crm.etapas_funil (id),
    responsavel_id uuid NOT NULL REFERENCES crm.usuarios (id),
    titulo text NOT NULL,
    valor_estimado numeric(12, 2) NOT NULL,
    status crm.status_oportunidade NOT NULL DEFAULT 'aberta',
    data_abertura date NOT NULL DEFAULT CURRENT_DATE,
    data_fechamento date,
    CONSTRAINT oportunidades_valor_estimado_chk CHECK (valor_estimado >= 0),
    CONSTRAINT oportunidades_data_fechamento_chk CHECK (data_fechamento IS NULL OR data_fechamento >= data_abertura)
);

-- Produtos e preços -------------------------------------------------------------------------------------------------

CREATE TABLE crm.produtos (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    sku text NOT NULL,
    nome text NOT NULL,
    descricao text,
    ativo boolean NOT NULL DEFAULT true,
    preco_base numeric(12, 2) NOT NULL,
    data_criacao timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT produtos_sku_unique UNIQUE (sku),
    CONSTRAINT produtos_preco_base_chk CHECK (preco_base >= 0)
);

CREATE TABLE crm.listas_precos (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    nome text NOT NULL,
    moeda char(3) NOT NULL DEFAULT 'BRL',
    ativo boolean NOT NULL DEFAULT true,
    data_inicio date NOT NULL,
    data_fim date,
    CONSTRAINT listas_precos_nome_unique UNIQUE (nome),
    CONSTRAINT listas_precos_data_fim_chk CHECK (data_fim IS NULL OR data_fim >= data_inicio)
);

CREATE TABLE crm.itens_lista_precos (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    lista_precos_id uuid NOT NULL REFERENCES crm.listas_precos (id) ON DELETE CASCADE,
    produto_id uuid NOT NULL REFERENCES crm.produtos (id),
    preco numeric(12, 2) NOT NULL,
    CONSTRAINT itens_lista_precos_produto_unique UNIQUE (lista_precos_id, produto_id),
    CONSTRAINT itens_lista_precos_preco_chk CHECK (preco >= 0)
);

-- Cotações, faturas e pagamentos ------------------------------------------------------------------------------------

CREATE TABLE crm.cotacoes (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    oportunidade_id uuid NOT NULL REFERENCES crm.oportunidades (id) ON DELETE CASCADE,
    responsavel_id uuid NOT NULL REFERENCES crm.usuarios (id),
    codigo text NOT NULL,
    data_emissao date NOT NULL DEFAULT CURRENT_DATE,
    validade date NOT NULL,
    CONSTRAINT cotacoes_codigo_unique UNIQUE (codigo),
    CONSTRAINT cotacoes_validade_chk CHECK (validade >= data_emissao)
);

CREATE TABLE crm.itens_cotacao (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    cotacao_id uuid NOT NULL REFERENCES crm.cotacoes (id) ON DELETE CASCADE,
    produto_id uuid NOT NULL REFERENCES crm.produtos (id),
    quantidade integer NOT NULL,
    preco_unitario numeric(12, 2) NOT NULL,
    desconto_percentual numeric(5, 2) NOT NULL DEFAULT 0,
    CONSTRAINT itens_cotacao_produto_unique UNIQUE (cotacao_id, produto_id),
    CONSTRAINT itens_cotacao_quantidade_chk CHECK (quantidade > 0),
    CONSTRAINT itens_cotacao_preco_unitario_chk CHECK (preco_unitario >= 0),
    CONSTRAINT itens_cotacao_desconto_percentual_chk CHECK (desconto_percentual >= 0 AND desconto_percentual <= 100)
);

CREATE TABLE crm.faturas (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    cotacao_id uuid REFERENCES crm.cotacoes (id),
    responsavel_id uuid NOT NULL REFERENCES crm.usuarios (id),
    numero text NOT NULL,
    data_emissao date NOT NULL DEFAULT CURRENT_DATE,
    data_vencimento date NOT NULL,
    status crm.status_fatura NOT NULL DEFAULT 'aberta',
    valor_total numeric(12, 2) NOT NULL,
    CONSTRAINT faturas_numero_unique UNIQUE (numero),
    CONSTRAINT faturas_valor_total_chk CHECK (valor_total >= 0),
    CONSTRAINT faturas_data_vencimento_chk CHECK (data_vencimento >= data_emissao)
);

CREATE TABLE crm.itens_fatura (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    fatura_id uuid NOT NULL REFERENCES crm.faturas (id) ON DELETE CASCADE,
    produto_id uuid NOT NULL REFERENCES crm.produtos (id),
    quantidade integer NOT NULL,
    preco_unitario numeric(12, 2) NOT NULL,
    CONSTRAINT itens_fatura_produto_unique UNIQUE (fatura_id, produto_id),
    CONSTRAINT itens_fatura_quantidade_chk CHECK (quantidade > 0),
    CONSTRAINT itens_fatura_preco_unitario_chk CHECK (preco_unitario >= 0)
);

CREATE TABLE crm.pagamentos (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    fatura_id uuid NOT NULL REFERENCES crm.faturas (id) ON DELETE CASCADE,
    valor numeric(12, 2) NOT NULL,
    data_pagamento date NOT NULL,
    status crm.status_pagamento NOT NULL DEFAULT 'pendente',
    metodo text NOT NULL,
    CONSTRAINT pagamentos_valor_chk CHECK (valor > 0)
);

-- Atividades e o que delas resulta ----------------------------------------------------------------------------------

CREATE TABLE crm.atividades (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    usuario_id uuid NOT NULL REFERENCES crm.usuarios (id),
    contato_id uuid REFERENCES crm.contatos (id),
    oportunidade_id uuid REFERENCES crm.oportunidades (id),
    tipo text NOT NULL,
    status crm.status_atividade NOT NULL DEFAULT 'pendente',
    assunto text NOT NULL,
    descricao text,
    data_inicio timestamptz NOT NULL,
    data_fim timestamptz,
    CONSTRAINT atividades_tipo_chk CHECK (tipo = ANY (ARRAY['tarefa', 'reuniao', 'anotacao'])),
    CONSTRAINT atividades_data_fim_chk CHECK (data_fim IS NULL OR data_fim >= data_inicio)
);

CREATE TABLE crm.tarefas (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    atividade_id uuid NOT NULL REFERENCES crm.atividades (id) ON DELETE CASCADE,
    status crm.status_tarefa NOT NULL DEFAULT 'aberta',
    prioridade integer NOT NULL,
    data_limite date,
    CONSTRAINT tarefas_atividade_unique UNIQUE (atividade_id),
    CONSTRAINT tarefas_prioridade_chk CHECK (prioridade >= 1 AND prioridade <= 5),
    CONSTRAINT tarefas_data_limite_chk CHECK (data_limite IS NULL OR data_limite >= CURRENT_DATE)
);

CREATE TABLE crm.reunioes (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    atividade_id uuid NOT NULL REFERENCES crm.atividades (id) ON DELETE CASCADE,
    local text NOT NULL,
    link_reuniao text,
    duracao_minutos integer NOT NULL,
    CONSTRAINT reunioes_atividade_unique UNIQUE (atividade_id),
    CONSTRAINT reunioes_duracao_minutos_chk CHECK (duracao_minutos > 0)
);

CREATE TABLE crm.anotacoes (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    atividade_id uuid NOT NULL REFERENCES crm.atividades (id) ON DELETE CASCADE,
    conteudo text NOT NULL,
    criado_em timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT anotacoes_atividade_unique UNIQUE (atividade_id)
);

-- Dicionário --------------------------------------------------------------------------------------------------------

COMMENT ON TABLE crm.usuarios IS 'Pessoas da equipe que usam o CRM';
COMMENT ON TABLE crm.empresas IS 'Empresas clientes ou em prospecção';
COMMENT ON TABLE crm.contatos IS 'Pessoas de contato em cada empresa';
COMMENT ON TABLE crm.fontes_lead IS 'De onde chegam os leads';
COMMENT ON TABLE crm.leads IS 'Interesses ainda não convertidos em oportunidade';
COMMENT ON TABLE crm.funis IS 'Processos de venda';
COMMENT ON TABLE crm.etapas_funil IS 'Etapas de cada funil, em ordem';
COMMENT ON TABLE crm.oportunidades IS 'Negócios em andamento ou encerrados';
COMMENT ON TABLE crm.produtos IS 'Catálogo de produtos e serviços';
COMMENT ON TABLE crm.listas_precos IS 'Tabelas de preço com período de vigência';
COMMENT ON TABLE crm.itens_lista_precos IS 'Preço de um produto em uma lista';
COMMENT ON TABLE crm.cotacoes IS 'Propostas enviadas em uma oportunidade';
COMMENT ON TABLE crm.itens_cotacao IS 'Produtos de uma cotação';
COMMENT ON TABLE crm.faturas IS 'Cobranças emitidas';
COMMENT ON TABLE crm.itens_fatura IS 'Produtos de uma fatura';
COMMENT ON TABLE crm.pagamentos IS 'Pagamentos recebidos por fatura';
COMMENT ON TABLE crm.atividades IS 'Agenda da equipe; cada linha é detalhada conforme o tipo';
COMMENT ON TABLE crm.tarefas IS 'Detalhe das atividades do tipo tarefa';
COMMENT ON TABLE crm.reunioes IS 'Detalhe das atividades do tipo reunião';
COMMENT ON TABLE crm.anotacoes IS 'Detalhe das atividades do tipo anotação';

COMMENT ON COLUMN crm.usuarios.email IS 'E-mail de acesso, único';
COMMENT ON COLUMN crm.empresas.cnpj IS 'Cadastro Nacional da Pessoa Jurídica, com dígitos verificadores';
COMMENT ON COLUMN crm.contatos.data_nascimento IS 'Dado pessoal: não exibir';
COMMENT ON COLUMN crm.leads.score IS 'Pontuação de 0 a 100';
COMMENT ON COLUMN crm.etapas_funil.ordem IS 'Posição da etapa no funil, a partir de 1';
COMMENT ON COLUMN crm.etapas_funil.probabilidade IS 'Chance de fechamento nesta etapa, em %';
COMMENT ON COLUMN crm.oportunidades.valor_estimado IS 'Em reais';
COMMENT ON COLUMN crm.listas_precos.moeda IS 'Código ISO 4217';
COMMENT ON COLUMN crm.itens_cotacao.desconto_percentual IS 'De 0 a 100';
COMMENT ON COLUMN crm.pagamentos.metodo IS 'Pix, boleto, cartão, transferência';
COMMENT ON COLUMN crm.tarefas.prioridade IS '1 é a mais urgente, 5 a menos';

COMMIT;
