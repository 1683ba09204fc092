"""What postal codes of a city look like, by town, province or state. Written by hand from the countries' own plans.

In a pattern `#` is a digit, `%` one from 1 to 9, `@` a letter; other characters stand for themselves.
"""

from __future__ import annotations


def _towns(text: str) -> dict[str, str]:
    return {town.strip(): code for part in text.split(";") for code, _, town in [part.strip().partition(" ")]}


TOWNS: dict[str, dict[str, str]] = {
    "GB": _towns("""AB Aberdeen; AL St Albans; B Birmingham; BA Bath; BB Blackburn; BD Bradford; BH Bournemouth;
        BL Bolton; BN Brighton; BS Bristol; BT Belfast; CA Carlisle; CB Cambridge; CF Cardiff; CH Chester;
        CM Chelmsford; CO Colchester; CR Croydon; CT Canterbury; CV Coventry; CW Crewe; DA Dartford; DD Dundee;
        DE Derby; DG Dumfries; DH Durham; DL Darlington; DN Doncaster; DT Dorchester; DY Dudley; EH Edinburgh;
        EX Exeter; FK Falkirk; FY Blackpool; G Glasgow; GL Gloucester; GU Guildford; HA Harrow; HD Huddersfield;
        HG Harrogate; HP Hemel Hempstead; HR Hereford; HU Hull; HX Halifax; IG Ilford; IP Ipswich; IV Inverness;
        KA Kilmarnock; KT Kingston upon Thames; KY Kirkcaldy; L Liverpool; LA Lancaster; LE Leicester;
        LL Llandudno; LN Lincoln; LS Leeds; LU Luton; M Manchester; ME Gillingham; MK Milton Keynes; ML Motherwell;
        NE Newcastle upon Tyne; NG Nottingham; NN Northampton; NP Newport; NR Norwich; OL Oldham; OX Oxford;
        PA Paisley; PE Peterborough; PH Perth; PL Plymouth; PO Portsmouth; PR Preston; RG Reading; RH Redhill;
        RM Romford; S Sheffield; SA Swansea; SG Stevenage; SK Stockport; SL Slough; SM Sutton; SN Swindon;
        SO Southampton; SP Salisbury; SR Sunderland; SS Southend-on-Sea; ST Stoke-on-Trent; SY Shrewsbury;
        TA Taunton; TF Telford; TN Tonbridge; TQ Torquay; TR Truro; TS Middlesbrough; TW Twickenham; UB Southall;
        WA Warrington; WD Watford; WF Wakefield; WN Wigan; WR Worcester; WS Walsall; WV Wolverhampton; YO York;
        LONDON London"""),
    "DE": _towns("""01 Dresden; 04 Leipzig; 06 Halle (Saale); 07 Gera; 08 Zwickau; 09 Chemnitz; 10 Berlin; 14 Potsdam;
        15 Frankfurt (Oder); 16 Oranienburg; 17 Neubrandenburg; 18 Rostock; 19 Schwerin; 20 Hamburg; 23 Lübeck;
        24 Kiel; 25 Elmshorn; 26 Oldenburg; 27 Bremerhaven; 28 Bremen; 29 Celle; 30 Hannover; 31 Hildesheim;
        32 Herford; 33 Bielefeld; 34 Kassel; 35 Gießen; 36 Fulda; 37 Göttingen; 38 Braunschweig; 39 Magdeburg;
        40 Düsseldorf; 41 Mönchengladbach; 42 Wuppertal; 44 Dortmund; 45 Essen; 46 Oberhausen; 47 Duisburg;
        48 Münster; 49 Osnabrück; 50 Köln; 52 Aachen; 53 Bonn; 54 Trier; 55 Mainz; 56 Koblenz; 57 Siegen; 58 Hagen;
        59 Hamm; 60 Frankfurt am Main; 61 Bad Homburg vor der Höhe; 63 Offenbach; 64 Darmstadt; 65 Wiesbaden;
        66 Saarbrücken; 67 Ludwigshafen am Rhein; 68 Mannheim; 69 Heidelberg; 70 Stuttgart; 71 Böblingen;
        72 Tübingen; 73 Göppingen; 74 Heilbronn; 75 Pforzheim; 76 Karlsruhe; 77 Offenburg;
        78 Villingen-Schwenningen; 79 Freiburg; 80 München; 82 Starnberg; 83 Rosenheim; 84 Landshut; 85 Ingolstadt;
        86 Augsburg; 87 Kempten (Allgäu); 88 Ravensburg; 89 Ulm; 90 Nürnberg; 91 Erlangen; 92 Amberg;
        93 Regensburg; 94 Passau; 95 Bayreuth; 96 Bamberg; 97 Würzburg; 98 Suhl; 99 Erfurt"""),
    "PT": _towns("""1% Lisboa; 20 Santarém; 24 Leiria; 25 Caldas da Rainha; 26 Vila Franca de Xira; 27 Amadora;
        27 Sintra; 27 Cascais; 28 Almada; 28 Barreiro; 29 Setúbal; 30 Coimbra; 35 Viseu; 38 Aveiro; 4% Porto;
        44 Vila Nova de Gaia; 44 Matosinhos; 44 Maia; 47 Braga; 48 Guimarães; 49 Viana do Castelo; 50 Vila Real;
        53 Bragança; 60 Castelo Branco; 63 Guarda; 70 Évora; 73 Portalegre; 78 Beja; 80 Faro; 85 Portimão;
        90 Funchal; 95 Ponta Delgada"""),
    "IT": _towns("""00 Roma; 01 Viterbo; 02 Rieti; 03 Frosinone; 04 Latina; 05 Terni; 06 Perugia; 07 Sassari; 08 Nuoro;
        09 Cagliari; 10 Torino; 11 Aosta; 12 Cuneo; 13 Vercelli; 14 Asti; 15 Alessandria; 16 Genova; 17 Savona;
        18 Imperia; 19 La Spezia; 20 Milano; 21 Varese; 22 Como; 23 Lecco; 24 Bergamo; 25 Brescia; 26 Cremona;
        27 Pavia; 28 Novara; 29 Piacenza; 30 Venezia; 31 Treviso; 32 Belluno; 33 Udine; 34 Trieste; 35 Padova;
        36 Vicenza; 37 Verona; 38 Trento; 39 Bolzano; 40 Bologna; 41 Modena; 42 Reggio nell'Emilia; 43 Parma;
        44 Ferrara; 45 Rovigo; 46 Mantova; 47 Forlì; 48 Ravenna; 50 Firenze; 51 Pistoia; 52 Arezzo; 53 Siena;
        54 Massa; 55 Lucca; 56 Pisa; 57 Livorno; 58 Grosseto; 59 Prato; 60 Ancona; 61 Pesaro; 62 Macerata;
        63 Ascoli Piceno; 64 Teramo; 65 Pescara; 66 Chieti; 67 L'Aquila; 70 Bari; 71 Foggia; 72 Brindisi; 73 Lecce;
        74 Taranto; 75 Matera; 76 Barletta; 80 Napoli; 81 Caserta; 82 Benevento; 83 Avellino; 84 Salerno;
        85 Potenza; 86 Campobasso; 87 Cosenza; 88 Catanzaro; 89 Reggio Calabria; 90 Palermo; 91 Trapani;
        92 Agrigento; 93 Caltanissetta; 94 Enna; 95 Catania; 96 Siracusa; 97 Ragusa; 98 Messina"""),
    "NL": _towns("""10 Amsterdam; 12 Hilversum; 13 Almere; 18 Alkmaar; 20 Haarlem; 23 Leiden; 25 Den Haag; 26 Delft;
        28 Gouda; 30 Rotterdam; 33 Dordrecht; 35 Utrecht; 38 Amersfoort; 43 Middelburg; 46 Bergen op Zoom;
        48 Breda; 50 Tilburg; 52 's-Hertogenbosch; 56 Eindhoven; 59 Venlo; 60 Roermond; 62 Maastricht; 64 Heerlen;
        65 Nijmegen; 68 Arnhem; 73 Apeldoorn; 74 Deventer; 75 Enschede; 76 Almelo; 78 Emmen; 79 Hoogeveen;
        80 Zwolle; 82 Lelystad; 84 Heerenveen; 89 Leeuwarden; 94 Assen; 97 Groningen"""),
}
FORMS = {"GB": "{}% %@@", "DE": "{}###", "PT": "{}##-###", "IT": "{}###", "NL": "{}## @@"}
LONDON = ("N%", "E%", "SE%", "SW%", "W%", "NW%", "EC%A", "WC%A")

