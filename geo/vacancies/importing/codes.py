"""The states of an import, the classes that its rows fall into, and why a row waits for a person."""

from enum import StrEnum


class ImportState(StrEnum):
    """How far an import is."""

    READ = "GELESEN"
    STAGED = "GEPRUEFT"
    ACCEPTED = "UEBERNOMMEN"
    TAKEN_BACK = "ZURUECKGENOMMEN"
    DISCARDED = "VERWORFEN"


class RowClass(StrEnum):
    """What a row of the file would do to the register."""

    NEW = "NEU"
    CHANGED = "GEAENDERT"
    UNCHANGED = "UNVERAENDERT"
    CONFLICT = "KONFLIKT"
    UNPLACED = "OHNE_ORT"
    FAULTY = "FEHLERHAFT"


IMPORT_STATES = {
    ImportState.READ: ("gelesen, noch nicht geprüft", "read"),
    ImportState.STAGED: ("geprüft, noch nicht übernommen", "checked"),
    ImportState.ACCEPTED: ("übernommen", "accepted"),
    ImportState.TAKEN_BACK: ("zurückgenommen", "taken back"),
    ImportState.DISCARDED: ("verworfen", "discarded"),
}
ROW_CLASSES = {
    RowClass.NEW: ("neu", "new"),
    RowClass.CHANGED: ("geändert", "changed"),
    RowClass.UNCHANGED: ("unverändert", "unchanged"),
    RowClass.CONFLICT: ("im Widerspruch", "in conflict"),
    RowClass.UNPLACED: ("ohne Ort", "without a place"),
    RowClass.FAULTY: ("fehlerhaft", "faulty"),
}
# What can be accepted: the first two as a class, conflicts one by one, by a person who has looked.
ACCEPTABLE = (RowClass.NEW, RowClass.CHANGED, RowClass.CONFLICT)
# Why a row is in conflict: the sentence that a person reads.
REASONS = {
    "DOPPELT": "Mehrere Zeilen der Datei beschreiben dieselbe Nutzungseinheit. Übernehmen Sie höchstens eine davon.",
    "GETEILT": "Mehrere Zeilen der Datei gleichen sich in Adresse, Geschoss, Art und Bezeichnung. Wer eine davon"
    " übernimmt, legt damit eine eigene Nutzungseinheit an.",
    "MEHRDEUTIG": "An dieser Adresse stehen schon Nutzungseinheiten, und keine passt eindeutig. Wer die Zeile"
    " übernimmt, legt eine weitere an.",
    "AUSSERHALB": "Der Ort liegt mehr als 200 m außerhalb der Gemeinde. Wer die Zeile übernimmt, bestätigt, dass das"
    " so stimmt.",
    "INZWISCHEN": "Seit dem letzten Import dieser Quelle hat jemand die Nutzungseinheit im Register geändert. Wer die"
    " Zeile übernimmt, ersetzt jene Angaben durch die der Datei.",
    "ABSCHNITT": "Im Register gilt ab demselben oder einem späteren Tag schon ein anderer Zustand. Wer die Zeile"
    " übernimmt, berichtigt den laufenden Nutzungsabschnitt nach der Datei.",
    "FRUEHER": "Der Beginn fiele in einen früheren Nutzungsabschnitt. Bitte die Abschnitte im Register berichtigen und"
    " die Datei noch einmal prüfen.",
    "SCHON_DA": "Eine Nutzungseinheit mit diesem Fremdschlüssel steht inzwischen im Register. Bitte die Datei noch einmal"
    " prüfen.",
    "UNBEKANNT": "Eine Nutzungseinheit mit dieser Registernummer gibt es in der Gemeinde nicht. Wer die Zeile"
    " übernimmt, legt sie neu an, mit einer neuen Nummer.",
}
# Conflicts that no tick can settle.
UNSETTLED = ("FRUEHER", "SCHON_DA")
# A file in which more than this share of a source's units is missing is looked at twice.
MANY_VANISHED = 0.1
