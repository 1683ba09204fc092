-- Part of another ERP, in the words of another hand: plurals, one column for CPF and CNPJ, punctuated numbers.
CREATE TABLE filiais (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, razao_social varchar(150) NOT NULL, cnpj varchar(18) NOT NULL UNIQUE,
    municipio varchar(80) NOT NULL, uf char(2) NOT NULL, data_abertura date NOT NULL
);
CREATE TABLE clientes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tipo_pessoa varchar(10) NOT NULL CHECK (tipo_pessoa IN ('FISICA', 'JURIDICA')), nome varchar(150) NOT NULL,
    cpf_cnpj varchar(18) NOT NULL UNIQUE, uf char(2), bloqueado boolean NOT NULL DEFAULT false, motivo_bloqueio varchar(200)
);
CREATE TABLE produtos (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, descricao varchar(150) NOT NULL, ncm varchar(10) NOT NULL,
    unidade_venda varchar(6) NOT NULL, preco_venda numeric(12, 2) NOT NULL, marca varchar(60)
);
CREATE TABLE funcionarios (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, nome varchar(120) NOT NULL, salario numeric(10, 2) NOT NULL,
    data_nascimento date NOT NULL, data_admissao date NOT NULL, cnh_validade date, data_expedicao_rg date
);
CREATE TABLE folha_pagamento (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, funcionario_id bigint NOT NULL REFERENCES funcionarios,
    competencia char(7) NOT NULL, salario_base numeric(10, 2) NOT NULL, horas_extras numeric(6, 2), valor_horas_extras numeric(10, 2),
    comissoes numeric(10, 2), total_proventos numeric(10, 2) NOT NULL, inss numeric(10, 2), irrf numeric(10, 2),
    vale_transporte numeric(10, 2), total_descontos numeric(10, 2) NOT NULL, liquido numeric(10, 2) NOT NULL
);
CREATE TABLE notas_fiscais (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, filial_id bigint NOT NULL REFERENCES filiais,
    cliente_id bigint NOT NULL REFERENCES clientes, modelo char(2) NOT NULL, serie smallint NOT NULL, numero integer NOT NULL,
    chave_acesso char(44) UNIQUE, finalidade smallint, data_emissao timestamp NOT NULL, data_saida timestamp,
    cnpj_emitente char(14), valor_produtos numeric(14, 2) NOT NULL, valor_frete numeric(14, 2), valor_seguro numeric(14, 2),
    valor_desconto numeric(14, 2), valor_total_nota numeric(14, 2) NOT NULL, UNIQUE (filial_id, modelo, serie, numero)
);
CREATE TABLE notas_fiscais_itens (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, nota_fiscal_id bigint NOT NULL REFERENCES notas_fiscais,
    numero_item smallint NOT NULL, produto_id bigint NOT NULL REFERENCES produtos, quantidade_comercial numeric(12, 4) NOT NULL,
    valor_unitario numeric(14, 2) NOT NULL, valor_total_item numeric(14, 2) NOT NULL, UNIQUE (nota_fiscal_id, numero_item)
);
CREATE TABLE titulos_receber (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, nota_fiscal_id bigint REFERENCES notas_fiscais,
    data_emissao date NOT NULL, data_vencimento date NOT NULL, valor_titulo numeric(12, 2) NOT NULL, data_pagamento date,
    valor_pago numeric(12, 2), saldo numeric(12, 2), situacao varchar(15) NOT NULL, dias_atraso integer
);