SPAIN = {
    "Alava": "01", "Albacete": "02", "Alicante": "03", "Almeria": "04", "Avila": "05", "Badajoz": "06",
    "Illes Balears": "07", "Barcelona": "08", "Burgos": "09", "Caceres": "10", "Cadiz": "11", "Castello": "12",
    "Ciudad Real": "13", "Cordoba": "14", "Coruna": "15", "Cuenca": "16", "Girona": "17", "Granada": "18",
    "Guadalajara": "19", "Guipuzcoa": "20", "Huelva": "21", "Huesca": "22", "Jaen": "23", "Leon": "24",
    "Lleida": "25", "La Rioja": "26", "Lugo": "27", "Madrid": "28", "Malaga": "29", "Murcia": "30", "Navarra": "31",
    "Ourense": "32", "Asturias": "33", "Palencia": "34", "Las Palmas": "35", "Pontevedra": "36", "Salamanca": "37",
    "Santa Cruz de Tenerife": "38", "Cantabria": "39", "Segovia": "40", "Sevilla": "41", "Soria": "42",
    "Tarragona": "43", "Teruel": "44", "Toledo": "45", "Valencia": "46", "Valladolid": "47", "Bizkaia": "48",
    "Zamora": "49", "Zaragoza": "50", "Ceuta": "51", "Melilla": "52",
}  # fmt: skip
FRANCE = {
    "Ain": "01", "Aisne": "02", "Allier": "03", "Alpes-de-Haute-Provence": "04", "Hautes-Alpes": "05",
    "Alpes-Maritimes": "06", "Ardeche": "07", "Ardennes": "08", "Ariege": "09", "Aube": "10", "Aude": "11",
    "Aveyron": "12", "Bouches-du-Rhone": "13", "Calvados": "14", "Cantal": "15", "Charente": "16",
    "Charente-Maritime": "17", "Cher": "18", "Correze": "19", "Corse-du-Sud": "201", "Haute-Corse": "202",
    "Cote-d'Or": "21", "Cotes-d'Armor": "22", "Creuse": "23", "Dordogne": "24", "Doubs": "25", "Drome": "26",
    "Eure": "27", "Eure-et-Loir": "28", "Finistere": "29", "Gard": "30", "Haute-Garonne": "31", "Gers": "32",
    "Gironde": "33", "Herault": "34", "Ille-et-Vilaine": "35", "Indre": "36", "Indre-et-Loire": "37", "Isere": "38",
    "Jura": "39", "Landes": "40", "Loir-et-Cher": "41", "Loire": "42", "Haute-Loire": "43", "Loire-Atlantique": "44",
    "Loiret": "45", "Lot": "46", "Lot-et-Garonne": "47", "Lozere": "48", "Maine-et-Loire": "49", "Manche": "50",
    "Marne": "51", "Haute-Marne": "52", "Mayenne": "53", "Meurthe-et-Moselle": "54", "Meuse": "55",
    "Morbihan": "56", "Moselle": "57", "Nievre": "58", "Nord": "59", "Oise": "60", "Orne": "61",
    "Pas-de-Calais": "62", "Puy-de-Dome": "63", "Pyrenees-Atlantiques": "64", "Hautes-Pyrenees": "65",
    "Pyrenees-Orientales": "66", "Bas-Rhin": "67", "Haut-Rhin": "68", "Rhone": "69", "Haute-Saone": "70",
    "Saone-et-Loire": "71", "Sarthe": "72", "Savoie": "73", "Haute-Savoie": "74", "Paris": "75",
    "Seine-Maritime": "76", "Seine-et-Marne": "77", "Yvelines": "78", "Deux-Sevres": "79", "Somme": "80",
    "Tarn": "81", "Tarn-et-Garonne": "82", "Var": "83", "Vaucluse": "84", "Vendee": "85", "Vienne": "86",
    "Haute-Vienne": "87", "Vosges": "88", "Yonne": "89", "Territoire de Belfort": "90", "Essonne": "91",
    "Hauts-de-Seine": "92", "Seine-Saint-Denis": "93", "Val-de-Marne": "94", "Val-d'Oise": "95",
}  # fmt: skip
MEXICO = {
    "CMX": "0% 1%", "AGU": "20", "BCN": "21 22", "BCS": "23", "CAM": "24", "COA": "25 27", "COL": "28", "CHP": "29 30",
    "CHH": "31 32", "DUR": "34", "GUA": "36 37", "GRO": "39 40", "HID": "42 43", "JAL": "44 45", "MEX": "50 52 55",
    "MIC": "58 60", "MOR": "62", "NAY": "63", "NLE": "64 66", "OAX": "68 70", "PUE": "72 74", "QUE": "76",
    "ROO": "77", "SLP": "78", "SIN": "80 82", "SON": "83 85", "TAB": "86", "TAM": "87 88", "TLA": "90",
    "VER": "91 94", "YUC": "97", "ZAC": "98",
}  # fmt: skip
CANADA = {
    "AB": "T", "BC": "V", "MB": "R", "NB": "E", "NL": "A", "NS": "B", "NT": "X", "NU": "X", "ON": "K L N P", "PE": "C",
    "QC": "G J", "SK": "S", "YT": "Y", "Toronto": "M", "Montréal": "H", "Montreal": "H", "Ottawa": "K",
}  # fmt: skip
AUSTRALIA = {"NSW": "2", "ACT": "26", "VIC": "3", "QLD": "4", "SA": "5", "WA": "6", "TAS": "7", "NT": "08"}
AUSTRIA = {"9": "1", "3": "3", "4": "4", "5": "5", "7": "6", "8": "68", "1": "7", "6": "8", "2": "9"}

