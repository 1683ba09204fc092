-- Uma clínica: quem atende, quem é atendido, e o que decorre de uma consulta.
CREATE SCHEMA clinica;
SET search_path = clinica;

CREATE TABLE unidade (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, nome text NOT NULL, cidade text NOT NULL, uf char(2) NOT NULL,
    consultas bigint NOT NULL, faturamento numeric(16,2) NOT NULL, CHECK (faturamento >= 0)
);
CREATE TABLE especialidade (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, nome text NOT NULL, preco numeric(8,2) NOT NULL, CHECK (preco > 0)
);
CREATE TABLE medico (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, unidade_id int NOT NULL REFERENCES unidade,
    especialidade_id int NOT NULL REFERENCES especialidade, nome text NOT NULL, registro text NOT NULL UNIQUE,
    admitido_em date NOT NULL, consultas int NOT NULL, faturamento numeric(14,2) NOT NULL, CHECK (faturamento >= 0)
);
CREATE TABLE paciente (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, nome text NOT NULL, nome_mae text NOT NULL, nome_pai text,
    cpf text NOT NULL UNIQUE, email text NOT NULL UNIQUE, nascido_em date NOT NULL, cadastrado_em timestamptz NOT NULL,
    logradouro text NOT NULL, cidade text NOT NULL, uf char(2) NOT NULL,
    consultas int NOT NULL, gasto_total numeric(14,2) NOT NULL, ultima_consulta timestamptz
);
CREATE TABLE convenio (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, nome text NOT NULL, cobertura numeric(4,3) NOT NULL,
    CHECK (cobertura BETWEEN 0 AND 1)
);
CREATE TABLE carteirinha (
    paciente_id int NOT NULL REFERENCES paciente, valida_de date NOT NULL, valida_ate date,
    convenio_id int NOT NULL REFERENCES convenio, numero text NOT NULL UNIQUE,
    PRIMARY KEY (paciente_id, valida_de), CHECK (valida_ate > valida_de)
);
CREATE TABLE consulta (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, medico_id int NOT NULL REFERENCES medico,
    paciente_id int NOT NULL REFERENCES paciente, convenio_id int NOT NULL REFERENCES convenio,
    protocolo text NOT NULL UNIQUE, situacao text NOT NULL, marcada_em timestamptz NOT NULL, confirmada_em timestamptz,
    iniciada_em timestamptz, encerrada_em timestamptz, motivo_cancelamento text, diagnostico text,
    procedimentos int NOT NULL, valor numeric(12,2) NOT NULL, coberto numeric(12,2) NOT NULL,
    a_pagar numeric(12,2) NOT NULL, recebido numeric(12,2) NOT NULL,
    CHECK (valor >= 0), CHECK (coberto <= valor), CHECK (recebido <= a_pagar),
    CHECK (situacao IN ('marcada', 'confirmada', 'em andamento', 'realizada', 'cancelada')),
    CHECK ((situacao = 'cancelada') = (motivo_cancelamento IS NOT NULL)), CHECK (encerrada_em >= iniciada_em)
);
CREATE TABLE evento_consulta (
    consulta_id int NOT NULL REFERENCES consulta, passo int NOT NULL, situacao text NOT NULL, anterior text,
    em timestamptz NOT NULL, ate timestamptz, atual boolean NOT NULL, PRIMARY KEY (consulta_id, passo)
);
CREATE TABLE procedimento (
    consulta_id int NOT NULL REFERENCES consulta, item int NOT NULL, especialidade_id int NOT NULL REFERENCES especialidade,
    codigo text NOT NULL UNIQUE, quantidade int NOT NULL, preco_unitario numeric(8,2) NOT NULL,
    desconto numeric(4,2) NOT NULL, total numeric(12,2) NOT NULL, feito_em timestamptz NOT NULL,
    PRIMARY KEY (consulta_id, item), CHECK (quantidade > 0), CHECK (total >= 0)
);
CREATE TABLE parcela (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, consulta_id int NOT NULL REFERENCES consulta, numero int NOT NULL,
    valor numeric(12,2) NOT NULL, vence_em date NOT NULL, paga boolean NOT NULL,
    UNIQUE (consulta_id, numero), CHECK (valor >= 0)
);
CREATE TABLE prescricao (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, consulta_id int NOT NULL REFERENCES consulta,
    paciente_id int NOT NULL REFERENCES paciente, medico_id int NOT NULL REFERENCES medico, texto text NOT NULL,
    emitida_em timestamptz NOT NULL, valida_ate date NOT NULL
);
CREATE TABLE conta_corrente (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, unidade_id int NOT NULL REFERENCES unidade,
    lancado_em timestamptz NOT NULL, valor numeric(10,2) NOT NULL, saldo numeric(14,2) NOT NULL
);
CREATE TABLE anotacao (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, sobre text NOT NULL, sobre_id int NOT NULL, texto text NOT NULL,
    dados jsonb NOT NULL
);
