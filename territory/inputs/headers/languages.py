"""Headers in German, French, Spanish, Italian, Dutch and Portuguese, by what they mean.

Accents, case and blanks do not matter. Words that mean something else in English exports are left
out: "CAP" is a postal code in Italy and an accreditation of laboratories elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["ABROAD", "POSTAL_ABROAD"]

POSTAL_ABROAD = (
    *("plz", "postleitzahl", "code postal", "c\u00f3digo postal", "codice postale", "cep"),
    *("codice avviamento postale", "c\u00f3digo de endere\u00e7amento postal", "postnummer"),
)
"""Headers of postal codes that are no ZIP codes of the United States."""

_WORDS: dict[str, tuple[str, ...]] = {
    "account_id": (
        *("kundennummer", "kunden nr", "kundennr", "kunden id", "kundenid", "debitor"),
        *("debitorennummer", "debitorennr", "debitor nr", "gesch\u00e4ftspartner", "gp nummer"),
        *("n\u00b0 client", "n\u00b0 de client", "num\u00e9ro client", "num\u00e9ro de client"),
        *("code client", "id client", "identifiant client", "no client", "n\u00ba cliente"),
        *("c\u00f3digo de cliente", "c\u00f3digo cliente", "n\u00famero de cliente", "id cliente"),
        *("n\u00ba de cliente", "codice cliente", "numero cliente", "klantnummer", "klant nr"),
        *("klantnr", "c\u00f3digo do cliente", "n\u00famero do cliente", "cod cliente"),
    ),
    "name": (
        *("kundenname", "firmenname", "firma", "name 1", "einrichtung", "name der einrichtung"),
        *("klinikname", "praxisname", "raison sociale", "nom du client", "nom client"),
        *("\u00e9tablissement", "nom de l'\u00e9tablissement", "nombre del cliente", "nombre"),
        *("nombre cliente", "raz\u00f3n social", "ragione sociale", "nome cliente", "klantnaam"),
        *("bedrijfsnaam", "nome do cliente", "raz\u00e3o social", "nom", "nome", "naam"),
    ),
    "type": (
        *("kundentyp", "kundengruppe", "kundenart", "einrichtungstyp", "einrichtungsart"),
        *("type de client", "type client", "type d'\u00e9tablissement", "tipo de cliente"),
        *("tipo cliente", "tipo", "tipo di cliente", "type klant", "klanttype", "typ"),
    ),
    "street": (
        *("stra\u00dfe", "strasse", "stra\u00dfe und hausnummer", "strasse hausnummer"),
        *("adresse", "rue", "direcci\u00f3n", "calle", "indirizzo", "adres", "endere\u00e7o"),
    ),
    "city": (
        *("ort", "stadt", "ville", "commune", "ciudad", "poblaci\u00f3n", "localidad"),
        *("municipio", "citt\u00e0", "comune", "plaats", "woonplaats", "cidade"),
    ),
    "state": (
        *("bundesland", "kanton", "d\u00e9partement", "provincia", "comunidad aut\u00f3noma"),
        *("provincie", "estado"),
    ),
    "zip": (*POSTAL_ABROAD, "codigo zip"),
    "country": (
        *("land", "l\u00e4ndercode", "l\u00e4nderkennzeichen", "pays", "pa\u00eds", "paese"),
        *("nazione", "landcode"),
    ),
    "lon": (
        *("l\u00e4ngengrad", "laengengrad", "l\u00e4nge", "laenge", "geol\u00e4nge", "longitud"),
        *("longitudine", "lengtegraad"),
    ),
    "lat": (*("breitengrad", "breite", "geobreite", "latitud", "latitudine", "breedtegraad"),),
    "service_h": (
        *("stunden pro jahr", "stunden/jahr", "jahresstunden", "servicestunden"),
        *("betreuungsstunden", "heures par an", "heures/an", "heures annuelles", "ore annue"),
        *("horas al a\u00f1o", "horas anuales", "horas por ano", "uren per jaar"),
    ),
    "n_calls": (
        *("besuche", "besuche pro jahr", "besuche/jahr", "anzahl besuche", "besuche p.a."),
        *("visites", "visites par an", "visites/an", "nombre de visites", "visitas"),
        *("visitas al a\u00f1o", "visitas anuales", "visitas por ano", "visite annue"),
        *("bezoeken", "bezoeken per jaar"),
    ),
    "potential": (
        *("potenzial", "umsatzpotenzial", "umsatzpotential", "marktpotenzial"),
        *("jahrespotenzial", "jahrespotential", "potentiel", "potentiel annuel", "potencial"),
        *("potencial anual", "potenziale", "potentieel"),
    ),
    "revenue": (
        *("umsatz", "nettoumsatz", "umsatz netto", "jahresumsatz", "chiffre d'affaires"),
        *("ca annuel", "ca net", "ventes", "ventas", "ventas netas", "facturaci\u00f3n"),
        *("fatturato", "omzet", "faturamento", "vendas"),
    ),
    "pipeline": (
        *("offene angebote", "offene chancen", "offene verkaufschancen", "auftragschancen"),
        *("devis en cours", "opportunit\u00e9s ouvertes", "oportunidades abiertas"),
        *("offerte aperte", "opportunit\u00e0 aperte", "open offertes", "openstaande offertes"),
    ),
    "idn": (
        *("klinikverbund", "klinikgruppe", "klinikkette", "tr\u00e4ger", "groupe hospitalier"),
        *("grupo hospitalario", "gruppo ospedaliero", "ziekenhuisgroep", "grupo hospitalar"),
    ),
    "gpo": (
        *("einkaufsgemeinschaft", "einkaufsverbund", "centrale d'achat", "central de compras"),
    ),
    "tier": ("kundenklasse", "abc klasse", "abc kategorie"),
    "territory": (
        *("gebiet", "gebietsnummer", "gebiet nr", "gebiets id", "vertriebsgebiet"),
        *("verkaufsgebiet", "secteur", "code secteur", "territoire", "territorio", "zona de venta"),
        *("gebied", "rayon", "territ\u00f3rio"),
    ),
    "owner": (
        *("au\u00dfendienst", "aussendienst", "au\u00dfendienstmitarbeiter", "adm", "vertreter"),
        *("aussendienstmitarbeiter", "kundenbetreuer", "betreuer", "zust\u00e4ndig", "inhaber"),
        *(
            "zust\u00e4ndiger mitarbeiter",
            "besitzer",
            "d\u00e9l\u00e9gu\u00e9",
            "propri\u00e9taire",
        ),
        *("d\u00e9l\u00e9gu\u00e9 m\u00e9dical", "vendedor", "delegado", "propietario"),
        *("representante", "agente", "venditore", "vertegenwoordiger", "eigenaar"),
        *("accountmanager", "propriet\u00e1rio", "vendeur"),
    ),
    "rep_id": (
        *("personalnummer", "personalnr", "personal nr", "mitarbeiternummer", "mitarbeiter id"),
        *("mitarbeiternr", "mitarbeiter nr", "matricule", "code d\u00e9l\u00e9gu\u00e9"),
        *("c\u00f3digo de vendedor", "c\u00f3digo vendedor", "n\u00famero de empleado"),
        *("matricola", "personeelsnummer", "matr\u00edcula"),
    ),
    "rep_name": (
        *("mitarbeiter", "mitarbeitername", "au\u00dfendienstmitarbeiter", "vertreter"),
        *("aussendienstmitarbeiter", "vor und nachname", "nom du d\u00e9l\u00e9gu\u00e9"),
        *("d\u00e9l\u00e9gu\u00e9", "nombre del vendedor", "vendedor", "delegado", "medewerker"),
    ),
    "home_zip": (
        *("plz wohnort", "wohnort plz", "plz privat", "privat plz", "heimat plz", "plz zuhause"),
        *("code postal domicile", "c\u00f3digo postal domicilio", "postcode thuis"),
    ),
    "capacity": (
        *("arbeitsstunden", "jahresstunden", "jahresarbeitszeit", "heures de travail"),
        *("horas de trabajo", "ore di lavoro", "arbeidsuren", "werkuren"),
    ),
    "fte": (
        *("vollzeit\u00e4quivalent", "vz\u00c4", "besch\u00e4ftigungsgrad", "stellenanteil"),
        *("etp", "equivalent temps plein", "jornada", "dedicaci\u00f3n"),
    ),
    "period": (
        *("monat", "quartal", "jahr", "zeitraum", "periode", "buchungsdatum"),
        *("buchungsmonat", "rechnungsmonat", "buchungsperiode", "p\u00e9riode de vente"),
        *("rechnungsdatum", "datum", "mois", "trimestre", "ann\u00e9e", "p\u00e9riode"),
        *("date de facture", "mes", "a\u00f1o", "periodo", "fecha", "fecha de factura"),
        *("woche ab", "woche vom", "wochenbeginn", "woche bis", "monat ab", "semaine du"),
        *("settimana dal", "semana del", "semana de", "week van", "week vanaf"),
        *("mese", "anno", "maand", "kwartaal", "jaar", "m\u00eas", "ano", "data"),
    ),
    "opened": (
        *("er\u00f6ffnet", "er\u00f6ffnet am", "angelegt am", "erstellt am", "erstelldatum"),
        *(
            "date de cr\u00e9ation",
            "date d'ouverture",
            "fecha de creaci\u00f3n",
            "fecha de apertura",
        ),
        *("data di creazione", "data apertura", "aangemaakt op"),
    ),
    "closed": (
        *("abgeschlossen", "abgeschlossen am", "geschlossen am", "abschlussdatum"),
        *("schlusstermin", "date de cl\u00f4ture", "fecha de cierre", "data chiusura"),
        *("data di chiusura", "sluitingsdatum"),
    ),
    "outcome": (
        *("phase", "verkaufsphase", "ergebnis", "statut", "\u00e9tape", "estado", "etapa"),
        *("stato", "fase"),
    ),
    "amount": ("betrag", "volumen", "montant", "importe", "monto", "importo", "bedrag"),
    "competitor": ("wettbewerber", "mitbewerber", "concurrent", "competidor", "concorrente"),
    "product": ("produkt", "artikel", "produit", "producto", "prodotto", "produto"),
    "pieces": ("menge", "st\u00fcck", "st\u00fcckzahl", "quantit\u00e9", "cantidad", "aantal"),
    "starts": (
        *("g\u00fcltig ab", "g\u00fcltig von", "beginn", "date de d\u00e9but", "fecha de inicio"),
        *("desde", "data inizio", "startdatum", "valable du"),
    ),
    "ends": (
        *("g\u00fcltig bis", "ende", "date de fin", "fecha de fin", "hasta", "data fine"),
        *("einddatum", "valable au"),
    ),
    "unit": (
        *("ags", "kreisschl\u00fcssel", "gemeindeschl\u00fcssel", "kgs", "code commune"),
        *("code insee", "code d\u00e9partement", "c\u00f3digo provincia"),
    ),
}

ABROAD: Mapping[str, tuple[str, ...]] = MappingProxyType(_WORDS)
"""Headers in other languages, by the constant of `standard` that they belong to."""