ADMIN: dict[str, dict[str, str]] = {
    "FR": dict(zip("11 24 27 28 32 44 52 53 75 76 84 93 94".split(),
        "IDF CVL BFC NOR HDF GES PDL BRE NAQ OCC ARA PAC 20R".split(), strict=True)),
    "ES": dict(zip("07 27 29 31 32 34 39 51 52 53 54 55 56 57 58 59 60 CE ML".split(),
        "IB RI MD MC NC AS CB AN AR CN CM CL CT EX GA PV VC CE ML".split(), strict=True)),
    "PT": dict(zip("02 03 04 05 06 07 08 09 10 11 13 14 16 17 18 19 20 21 22 23".split(),
        "01 02 03 04 05 06 07 08 30 09 10 11 12 13 14 15 16 17 18 20".split(), strict=True)),
    "MX": dict(zip([f"{n:02d}" for n in range(1, 33)],
        "AGU BCN BCS CAM CHP CHH COA COL CMX DUR GUA GRO HID JAL MEX MIC MOR NAY NLE OAX PUE QUE ROO SLP SIN SON TAB "
        "TAM TLA VER YUC ZAC".split(), strict=True)),
    "IT": dict(zip([f"{n:02d}" for n in range(1, 21)],
        "65 77 78 72 45 36 62 42 25 57 67 21 75 88 82 52 32 55 23 34".split(), strict=True)),
    "DE": dict(zip([f"{n:02d}" for n in range(1, 17)],
        "BW BY HB HH HE NI NW RP SL SH BB MV SN ST TH BE".split(), strict=True)),
    "AT": {f"0{n}": str(n) for n in range(1, 10)},
    "NL": dict(zip("01 02 03 04 05 06 07 09 10 11 15 16".split(),
        "DR FR GE GR LI NB NH UT ZE ZH OV FL".split(), strict=True)),
    "CA": dict(zip("01 02 03 04 05 07 08 09 10 11 12 13 14".split(),
        "AB BC MB NB NL NS ON PE QC SK YT NT NU".split(), strict=True)),
    "AU": dict(zip("01 02 03 04 05 06 07 08".split(), "ACT NSW NT QLD SA TAS VIC WA".split(), strict=True)),
    "AR": dict(zip([f"{n:02d}" for n in range(1, 25)], "B K H U X W C E P Y L F M N Q R A J D Z S G V T".split(),
        strict=True)),
}  # fmt: skip
"""GeoNames' codes of regions to those of ISO 3166-2."""

