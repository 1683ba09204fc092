"""Subdivisions of the countries at full depth, under the names they have there; codes are those of ISO 3166-2."""

from __future__ import annotations


def _read(text: str) -> dict[str, str]:
    return dict(part.strip().split(" ", 1) for part in text.replace("\n", " ").split(";") if part.strip())


NATIVE: dict[str, dict[str, str]] = {
    "BR": _read("""AC Acre; AL Alagoas; AP Amapá; AM Amazonas; BA Bahia; CE Ceará; DF Distrito Federal;
        ES Espírito Santo; GO Goiás; MA Maranhão; MT Mato Grosso; MS Mato Grosso do Sul; MG Minas Gerais; PA Pará;
        PB Paraíba; PR Paraná; PE Pernambuco; PI Piauí; RJ Rio de Janeiro; RN Rio Grande do Norte;
        RS Rio Grande do Sul; RO Rondônia; RR Roraima; SC Santa Catarina; SP São Paulo; SE Sergipe; TO Tocantins"""),
    "PT": _read("""01 Aveiro; 02 Beja; 03 Braga; 04 Bragança; 05 Castelo Branco; 06 Coimbra; 07 Évora; 08 Faro;
        09 Guarda; 10 Leiria; 11 Lisboa; 12 Portalegre; 13 Porto; 14 Santarém; 15 Setúbal; 16 Viana do Castelo;
        17 Vila Real; 18 Viseu; 20 Açores; 30 Madeira"""),
    "US": _read("""AL Alabama; AK Alaska; AZ Arizona; AR Arkansas; CA California; CO Colorado; CT Connecticut;
        DE Delaware; DC District of Columbia; FL Florida; GA Georgia; HI Hawaii; ID Idaho; IL Illinois; IN Indiana;
        IA Iowa; KS Kansas; KY Kentucky; LA Louisiana; ME Maine; MD Maryland; MA Massachusetts; MI Michigan;
        MN Minnesota; MS Mississippi; MO Missouri; MT Montana; NE Nebraska; NV Nevada; NH New Hampshire;
        NJ New Jersey; NM New Mexico; NY New York; NC North Carolina; ND North Dakota; OH Ohio; OK Oklahoma;
        OR Oregon; PA Pennsylvania; RI Rhode Island; SC South Carolina; SD South Dakota; TN Tennessee; TX Texas;
        UT Utah; VT Vermont; VA Virginia; WA Washington; WV West Virginia; WI Wisconsin; WY Wyoming"""),
    "GB": _read("ENG England; SCT Scotland; WLS Wales; NIR Northern Ireland"),
    "DE": _read("""BW Baden-Württemberg; BY Bayern; BE Berlin; BB Brandenburg; HB Bremen; HH Hamburg; HE Hessen;
        MV Mecklenburg-Vorpommern; NI Niedersachsen; NW Nordrhein-Westfalen; RP Rheinland-Pfalz; SL Saarland;
        SN Sachsen; ST Sachsen-Anhalt; SH Schleswig-Holstein; TH Thüringen"""),
    "AT": _read("""1 Burgenland; 2 Kärnten; 3 Niederösterreich; 4 Oberösterreich; 5 Salzburg; 6 Steiermark; 7 Tirol;
        8 Vorarlberg; 9 Wien"""),
    "FR": _read("""ARA Auvergne-Rhône-Alpes; BFC Bourgogne-Franche-Comté; BRE Bretagne; 20R Corse;
        CVL Centre-Val de Loire; GES Grand Est; HDF Hauts-de-France; IDF Île-de-France; NOR Normandie;
        NAQ Nouvelle-Aquitaine; OCC Occitanie; PAC Provence-Alpes-Côte d'Azur; PDL Pays de la Loire"""),
    "ES": _read("""AN Andalucía; AR Aragón; AS Asturias; CB Cantabria; CE Ceuta; CL Castilla y León;
        CM Castilla-La Mancha; CN Canarias; CT Cataluña; EX Extremadura; GA Galicia; IB Islas Baleares;
        MC Región de Murcia; MD Comunidad de Madrid; ML Melilla; NC Navarra; PV País Vasco; RI La Rioja;
        VC Comunidad Valenciana"""),
    "MX": _read("""AGU Aguascalientes; BCN Baja California; BCS Baja California Sur; CAM Campeche; CHP Chiapas;
        CHH Chihuahua; CMX Ciudad de México; COA Coahuila; COL Colima; DUR Durango; GUA Guanajuato; GRO Guerrero;
        HID Hidalgo; JAL Jalisco; MEX Estado de México; MIC Michoacán; MOR Morelos; NAY Nayarit; NLE Nuevo León;
        OAX Oaxaca; PUE Puebla; QUE Querétaro; ROO Quintana Roo; SLP San Luis Potosí; SIN Sinaloa; SON Sonora;
        TAB Tabasco; TAM Tamaulipas; TLA Tlaxcala; VER Veracruz; YUC Yucatán; ZAC Zacatecas"""),
    "CA": _read("""AB Alberta; BC British Columbia; MB Manitoba; NB New Brunswick; NL Newfoundland and Labrador;
        NS Nova Scotia; NT Northwest Territories; NU Nunavut; ON Ontario; PE Prince Edward Island; QC Quebec;
        SK Saskatchewan; YT Yukon"""),
    "AU": _read("""ACT Australian Capital Territory; NSW New South Wales; NT Northern Territory; QLD Queensland;
        SA South Australia; TAS Tasmania; VIC Victoria; WA Western Australia"""),
    "IT": _read("""65 Abruzzo; 77 Basilicata; 78 Calabria; 72 Campania; 45 Emilia-Romagna; 36 Friuli-Venezia Giulia;
        62 Lazio; 42 Liguria; 25 Lombardia; 57 Marche; 67 Molise; 21 Piemonte; 75 Puglia; 88 Sardegna; 82 Sicilia;
        52 Toscana; 32 Trentino-Alto Adige; 55 Umbria; 23 Valle d'Aosta; 34 Veneto"""),
    "NL": _read("""DR Drenthe; FL Flevoland; FR Fryslân; GE Gelderland; GR Groningen; LI Limburg; NB Noord-Brabant;
        NH Noord-Holland; OV Overijssel; UT Utrecht; ZE Zeeland; ZH Zuid-Holland"""),
    "AR": _read("""C Ciudad Autónoma de Buenos Aires; B Buenos Aires; K Catamarca; H Chaco; U Chubut; X Córdoba;
        W Corrientes; E Entre Ríos; P Formosa; Y Jujuy; L La Pampa; F La Rioja; M Mendoza; N Misiones; Q Neuquén;
        R Río Negro; A Salta; J San Juan; D San Luis; Z Santa Cruz; S Santa Fe; G Santiago del Estero;
        V Tierra del Fuego; T Tucumán"""),
}
TYPES = {
    "BR": "state", "PT": "district", "US": "state", "GB": "country", "DE": "state", "AT": "state", "FR": "region",
    "ES": "autonomous_community", "MX": "state", "CA": "province", "AU": "state", "IT": "region", "NL": "province",
    "AR": "province", "JP": "prefecture", "IN": "state", "CH": "canton", "BE": "region", "CL": "region",
    "CO": "department", "PE": "region", "PL": "voivodeship", "SE": "county", "NO": "county", "CN": "province",
    "ZA": "province", "TR": "province", "UA": "region", "NG": "state",
}  # fmt: skip
