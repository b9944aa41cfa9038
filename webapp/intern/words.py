"""What an action of the history is called on the start page."""

from geo.core.access import Action

DONE = {
    Action.VACANCY_CREATE: "Nutzungseinheit erfasst",
    Action.VACANCY_EDIT: "Nutzungseinheit bearbeitet",
    Action.VACANCY_PUBLISH: "Veröffentlichung geändert",
    Action.VACANCY_DELETE: "Nutzungseinheit gelöscht",
    Action.SEEKER_EDIT: "Gesuch oder Vermittlung bearbeitet",
    Action.VACANCY_IMPORT: "Liste eingelesen",
    Action.CASE_EDIT: "Fall bearbeitet",
    Action.KOMPASS_EDIT: "Kompass bearbeitet",
    Action.OWNER_EDIT: "Eigentum bearbeitet",
    Action.OWNER_WRITE: "Briefe an Eigentümerinnen und Eigentümer bearbeitet",
    Action.OWNER_ANSWER: "Antwort einer Eigentümerin oder eines Eigentümers",
    Action.OWNER_ERASE: "Personenbezogene Angaben zum Eigentum gelöscht",
    Action.SURVEY_EDIT: "Begehung bearbeitet",
    Action.REPORT_EDIT: "Meldung aus der Bürgerschaft bearbeitet",
    Action.STOP_EDIT: "Standplatz bearbeitet",
    Action.FLEET_EDIT: "Allee bearbeitet",
    Action.STAY_EDIT: "Standzeiten geändert",
    Action.VISIT_EDIT: "Besuche geändert",
    Action.FEEDBACK_EDIT: "Rückmeldung der Nachbarschaft gelesen",
    Action.FEED_EDIT: "Kalenderadressen geändert",
    Action.LETTER_EDIT: "Vorlagen der Schreiben geändert",
    Action.VISIT_DECIDE: "Ergebnis eines Besuchs festgehalten",
    Action.SCHEDULE_PUBLISH: "Umzugsplan veröffentlicht",
    Action.APPLICATION_EDIT: "Antrag auf Wanderbäume bearbeitet",
    Action.APPLICATION_CONTACT: "Mail zu einem Antrag geschickt",
    Action.RESIDENT_ACT: "Antrag, Meldung, Patenschaft oder Gießen von Bürgerinnen und Bürgern",
    Action.RESIDENT_ERASE: "Personenbezogene Angaben gelöscht",
    Action.WATERING_EDIT: "Gießen und Pflege eingetragen",
    Action.VIEWPOINT_EDIT: "Blickpunkt bearbeitet",
    Action.VIEWPOINT_SELECT: "Blickpunkt ausgewählt oder zurückgestellt",
    Action.VIEWPOINT_OPEN: "Blickpunkt geöffnet",
    Action.VIEWPOINT_FEATURE: "Empfehlung eines Blickpunkts geändert",
    Action.TERRAIN_EDIT: "Geländemodelle geändert",
    Action.PILOT_EDIT: "Pilotstandort bearbeitet",
    Action.PHOTO_EDIT: "Fotos geändert",
    Action.ZONE_EDIT: "Zone bearbeitet",
    Action.TOWN_EDIT: "Einstellungen der Gemeinde geändert",
    Action.ADDRESS_EDIT: "Adressliste oder Straßennetz geändert",
    Action.PEOPLE_EDIT: "Personen und Rollen geändert",
    Action.ALLIANCE_PEOPLE_EDIT: "Rollen der Allianz geändert",
    Action.ACCOUNT_SELF: "Eigenes Konto geändert",
    Action.ACCOUNT_SIGN_IN: "Angemeldet",
    Action.ACCOUNT_ERASE: "Konto gelöscht",
    Action.MUNICIPALITY_IMPORT: "Gemeinden eingelesen",
    Action.SAMPLE_LOAD: "Beispielregister geladen",
    Action.SYSTEM_SETUP: "Register eingerichtet",
}


def done(action: str) -> str:
    """The words for an action; its own name if it has none."""
    return next((words for known, words in DONE.items() if known == action), action)