LOCAL = {
    "DE": {"Munich": "München", "Nuremberg": "Nürnberg", "Cologne": "Köln", "Hanover": "Hannover",
        "Frankfurt": "Frankfurt am Main", "Brunswick": "Braunschweig"},
    "IT": {"Rome": "Roma", "Milan": "Milano", "Naples": "Napoli", "Turin": "Torino", "Florence": "Firenze",
        "Venice": "Venezia", "Genoa": "Genova", "Padua": "Padova", "Syracuse": "Siracusa"},
    "ES": {"Seville": "Sevilla", "Cordoba": "Córdoba", "Pamplona": "Pamplona", "Palma": "Palma de Mallorca",
        "Castelló de la Plana": "Castellón de la Plana", "Alicante": "Alicante", "Donostia / San Sebastián":
        "San Sebastián", "Donostia": "San Sebastián", "Gasteiz / Vitoria": "Vitoria-Gasteiz"},
    "PT": {"Lisbon": "Lisboa", "Oporto": "Porto"},
    "MX": {"Mexico City": "Ciudad de México"},
    "BE": {"Brussels": "Bruxelles", "Ghent": "Gent", "Antwerp": "Antwerpen"},
    "AT": {"Vienna": "Wien"}, "CH": {"Geneva": "Genève", "Zurich": "Zürich"},
    "PL": {"Warsaw": "Warszawa"}, "CZ": {"Prague": "Praha"}, "DK": {"Copenhagen": "København"},
    "NL": {"The Hague": "Den Haag"}, "AR": {"Buenos Aires": "Buenos Aires"}, "RO": {"Bucharest": "București"},
    "GB": {"Kingston upon Hull": "Hull"}, "US": {"New York City": "New York"},
}  # fmt: skip
"""Cities that GeoNames lists under an English name."""

