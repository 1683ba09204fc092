"""Words of trades and jobs, in English and Portuguese."""

from __future__ import annotations

_TABLE = {
    ("industry", "en"): """
        Accounting; Advertising; Aerospace; Agriculture; Airlines; Apparel; Architecture; Automotive; Banking;
        Biotechnology; Broadcasting; Brewing; Building Materials; Business Services; Chemicals; Civil Engineering;
        Cloud Computing; Coffee and Tea; Consulting; Construction; Consumer Electronics; Cosmetics; Dairy; Defence;
        Design; E-commerce; Education; Electrical Equipment; Energy; Environmental Services; Event Management; Farming;
        Film and Television; Financial Services; Fisheries; Fitness; Food Processing; Forestry; Freight; Furniture;
        Games; Glass and Ceramics; Government Services; Health Care; Hospitality; Human Resources; Import and Export;
        Industrial Automation; Information Technology; Insurance; Investment Management; Jewellery; Legal Services;
        Libraries; Livestock; Logistics; Machinery; Market Research; Medical Devices; Metalworking; Mining; Museums;
        Music; Nanotechnology; Newspapers; Oil and Gas; Packaging; Paper; Performing Arts; Pharmaceuticals;
        Photography; Plastics; Printing; Public Safety; Publishing; Railways; Real Estate; Recycling;
        Renewable Energy; Restaurants; Retail; Robotics; Security; Semiconductors; Shipbuilding; Software; Sports;
        Staffing; Steel; Supermarkets; Telecommunications; Textiles; Tobacco; Toys; Translation; Travel; Utilities;
        Veterinary Services; Warehousing; Waste Management; Water Supply; Wholesale; Wine""",
    ("industry", "pt"): """
        Agronegócio; Alimentos; Arquitetura; Artes Gráficas; Autopeças; Aviação; Bancos; Bebidas; Biotecnologia;
        Borracha; Calçados; Celulose e Papel; Cerâmica; Comércio Atacadista; Comércio Eletrônico; Comércio Varejista;
        Comunicação; Confecção; Construção Civil; Consultoria; Contabilidade; Cosméticos; Couro; Cultura; Defesa;
        Design; Editorial; Educação; Eletrodomésticos; Eletrônicos; Embalagens; Energia; Energias Renováveis;
        Engenharia; Esportes; Eventos; Farmacêutica; Ferrovias; Fertilizantes; Finanças; Gastronomia; Hotelaria;
        Imóveis; Infraestrutura; Investimentos; Jogos; Joias; Laticínios; Logística; Madeira; Marketing; Materiais de
        Construção; Mecânica; Metalurgia; Mineração; Móveis; Papelaria; Pecuária; Pesca; Petróleo e Gás; Plásticos;
        Publicidade; Química; Reciclagem; Recursos Humanos; Robótica; Saneamento; Saúde; Segurança; Seguros;
        Semicondutores; Serviços Jurídicos; Siderurgia; Software; Supermercados; Tecnologia da Informação;
        Telecomunicações; Têxtil; Transportes; Turismo; Vidros; Vinhos""",
    ("field", "en"): """
        Accounting; Administration; Compliance; Customer Support; Data; Design; Engineering; Facilities; Finance;
        Human Resources; Infrastructure; Legal; Logistics; Maintenance; Marketing; Operations; Procurement; Product;
        Production; Quality; Research; Safety; Sales; Security; Software; Training""",
    ("field", "pt"): """
        Administração; Atendimento; Compliance; Compras; Contabilidade; Dados; Design; Engenharia; Finanças;
        Infraestrutura; Jurídico; Logística; Manutenção; Marketing; Operações; Pesquisa; Produção; Produto; Projetos;
        Qualidade; Recursos Humanos; Segurança; Sistemas; Treinamento; Vendas""",
    ("position", "en"): """
        Administrator; Advisor; Agent; Analyst; Architect; Assistant; Associate; Auditor; Clerk; Consultant;
        Coordinator; Developer; Director; Engineer; Executive; Inspector; Lead; Manager; Officer; Planner; Producer;
        Representative; Researcher; Specialist; Strategist; Supervisor; Technician; Trainer""",
    ("position", "pt"): """
        Administrador; Agente; Analista; Arquiteto; Assessor; Assistente; Auditor; Auxiliar; Comprador; Consultor;
        Coordenador; Desenvolvedor; Diretor; Encarregado; Engenheiro; Especialista; Fiscal; Gerente; Inspetor;
        Instrutor; Líder; Pesquisador; Planejador; Representante; Supervisor; Técnico""",
    ("seniority", "en"): """
        Apprentice; Assistant; Associate; Chief; Deputy; Entry-level; Executive; Junior; Lead; Mid-level; Principal;
        Regional; Senior; Trainee; Vice""",
    ("seniority", "pt"): "Aprendiz; Estagiário; Trainee; Júnior; Pleno; Sênior; Principal; Regional; Adjunto; Chefe",
}


def listed(kind: str, locale: str) -> tuple[str, ...]:
    """Return the words of a kind: Portuguese for ``pt_*``, else English."""
    text = _TABLE[kind, "pt" if locale.startswith("pt") else "en"]
    return tuple(" ".join(word.split()) for word in text.split(";"))
