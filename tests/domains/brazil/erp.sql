-- Fifteen tables of a Brazilian ERP, as its vendors name them.
CREATE TABLE empresa (
    id serial PRIMARY KEY, razao_social varchar(120) NOT NULL, nome_fantasia varchar(80) NOT NULL,
    cnpj char(14) NOT NULL UNIQUE, inscricao_estadual varchar(14), inscricao_municipal varchar(15), cnae_principal varchar(7),
    natureza_juridica varchar(5), porte varchar(20), regime_tributario varchar(40), capital_social numeric(14,2),
    data_abertura date, cep varchar(9), logradouro varchar(120), numero varchar(10), complemento varchar(60),
    bairro varchar(60), cidade varchar(60), uf char(2), codigo_ibge char(7), telefone varchar(15), email varchar(120), site varchar(120)
);
CREATE TABLE cliente (
    id serial PRIMARY KEY, tipo_pessoa char(1) NOT NULL CHECK (tipo_pessoa IN ('F', 'J')), nome varchar(120) NOT NULL,
    cpf char(11) UNIQUE, cnpj char(14) UNIQUE, razao_social varchar(120), rg varchar(12), orgao_emissor varchar(10),
    inscricao_estadual varchar(14), data_nascimento date, sexo char(1), estado_civil varchar(20), escolaridade varchar(40),
    raca_cor varchar(20), nacionalidade varchar(30), nome_mae varchar(120), profissao varchar(60), renda_mensal numeric(10,2),
    limite_credito numeric(12,2) NOT NULL, cep varchar(9), logradouro varchar(120), numero varchar(10), bairro varchar(60),
    cidade varchar(60), uf char(2), celular varchar(15), email varchar(120), situacao varchar(12) NOT NULL, data_cadastro date NOT NULL,
    CHECK ((tipo_pessoa = 'F') = (cpf IS NOT NULL)), CHECK ((tipo_pessoa = 'J') = (cnpj IS NOT NULL))
);
CREATE TABLE fornecedor (
    id serial PRIMARY KEY, razao_social varchar(120) NOT NULL, nome_fantasia varchar(80), cnpj char(14) NOT NULL UNIQUE,
    inscricao_estadual varchar(14), contato_nome varchar(120), telefone varchar(15), email varchar(120), cidade varchar(60), uf char(2),
    prazo_entrega_dias integer NOT NULL, condicao_pagamento varchar(30), banco varchar(3), agencia varchar(6), conta varchar(12),
    dv_conta char(1), tipo_conta varchar(20), tipo_chave_pix varchar(12), chave_pix varchar(120)
);
CREATE TABLE categoria (id serial PRIMARY KEY, nome varchar(60) NOT NULL, descricao varchar(200), ativo boolean NOT NULL DEFAULT true);
CREATE TABLE produto (
    id serial PRIMARY KEY, categoria_id integer REFERENCES categoria, fornecedor_id integer REFERENCES fornecedor,
    sku varchar(20) NOT NULL UNIQUE, descricao varchar(120) NOT NULL, unidade varchar(6) NOT NULL, gtin varchar(14), ean varchar(14),
    ncm char(8) NOT NULL, cest char(7), origem char(1) NOT NULL, preco_custo numeric(10,2) NOT NULL, preco_venda numeric(10,2) NOT NULL,
    margem_lucro numeric(5,2), estoque_atual numeric(12,3) NOT NULL, estoque_minimo numeric(12,3) NOT NULL, peso_bruto numeric(8,3),
    peso_liquido numeric(8,3), aliquota_icms numeric(5,2), aliquota_ipi numeric(5,2), data_cadastro date NOT NULL, ativo boolean NOT NULL,
    CHECK (preco_venda >= preco_custo)
);
CREATE TABLE funcionario (
    id serial PRIMARY KEY, nome varchar(120) NOT NULL, cpf char(11) NOT NULL UNIQUE, pis char(11) NOT NULL UNIQUE, ctps_numero varchar(8),
    ctps_serie varchar(5), titulo_eleitor char(12), cns char(15), data_nascimento date NOT NULL, sexo char(1), tipo_sanguineo varchar(3),
    cargo varchar(60) NOT NULL, cbo char(6), departamento varchar(40), data_admissao date NOT NULL, data_demissao date,
    salario numeric(10,2) NOT NULL, tipo_contrato varchar(20), jornada_semanal varchar(20), nome_mae varchar(120), nome_pai varchar(120),
    telefone varchar(15), contato_emergencia varchar(120), email_corporativo varchar(120), ativo boolean NOT NULL,
    CHECK (data_demissao IS NULL OR data_demissao >= data_admissao)
);
CREATE TABLE folha_pagamento (
    id serial PRIMARY KEY, funcionario_id integer NOT NULL REFERENCES funcionario, competencia char(7) NOT NULL,
    salario_bruto numeric(10,2) NOT NULL, horas_extras numeric(10,2) NOT NULL, desconto_inss numeric(10,2) NOT NULL,
    desconto_irrf numeric(10,2) NOT NULL, valor_fgts numeric(10,2) NOT NULL, salario_liquido numeric(10,2) NOT NULL, data_pagamento date,
    UNIQUE (funcionario_id, competencia)
);
CREATE TABLE transportadora (
    id serial PRIMARY KEY, razao_social varchar(120) NOT NULL, cnpj char(14) NOT NULL UNIQUE, rntrc varchar(9), telefone varchar(15), uf char(2)
);
CREATE TABLE veiculo (
    id serial PRIMARY KEY, transportadora_id integer REFERENCES transportadora, placa varchar(8) NOT NULL UNIQUE, renavam char(11) UNIQUE,
    chassi char(17) UNIQUE, marca varchar(30), modelo varchar(40), cor varchar(20), combustivel varchar(20), ano_fabricacao integer,
    ano_modelo integer, motorista varchar(120), numero_cnh varchar(11), categoria_cnh varchar(2), validade_cnh date, quilometragem integer
);
CREATE TABLE pedido (
    id serial PRIMARY KEY, cliente_id integer NOT NULL REFERENCES cliente, vendedor_id integer REFERENCES funcionario,
    transportadora_id integer REFERENCES transportadora, numero varchar(15) NOT NULL UNIQUE, data_pedido date NOT NULL,
    situacao varchar(12) NOT NULL CHECK (situacao IN ('aberto', 'faturado', 'entregue', 'cancelado')), previsao_entrega date,
    data_entrega date, valor_produtos numeric(12,2) NOT NULL, valor_frete numeric(10,2) NOT NULL, valor_desconto numeric(10,2) NOT NULL,
    valor_total numeric(12,2) NOT NULL, forma_pagamento varchar(30), observacao text,
    CHECK (valor_total >= 0)
);
CREATE TABLE item_pedido (
    id serial PRIMARY KEY, pedido_id integer NOT NULL REFERENCES pedido, produto_id integer NOT NULL REFERENCES produto,
    sequencia integer NOT NULL, quantidade numeric(10,3) NOT NULL, valor_unitario numeric(10,2) NOT NULL, valor_desconto numeric(10,2) NOT NULL,
    valor_total numeric(12,2) NOT NULL, UNIQUE (pedido_id, sequencia)
);
CREATE TABLE nota_fiscal (
    id serial PRIMARY KEY, pedido_id integer REFERENCES pedido, empresa_id integer NOT NULL REFERENCES empresa, modelo char(2) NOT NULL,
    serie varchar(3) NOT NULL, numero integer NOT NULL, chave_acesso char(44) NOT NULL UNIQUE, natureza_operacao varchar(60) NOT NULL,
    data_emissao date NOT NULL, data_saida date, cnpj_emitente char(14) NOT NULL, destinatario_nome varchar(120), destinatario_documento varchar(14),
    uf_destino char(2), municipio_destino varchar(60), protocolo varchar(15), situacao varchar(12), valor_produtos numeric(12,2) NOT NULL,
    valor_icms numeric(12,2), valor_ipi numeric(12,2), valor_total numeric(12,2) NOT NULL
);
CREATE TABLE item_nota_fiscal (
    id serial PRIMARY KEY, nota_fiscal_id integer NOT NULL REFERENCES nota_fiscal, produto_id integer NOT NULL REFERENCES produto,
    numero_item integer NOT NULL, descricao varchar(120), ncm char(8), cest char(7), cfop char(4), unidade varchar(6), quantidade numeric(10,3) NOT NULL,
    valor_unitario numeric(10,2) NOT NULL, valor_total numeric(12,2) NOT NULL, cst_icms varchar(3), csosn varchar(3), base_icms numeric(12,2),
    aliquota_icms numeric(5,2), valor_icms numeric(12,2), cst_pis char(2), aliquota_pis numeric(5,2), valor_pis numeric(12,2),
    cst_cofins char(2), aliquota_cofins numeric(5,2), valor_cofins numeric(12,2), UNIQUE (nota_fiscal_id, numero_item)
);
CREATE TABLE conta_receber (
    id serial PRIMARY KEY, cliente_id integer NOT NULL REFERENCES cliente, nota_fiscal_id integer REFERENCES nota_fiscal,
    numero_documento varchar(20) NOT NULL, parcela integer NOT NULL, total_parcelas integer NOT NULL, data_emissao date NOT NULL,
    data_vencimento date NOT NULL, valor numeric(12,2) NOT NULL, data_pagamento date, valor_pago numeric(12,2), valor_juros numeric(10,2),
    situacao varchar(12) NOT NULL CHECK (situacao IN ('aberta', 'paga', 'vencida', 'cancelada')), banco varchar(3), carteira varchar(3),
    nosso_numero varchar(17), linha_digitavel varchar(47), codigo_barras char(44),
    CHECK (data_vencimento >= data_emissao)
);
CREATE TABLE conta_pagar (
    id serial PRIMARY KEY, fornecedor_id integer NOT NULL REFERENCES fornecedor, descricao varchar(120), numero_documento varchar(20),
    data_emissao date NOT NULL, data_vencimento date NOT NULL, valor numeric(12,2) NOT NULL, data_pagamento date, valor_pago numeric(12,2),
    forma_pagamento varchar(30), situacao varchar(12) NOT NULL CHECK (situacao IN ('aberta', 'paga', 'cancelada'))
);