CITIES = {
    ("FR", "Paris"): "7500%|7501#", ("FR", "Lyon"): "6900%", ("FR", "Marseille"): "1300%|1301#",
    ("FR", "Toulouse"): "31000|31100|31200|31300|31400|31500", ("FR", "Nice"): "06000|06100|06200|06300",
}  # fmt: skip
"""Cities whose codes are few and known."""
GENERAL = {"IE": "D%# @#@#"}
NONE = "00000"
"""What is written in countries without postal codes."""
AUSTRALIA_PHONES = {"NSW": "2", "ACT": "2", "VIC": "3", "TAS": "3", "QLD": "7", "SA": "8", "WA": "8", "NT": "8"}
MEXICO_AREAS = {
    "Tijuana": "664", "Mexicali": "686", "Ecatepec": "55", "Monterrey": "81", "Guadalajara": "33", "Puebla": "222",
    "León": "477", "Ciudad Juárez": "656", "Zapopan": "33", "Culiacán": "667", "Mérida": "999", "Querétaro": "442",
    "Aguascalientes": "449", "Hermosillo": "662", "San Luis Potosí": "444", "Saltillo": "844", "Chihuahua": "614",
    "Morelia": "443", "Cancún": "998", "Toluca": "722", "Acapulco de Juárez": "744", "Torreón": "871",
    "Veracruz": "229", "Villahermosa": "993", "Tuxtla": "961", "Reynosa": "899", "Tampico": "833", "Xalapa": "228",
    "Mazatlán": "669", "Oaxaca": "951", "Cuernavaca": "777", "Pachuca de Soto": "771", "Tepic": "311", "Colima": "312",
    "La Paz": "612", "Campeche": "981", "Zacatecas": "492", "Tlaxcala": "246", "Victoria de Durango": "618",
}  # fmt: skip
GREAT_BRITAIN_PHONES = {
    "Leeds": "113496", "Sheffield": "114496", "Nottingham": "115496", "Leicester": "116496", "Bristol": "117496",
    "Reading": "118496", "Birmingham": "121496", "Edinburgh": "131496", "Glasgow": "141496", "Liverpool": "151496",
    "Manchester": "161496", "Newcastle upon Tyne": "191498", "Cardiff": "292018",
}  # fmt: skip
"""Beginnings of the numbers that Ofcom keeps for drama; four more digits follow, the first of them 0."""
GERMANY_PHONES = {
    "Berlin": "3023125###", "Frankfurt am Main": "6990009###", "Hamburg": "4066969###", "Köln": "2214710###",
    "München": "8999998###",
}  # fmt: skip
"""Numbers that the Bundesnetzagentur keeps for drama."""
FRANCE_PHONES = {"1": "19900####", "2": "26191####", "3": "35301####", "4": "46571####", "5": "53649####"}
"""Numbers that Arcep keeps for drama, by the first digit, which says the part of the country."""
MOBILES = {
    "GB": "7700900###", "FR": "63998####", "DE": "17139200##",
}  # fmt: skip
