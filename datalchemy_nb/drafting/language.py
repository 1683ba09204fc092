"""The language of a schema's names, and names of other languages read as English ones.

Words of tables, columns and comments vote for a language; some words are of one country only (`cpf`, `siret`, `plz`).
Spanish, French and German names are then read through a glossary, word by word, so that every rule and shape that
knows an English name knows theirs: ``fecha_nacimiento`` is `birth date`, ``Bestelldatum`` `order date`. Spanish and
French names begin with their noun and are turned round; German ones end with it, often in one word.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.drafting.words import Words, singular, split_words

DEFAULT_LOCALE = "en_US"
_SHOWN = 8

# --- which language, which country ------------------------------------------------------------------------------------

_ENGLISH = (
    "account actor address amount author balance birth book brand category city comment company country created "
    "currency customer date day delivery description discount due employee end enabled event first grade height image "
    "inventory invoice item last length line member message month name note number order owner parent password "
    "patient payment phone post price product quantity rate reason release rental review role salary school sender "
    "shipping size staff start state stock store street student supplier tax teacher ticket title track updated user "
    "value weight year"
)
_PORTUGUESE = (
    "aliquota aluno anexo assinatura ativo bairro beneficiario cadastro caminhao cargo celular cidade compra conteudo "
    "criado data dados dependente desconto descricao devolucao disciplina emissao endereco entrega escola estoque "
    "fabricante fatura ferias fornecedor frete funcionario imagem item lancamento lead logradouro loja matricula "
    "medico mensagem motorista municipio nascimento nome nota observacao orcamento pagamento parcela pedido pessoa "
    "preco produto profissao localidade morada telemovel utilizador encomenda professor "
    "quantidade receita reserva saldo senha setor situacao sobrenome tarefa titulo telefone "
    "turma usuario vaga valor veiculo vencimento venda vendedor"
)
_SHARED: frozenset[str] = frozenset(
    "data nota item lead cargo receita reserva valor cliente id email status total code type name position text titel "
    "image message description date note quantite montant tarif information version region".split()
)
"""Words that several of the languages write alike: they tell nothing."""
_COUNTRIES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "pt": ("pt_BR", {
        "pt_BR": "cpf cnpj cep uf nfe ncm cfop pix boleto cnh ctps bairro celular funcionario",
        "pt_PT": "nif nipc niss morada moradas concelho freguesia telemovel utilizador utilizadores encomenda "
        "encomendas localidade distrito palavrapasse fatura iban",
    }),
    "en": ("en_US", {
        "pt_BR": "cpf cnpj cep",
        "en_US": "ssn zip zipcode ein color state",
        "en_GB": "postcode vat nhs county sortcode colour organisation",
    }),
    "es": ("es_ES", {
        "es_ES": "nif cif dni movil provincia iban localidad",
        "es_MX": "rfc curp colonia clabe estado",
        "es_AR": "cuit cuil cbu",
        "es_CL": "rut comuna",
        "es_CO": "nit cedula",
    }),
    "fr": ("fr_FR", {"fr_FR": "siret siren tva departement", "fr_CA": "nas tps tvq", "fr_CH": "canton npa"}),
    "de": ("de_DE", {"de_DE": "bundesland ust mwst", "de_AT": "uid firmenbuch", "de_CH": "kanton"}),
}  # fmt: skip
"""The country of a language where nothing tells, and words that only one of its countries writes."""
_MARK = 2
"""A word of one country only counts for its language as often."""


@dataclass(frozen=True)
class Detected:
    """The locale of a draft.

    Attributes:
        locale: as plans write it.
        evidence: what tells so.
    """

    locale: str
    evidence: str


def detect(schema: DatabaseSchema, tables: Iterable[TableRef]) -> Detected:
    """Return the locale that the words of tables, columns and comments speak for; English of the US where none does."""
    words = {word for text in _texts(schema, tables) for word in split_words(text)}
    marks = {
        language: sorted(words & {w for told in countries.values() for w in told.split()})
        for language, (_, countries) in _COUNTRIES.items()
    }
    told = {language: sorted(word for word in words if _says(word, language)) for language in _COUNTRIES}
    score = {language: len(told[language]) + _MARK * len(marks[language]) for language in _COUNTRIES}
    # Of words alike the first language in this order has them; it decides only where two say as much.
    language = max(_COUNTRIES, key=lambda one: (score[one], one == "en"))
    if not score[language]:
        return Detected(DEFAULT_LOCALE, f"no word of the schema tells a language: {DEFAULT_LOCALE}")
    usual, countries = _COUNTRIES[language]
    per_country = {locale: sorted(words & set(marked.split())) for locale, marked in countries.items()}
    locale = max(countries, key=lambda one: (len(per_country[one]), one == usual))
    locale = locale if per_country[locale] else usual
    shown = dict.fromkeys([*per_country.get(locale, ()), *told[language]])
    others = ", ".join(f"{one} {n}" for one, n in Counter(score).most_common() if one != language and n)
    listed = ", ".join(list(shown)[:_SHOWN]) + (", ..." if len(shown) > _SHOWN else "")
    against = f"; other languages: {others}" if others else ""
    return Detected(locale, f"{score[language]} points for {language} from words of the schema: {listed}{against}")


def language_of_names(locale: str) -> str:
    """Return the language whose glossary reads the names of a draft; empty where none is needed."""
    own = locale.replace("-", "_")
    language = own.partition("_")[0].lower()
    return next((one for one in (own, language) if one in _GLOSSARIES), "")


def _texts(schema: DatabaseSchema, tables: Iterable[TableRef]) -> Iterator[str]:
    for ref in tables:
        table = schema.tables[ref]
        yield ref.table
        yield table.comment or ""
        for column in table.columns:
            yield column.name
            yield column.comment or ""


def _says(word: str, language: str) -> bool:
    if word in _SHARED or singular(word) in _SHARED:
        return False
    if language in _GLOSSARIES:
        return _translated((word,), language) is not None
    known = _ENGLISH if language == "en" else _PORTUGUESE
    return word in known.split() or singular(word) in known.split()


# --- names read as English ones ---------------------------------------------------------------------------------------

_SPANISH = (
    "name=nombre,nombres; salutation=tratamiento; first name=primer nombre,nombre pila; last "
    "name=apellido,apellidos; full name=nombre completo; middle name=segundo nombre; birth date=fecha "
    "nacimiento,nacimiento; date=fecha; hour=hora; created at=creado en,creado el,fecha creacion,fecha alta,fecha "
    "registro; updated at=actualizado en,modificado en,fecha actualizacion,fecha modificacion; deleted "
    "at=eliminado en,borrado en,fecha baja; email=correo,correo electronico,mail; phone=telefono; "
    "mobile=movil,celular; address=direccion,domicilio; street=calle; neighborhood=barrio,colonia; "
    "city=ciudad,localidad; province=provincia; country=pais; postal code=codigo postal,cp; house number=numero "
    "exterior,numero calle; price=precio; cost=costo,coste; amount=importe,monto,valor; total=total; "
    "subtotal=subtotal; tax=impuesto,iva; discount=descuento; quantity=cantidad; unit=unidad,unitario; "
    "stock=existencias; status=estado,estatus; description=descripcion; comment=comentario; "
    "notes=observaciones,nota,notas; message=mensaje; subject=asunto; title=titulo; reason=motivo; "
    "customer=cliente; supplier=proveedor; company=empresa,compania; company name=razon social; "
    "employee=empleado,trabajador; user=usuario; user name=nombre usuario; password=contrasena,clave; "
    "person=persona; product=producto; item=articulo; category=categoria; order=pedido,orden; order line=linea "
    "pedido,detalle pedido; invoice=factura; payment=pago; line=linea; detail=detalle; payment method=metodo "
    "pago,forma pago; shipping=envio; delivery=entrega; due=vencimiento; due date=fecha vencimiento; "
    "start=inicio; end=fin,termino; start date=fecha inicio; end date=fecha fin; hire date=fecha "
    "contratacion,fecha ingreso; sex=sexo,genero; salary=salario,sueldo; job title=puesto,cargo; "
    "department=departamento; weight=peso; height=altura; size=tamano,talla; color=color; brand=marca; "
    "model=modelo; year=ano,anio; month=mes; day=dia; age=edad; active=activo,habilitado; type=tipo; code=codigo; "
    "number=numero; reference=referencia; image=imagen; photo=foto; link=enlace; website=sitio web,pagina web; "
    "language=idioma; currency=moneda,divisa; rate=tasa; review=resena,opinion; "
    "rating=puntuacion,valoracion,calificacion; patient=paciente; doctor=medico; student=alumno,estudiante; "
    "teacher=profesor,docente; course=curso; appointment=cita; branch=sucursal; store=tienda; warehouse=almacen; "
    "vehicle=vehiculo; book=libro; author=autor; room=habitacion; booking=reserva; seller=vendedor; "
    "contact=contacto; account=cuenta; balance=saldo; role=rol; permission=permiso; priority=prioridad; "
    "task=tarea; project=proyecto; quote=presupuesto,cotizacion; event=evento; purchase=compra; sale=venta; "
    "stage=etapa; probability=probabilidad; ticket=incidencia,reclamo,ticket; tag=etiqueta; activity=actividad; "
    "opportunity=oportunidad; campaign=campana; channel=canal; quote line=linea presupuesto; number "
    "employees=empleados,"
    "numero empleados; annual revenue=facturacion anual,ingresos anuales; completed=completado,completada,finalizado; "
    "lost reason=motivo perdida; resolved at=resuelto en,fecha resolucion; closed at=cerrado en,fecha cierre; "
    "expected close date=fecha cierre prevista; valid until=valido hasta,vigente hasta; valid from=valido "
    "desde,vigente "
    "desde; duration minutes=duracion minutos; duration=duracion; order=orden; industry=sector; last login=ultimo "
    "acceso,ultimo login; is primary=es principal; reason=razon; sent at=enviado en,fecha envio; paid at=pagado en,"
    "fecha pago; delivered at=entregado en,fecha entrega; cancelled at=cancelado en,fecha cancelacion; started "
    "at=iniciado en; issue date=fecha emision; order date=fecha pedido,fecha orden; appointment date=fecha cita; "
    "admission date=fecha ingreso; discharge date=fecha alta medica; blood type=grupo sanguineo,tipo sangre; marital "
    "status=estado civil; medication=medicamento; dosage=dosis,posologia; diagnosis=diagnostico; "
    "specialty=especialidad; "
    "allergies=alergias; visit=visita,consulta; nurse=enfermero,enfermera; insurance=seguro; floor=piso,planta; "
    "capacity=capacidad; grade=calificacion; enrollment=matricula,inscripcion; classroom=aula; school=escuela,colegio; "
    "subject=materia; manager=gerente,jefe; team=equipo; vat=iva; barcode=codigo barras; min stock=stock minimo; "
    "license plate=matricula vehiculo,placa; mileage=kilometraje; brand=fabricante; shipping cost=gastos envio,costo "
    "envio; tracking number=numero seguimiento,guia; tax id=nif,cif,rfc,rut,cuit; national id=dni,cedula; "
    "attachment=adjunto,anexo; file=archivo,fichero; path=ruta; version=version; tags=etiquetas; question=pregunta; "
    "answer=respuesta; score=puntaje,puntos; country code=codigo pais; region=region; district=distrito,municipio; "
    "interest rate=tasa interes; installments=cuotas; due amount=importe pendiente; deposit=deposito; "
    "guest=huesped; check in=fecha entrada,entrada; check out=fecha salida,salida; nights=noches; menu=menu; "
    "dish=plato; table=mesa; waiter=camarero,mesero; driver=conductor; route=ruta viaje; origin=origen; "
    "destination=destino; flight=vuelo; passenger=pasajero; seat=asiento; population=poblacion; "
    "lead=prospecto; coupon=cupon; settings=configuracion,ajustes; attributes=atributos; metadata=datos adicionales; "
    "preferences=preferencias; carrier=transportista; recipient=destinatario; short description=descripcion corta; "
    "venue=recinto; "
    "death date=fecha fallecimiento,fecha defuncion,fallecimiento; height cm=altura cm,estatura cm; weight kg=peso kg; "
    "duration days=duracion dias; payment days=plazo pago dias,dias pago; spoken languages=idiomas; "
    "insurer=aseguradora; "
    "heart rate=frecuencia cardiaca; respiratory rate=frecuencia respiratoria; oxygen saturation=saturacion oxigeno,"
    "saturacion; pain score=escala dolor; blood glucose=glucemia,glucosa; systolic=tension sistolica,presion "
    "sistolica; "
    "diastolic=tension diastolica,presion diastolica; icd code=codigo cie,cie; bed count=camas,numero camas; emergency "
    "contact=contacto emergencia; policy number=numero poliza; subtotal=base imponible; fee=gastos gestion,comision; "
    "second last name=segundo apellido,apellido materno; last name=primer apellido,apellido paterno; "
    "laboratory=laboratorio; promoter=promotor,promotora; competitor=competidor; discount percent=descuento porcentaje,"
    "porcentaje descuento; percent=porcentaje; sales target=objetivo mensual,meta ventas,objetivo ventas; consultation "
    "fee=tarifa consulta; sent=enviados; opened=abiertos; clicks=clics; actual cost=coste real,costo real; expected "
    "revenue=ingresos previstos; capacity=aforo; seat=butaca; row=fila; satisfaction=satisfaccion; weekly hours=horas "
    "semanales; stage name=nombre artistico; received by=recibido por; number beds=numero camas; "
    "membership=membresia; actual=real; term months=duracion meses,plazo meses; body fat=porcentaje grasa,grasa "
    "corporal; "
    "seats=plazas; degree=titulacion; gate=puerta; "
    "agent=agente; visitor=visitante; monthly rent=renta mensual,precio alquiler,alquiler mensual,alquiler; "
    "deposit=fianza; monthly income=ingresos mensuales,ingreso mensual; service charges=gastos comunidad; "
    "area=superficie,superficie m2,metros cuadrados; bathroom=bano; year built=ano construccion,anio construccion; "
    "paid amount=importe pagado,monto pagado; tip=propina; adults=adultos; children=ninos; calories=calorias; "
    "signed at=fecha firma; opened at=fecha apertura,abierto en; terminated at=fecha rescision,rescindido en; "
    "published at=fecha publicacion,publicado en; visited at=fecha visita; repair cost=coste reparacion,costo "
    "reparacion; "
    "identity document number=documento identidad,numero documento; owner=propietario; wholesale price=precio "
    "mayorista; "
    "min stock=stock minimo; prep time=tiempo preparacion; card number=numero tarjeta; card holder=titular tarjeta; "
    "holder=titular; number rooms=numero habitaciones; loan=prestamo; installment number=numero cuota; "
    "account number=numero cuenta; contract=contrato; contract number=numero contrato; lawyer=abogado; court=juzgado; "
    "hearing=audiencia; opening hours=horario,horario atencion,horarios; business hours=horario comercial; "
    "features=caracteristicas; member=socio,miembro; trainer=entrenador; class=clase; pet=mascota; breed=raza; "
    "species=especie; vaccine=vacuna; owner=dueno; policy=poliza; claim=siniestro; premium=prima; meter=contador; "
    "reading=lectura; tariff=tarifa; call=llamada; line=linea telefonica; lesson=leccion; module=modulo; "
    "mother=madre; father=padre; username=usuario nombre; nationality=nacionalidad; occupation=profesion,ocupacion"
)
_FRENCH = (
    "name=nom,libelle,denomination; first name=prenom; salutation=civilite; last name=nom famille,nom; full "
    "name=nom complet; birth date=date naissance,naissance; date=date; hour=heure; created at=cree le,date "
    "creation,date ajout,date inscription; updated at=modifie le,mis a jour le,mise a jour le,mis jour le,date "
    "modification,date maj; deleted at=supprime le,date suppression; email=courriel,adresse email,mail,adresse "
    "mail; phone=telephone,tel; mobile=portable; address=adresse; street=rue,voie; neighborhood=quartier; "
    "city=ville,commune; province=departement; country=pays; postal code=code postal,cp; house number=numero "
    "rue,numero voie; price=prix; cost=cout; amount=montant; total=total; subtotal=sous total; tax=taxe,tva; "
    "discount=remise,reduction; quantity=quantite; unit=unite,unitaire; stock=stock; status=statut,etat; "
    "description=description; comment=commentaire; notes=remarque,remarques,observations; message=message; "
    "subject=objet,sujet; title=titre; reason=motif,raison; customer=client; supplier=fournisseur; "
    "company=entreprise,societe; company name=raison sociale; employee=employe,salarie; user=utilisateur; user "
    "name=nom utilisateur,identifiant; password=mot passe; person=personne; product=produit; item=article; "
    "category=categorie; order=commande; order line=ligne commande; invoice=facture; payment=paiement,reglement; "
    "line=ligne; payment method=mode paiement,moyen paiement; shipping=expedition,envoi; delivery=livraison; due "
    "date=date echeance,echeance; start=debut; end=fin; start date=date debut; end date=date fin; hire date=date "
    "embauche; sex=sexe,genre; salary=salaire; job title=poste,fonction; department=service; weight=poids; "
    "height=hauteur; size=taille; color=couleur; brand=marque; model=modele; year=annee; month=mois; day=jour; "
    "age=age; active=actif; type=type; number=numero; reference=reference; image=image; link=lien; website=site "
    "web; language=langue; currency=devise,monnaie; rate=taux; review=avis; rating=note,evaluation; "
    "patient=patient; doctor=medecin; student=eleve,etudiant; teacher=professeur,enseignant; course=cours; "
    "appointment=rendez vous; branch=agence; store=magasin,boutique; warehouse=entrepot; vehicle=vehicule; "
    "book=livre; author=auteur; room=chambre; booking=reservation; seller=vendeur; contact=contact; "
    "account=compte; balance=solde; priority=priorite; task=tache; project=projet; budget=budget; "
    "event=evenement; purchase=achat; sale=vente; stage=etape; probability=probabilite; ticket=ticket,incident,"
    "reclamation; tag=etiquette; activity=activite; opportunity=opportunite,affaire; campaign=campagne; channel=canal; "
    "quote=devis; quote line=ligne devis; number employees=effectif,nombre employes; annual revenue=chiffre affaires; "
    "completed=termine,acheve; resolved at=resolu le,date resolution; closed at=cloture le,ferme le,date cloture; "
    "valid until=valable jusqu,valide jusqu; duration minutes=duree minutes; duration=duree; industry=secteur; last "
    "login=derniere connexion; is primary=est principal; sent at=envoye le,date envoi; paid at=paye le,date paiement; "
    "delivered at=livre le,date livraison; cancelled at=annule le,date annulation; issue date=date emission; order "
    "date=date commande; appointment date=date rendez vous; admission date=date admission,date entree; discharge "
    "date=date sortie; blood type=groupe sanguin; marital status=situation familiale,etat civil; "
    "medication=medicament; "
    "dosage=posologie; diagnosis=diagnostic; specialty=specialite; visit=visite,consultation; "
    "nurse=infirmier,infirmiere; "
    "insurance=assurance; floor=etage; capacity=capacite; enrollment=inscription; classroom=salle; school=ecole; "
    "manager=responsable,gerant; team=equipe; barcode=code barres; license plate=immatriculation; mileage=kilometrage; "
    "shipping cost=frais livraison,frais port; tracking number=numero suivi; attachment=piece jointe; file=fichier; "
    "path=chemin; question=question; answer=reponse; region=region; interest rate=taux interet; "
    "installments=mensualites,echeances; guest=hote,invite; check in=date arrivee,arrivee; check out=date "
    "depart,depart; "
    "nights=nuits; dish=plat; table=table; driver=chauffeur; origin=origine; destination=destination; flight=vol; "
    "passenger=passager; seat=siege; population=population; mother=mere; father=pere; nationality=nationalite; "
    "term months=duree mois; actual=reel,reelle; planned=prevu,prevue; statement=enonce; choices=choix; "
    "passing score=seuil reussite; time limit minutes=temps limite min; honors=mention; "
    "guests=couverts,nb couverts,nombre couverts; seats=places,nb places,nombre places; net amount=montant ht,total "
    "ht; "
    "tax amount=montant tva,total tva; total amount=montant ttc,total ttc; tip=pourboire; display order=ordre "
    "affichage; "
    "sort order=ordre; loyalty points=points fidelite; min stock=seuil alerte,stock minimum; hourly wage=salaire "
    "horaire,"
    "taux horaire; prep time=temps preparation,duree preparation; monthly rent=loyer,loyer mensuel; deposit=depot "
    "garantie,"
    "caution; area=surface,surface m2,superficie; bathroom=salle bain; year built=annee construction; "
    "registered at=inscrit le; opened at=ouvert le,ouverte le,date ouverture; closed at=ferme le,fermee le; "
    "published at=publie le,date publication; termination date=date depart,date fin contrat; "
    "opening hours=horaires,horaires ouverture,heures ouverture; available=disponible; vegetarian=vegetarien; "
    "recipe=recette; booking date=date reservation; cook=cuisinier; waiter=serveur; lesson=lecon; module=module; "
    "enrolled at=inscrit le; progress=progression; certificate=attestation,certificat; instructor=formateur; "
    "hours=heures; score=score; quiz=quiz; class=classe; learner=apprenant; owner=proprietaire; tenant=locataire; "
    "contract=contrat; lawyer=avocat; court=tribunal; hearing=audience; animal=animal; breed=race; species=espece; "
    "vaccine=vaccin; policy=police; claim=sinistre; premium=prime; meter=compteur; reading=releve; call=appel; "
    "occupation=profession; national id=numero securite sociale; tax id=siret,siren,tva intracommunautaire"
)
_GERMAN = (
    "name=name,bezeichnung; first name=vorname; last name=nachname,familienname,zuname; full name=vollstaendiger "
    "name; birth date=geburtsdatum,geburtstag; birth=geburt; date=datum; hour=uhrzeit; created at=erstellt "
    "am,angelegt am,erstellungsdatum,anlagedatum,registriert am; updated at=geaendert am,aktualisiert "
    "am,aenderungsdatum; deleted at=geloescht am; email=mail,mailadresse; phone=telefon,telefonnummer,rufnummer; "
    "mobile=mobil,handy,mobilnummer,mobiltelefon; address=adresse,anschrift; street=strasse; "
    "neighborhood=ortsteil,stadtteil; city=ort,stadt,wohnort; state=bundesland; country=land,laender; postal "
    "code=plz,postleitzahl; house number=hausnummer,hausnr; salutation=anrede; price=preis; cost=kosten; "
    "amount=betrag,summe; unit price=einzelpreis,stueckpreis; purchase price=einkaufspreis; total "
    "price=gesamtpreis; total amount=gesamtbetrag,gesamtsumme,bruttobetrag; net amount=nettobetrag; total=gesamt; "
    "tax=steuer,mwst,ust,mehrwertsteuer; discount=rabatt,nachlass; quantity=menge,anzahl,stueckzahl; "
    "unit=einheit; stock=bestand,lagerbestand; status=status,zustand; description=beschreibung; "
    "comment=kommentar; notes=bemerkung,bemerkungen,anmerkung,notiz,notizen,hinweis; message=nachricht; "
    "subject=betreff; title=titel; reason=grund; customer=kunde; supplier=lieferant; company=firma,unternehmen; "
    "company name=firmenname; contact name=ansprechpartner; employee=mitarbeiter,angestellter; "
    "user=benutzer,nutzer; user name=benutzername; password=passwort,kennwort; person=person; "
    "product=produkt,artikel,ware; category=kategorie; order=bestellung,auftrag,bestell; "
    "invoice=rechnung,rechnungs; payment=zahlung,zahlungs; line=position,posten; paid at=bezahlt am; due "
    "date=faellig am,faelligkeit,faelligkeitsdatum; delivery=liefer,lieferung; payment "
    "method=zahlungsart,zahlungsweise; shipping=versand; start=beginn,start; end=ende; hire "
    "date=eintrittsdatum,einstellungsdatum; termination date=austrittsdatum; sex=geschlecht; salary=gehalt,lohn; "
    "job title=beruf,stelle,berufsbezeichnung; department=abteilung; weight=gewicht; height=hoehe,groesse; "
    "width=breite; length=laenge; color=farbe; brand=marke; model=modell; year=jahr; month=monat; day=tag; "
    "age=alter; active=aktiv; type=typ,art; number=nummer,nr; reference=referenz; image=bild; link=verweis; "
    "website=webseite,internetseite; language=sprache; currency=waehrung; rate=satz,kurs; "
    "review=bewertung,rezension; stars=sterne; rating=note; patient=patient; doctor=arzt; "
    "student=schueler,student; teacher=lehrer; course=kurs; appointment=termin; branch=filiale; "
    "store=laden,geschaeft; warehouse=lager; vehicle=fahrzeug; book=buch; author=autor; room=zimmer,raum; "
    "booking=buchung; seller=verkaeufer; contact=kontakt; account=konto; balance=saldo,kontostand; role=rolle; "
    "priority=prioritaet; task=aufgabe; project=projekt; budget=budget; event=ereignis,veranstaltung; "
    "purchase=kauf,einkauf; sale=verkauf; parent=uebergeordnet; item number=artikelnummer; text=text; "
    "stage=phase,stufe; probability=wahrscheinlichkeit; ticket=ticket,stoerung,vorfall; tag=schlagwort,etikett; "
    "activity=aktivitaet,taetigkeit; opportunity=verkaufschance,chance; campaign=kampagne; channel=kanal; "
    "quote=angebot; "
    "number employees=mitarbeiterzahl; annual revenue=jahresumsatz,umsatz; completed=erledigt,abgeschlossen; resolved "
    "at=geloest am; closed at=geschlossen am; valid until=gueltig bis; valid from=gueltig ab,gueltig von; duration "
    "minutes=dauer minuten; duration=dauer; industry=branche; last login=letzte anmeldung,letzter login; sent "
    "at=gesendet "
    "am,versendet am; delivered at=geliefert am; cancelled at=storniert am; issue "
    "date=ausstellungsdatum,rechnungsdatum; "
    "order date=bestelldatum; admission date=aufnahmedatum; discharge date=entlassungsdatum; blood type=blutgruppe; "
    "marital status=familienstand; medication=medikament,arzneimittel; dosage=dosierung; diagnosis=diagnose; "
    "specialty=fachgebiet,fachrichtung; visit=besuch,behandlung; nurse=pflegekraft; insurance=versicherung; "
    "floor=etage,stockwerk; capacity=kapazitaet; enrollment=einschreibung,anmeldung; school=schule; "
    "manager=leiter,vorgesetzter; team=team; barcode=strichcode,ean; license plate=kennzeichen; "
    "mileage=kilometerstand; "
    "shipping cost=versandkosten; tracking number=sendungsnummer; attachment=anhang; file=datei; path=pfad; "
    "question=frage; answer=antwort; region=region; interest rate=zinssatz; installments=raten; guest=gast; check "
    "in=anreise,ankunft; check out=abreise; nights=naechte; dish=gericht; table=tisch; driver=fahrer; origin=herkunft,"
    "start ort; destination=ziel; flight=flug; passenger=passagier,fahrgast; seat=sitzplatz,platz; "
    "population=einwohner,bevoelkerung; mother=mutter; father=vater; nationality=staatsangehoerigkeit; "
    "manufacturer=hersteller; recipient=empfaenger; cancellation reason=stornogrund; cost center=kostenstelle; short "
    "description=kurzbeschreibung; attributes=eigenschaften,merkmale; settings=einstellungen; preferences=vorlieben; "
    "carrier=versanddienstleister,spediteur; coupon=gutschein; social security number=sozialversicherungsnummer; "
    "refund amount=erstattungsbetrag; delivery instructions=lieferhinweis; period=zeitraum; value=wert; times "
    "used=einloesungen; helpful count=hilfreich; "
    "tax id=steuernummer,ust idnr,ust id; personal tax number=steuer id,steueridentifikationsnummer; "
    "subtotal=zwischensumme; discount percent=rabatt prozent; percent=prozent; "
    "reserved=reserviert; min stock=mindestbestand; bin location=lagerplatz; order date=bestellt am; sent "
    "at=abgeschickt "
    "am; requested at=angemeldet am,beantragt am; received at=eingegangen am,erhalten am; received by=empfangen von; "
    "manager=lagerleiter,filialleiter; lead time days=lieferzeit tage; founded year=gruendungsjahr; "
    "points=bonuspunkte; "
    "gross salary=bruttogehalt,bruttolohn; net salary=nettogehalt,nettolohn; weekly hours=wochenstunden; hours=dauer "
    "stunden,ueberstunden,stunden; salary=gehaltswunsch,wunschgehalt; minimum salary=mindestgehalt; maximum "
    "salary=hoechstgehalt; emergency contact=notfallkontakt; training provider=anbieter; reason=begruendung; "
    "city=standort; cover letter=anschreiben; break minutes=pause minuten,pausenminuten; candidate=bewerbung,bewerber; "
    "min order amount=mindestbestellwert; competitor=wettbewerber; laboratory=labor; heart rate=herzfrequenz,puls; "
    "term months=mindestlaufzeit monate,laufzeit monate; notice weeks=kuendigungsfrist wochen; planned=geplant; "
    "meter type=zaehlertyp; contract date=abschlussdatum; consumption kwh=verbrauch kwh; subtype=unterart; "
    "adults=erwachsene; children=kinder; max persons=max personen,personenzahl; job title=position; "
    "base price=grundpreis; down payment=anzahlung; tip=trinkgeld; monthly rent=miete,kaltmiete,monatsmiete; "
    "deposit=kaution; area=wohnflaeche,flaeche; year built=baujahr; identity document number=ausweisnummer,"
    "ausweisnr,passnummer; booked at=gebucht am; written at=verfasst am; answer=antwort; sort order=reihenfolge,"
    "sortierung; amenities=ausstattung; special request=sonderwunsch; smoking=raucher; contract=vertrag; "
    "card number=kartennummer; loan=kredit,darlehen; account number=kontonummer; opening hours=oeffnungszeiten; "
    "owner=besitzer,eigentuemer,halter; trainer=trainer; class=klasse; breed=rasse; species=tierart; "
    "vaccine=impfstoff; "
    "policy=police; claim=schaden,schadenfall; premium=praemie; meter=zaehler; reading=ablesung,zaehlerstand; "
    "call=anruf; "
    "lesson=lektion; module=modul; lawyer=anwalt; court=gericht; hearing=verhandlung; available=verfuegbar; "
    "respiratory rate=atemfrequenz; satisfaction=zufriedenheit; sales target=umsatzziel"
)
_EUROPEAN = (
    "celular=telemovel; endereco=morada; cidade=localidade; region=distrito; municipio=concelho; bairro=freguesia; "
    "usuario=utilizador; pedido=encomenda; deposito=armazem; contato=contacto; sobrenome=apelido; arquivo=ficheiro; "
    "senha=palavra passe,palavrapasse; equipe=equipa; registro=registo; marital status=estado civil; "
    "tax id=nif,nipc; job title=profissao; cadastrado em=registado em; fatura=factura; receita=receita medica; "
    "aluguel=renda; gerente=gestor; salario=vencimento base,ordenado; funcionario=trabalhador"
)
"""Words of Portugal, read as those that Brazil has for the same."""
_GLOSSARIES: Mapping[str, str] = {"es": _SPANISH, "fr": _FRENCH, "de": _GERMAN, "pt_PT": _EUROPEAN}
_ENDINGS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "es": (("iones", "ion"), ("ores", "or"), ("es", ""), ("s", "")),
    "fr": (("aux", "al"), ("s", ""), ("x", "")),
    "pt_PT": (("oes", "ao"), ("res", "r"), ("ns", "m"), ("s", "")),
    "de": (("innen", "in"), ("en", ""), ("n", ""), ("er", ""), ("e", ""), ("s", "")),
}
_LINKING = ("", "s", "n", "en", "es", "e")
"""Letters between the parts of a German compound."""
_PART = 3


@lru_cache(maxsize=len(_GLOSSARIES))
def _glossary(language: str) -> Mapping[Words, Words]:
    found: dict[Words, Words] = {}
    for entry in _GLOSSARIES[language].split(";"):
        english, _, phrases = entry.strip().partition("=")
        for phrase in phrases.split(","):
            words, told = tuple(phrase.split()), tuple(english.split())
            found.setdefault(words, told)
            if language == "de":
                # Accents are folded away in names: `geändert` is written `geandert` there, by others `geaendert`.
                plain = tuple(re.sub("(?<=[aou])e", "", word) for word in words)
                found.setdefault(plain, told)
    return found


@lru_cache(maxsize=8192)
def in_english(words: Words, language: str) -> Words:
    """Return the words of a name as an English name has them; those that the glossary lacks stay.

    Args:
        words: of the name.
        language: as `language_of_names` returns it; empty = leave them as they are.
    """
    if not language:
        return words
    parts: list[tuple[Words, bool]] = []
    at = 0
    while at < len(words):
        length, told = _longest(words[at:], language)
        parts.append((told or words[at : at + 1], told is not None))
        at += length
    if language not in ("de", "pt_PT") and len(parts) > 1 and parts[0][1]:
        # Nouns stand first there and last in English; a number at the end stays there.
        numbers = [part for part in parts if part[0][0].isdigit()]
        parts = [*[part for part in reversed(parts) if part not in numbers], *numbers]
    return tuple(word for part, _ in parts for word in part)


def _longest(words: Words, language: str) -> tuple[int, Words | None]:
    for length in range(len(words), 0, -1):
        told = _translated(words[:length], language)
        if told is not None:
            return length, told
    return 1, None


@lru_cache(maxsize=8192)
def _translated(words: Words, language: str) -> Words | None:
    known = _glossary(language)
    for tried in _forms(words, language):
        if tried in known:
            return known[tried]
    return _compound(words[0], language) if language == "de" and len(words) == 1 else None


def _forms(words: Words, language: str) -> Iterator[Words]:
    """The words as they are, their last in the singular, and with the umlauts that folding took away."""
    yield words
    *first, last = words
    for ending, single in _ENDINGS[language]:
        if last.endswith(ending) and len(last) - len(ending) >= _PART:
            yield (*first, last[: -len(ending)] + single)
            if language == "de":
                yield (*first, last[: -len(ending)] + "e")


def _compound(word: str, language: str) -> Words | None:
    """``Bestelldatum``: a known word at the end, and a known one before it or its own beginning as it is."""
    known = _glossary(language)
    for cut in range(_PART, len(word) - _PART + 1):
        tail = next((known[form] for form in _forms((word[cut:],), language) if form in known), None)
        if tail is None:
            continue
        head = word[:cut]
        for link in _LINKING:
            bare = head.removesuffix(link) if link else head
            for form in ((bare,), (f"{bare}e",), (f"{bare}ung",)):
                if form in known:
                    return (*known[form], *tail)
    return None
