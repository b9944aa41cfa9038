"""The code lists of pilot projects, each code with its German and English name."""

PHASES = {
    "VORGESEHEN": ("vorgesehen", "planned"),
    "AUSGEWAEHLT": ("ausgewählt", "selected"),
    "VORBEREITUNG": ("in Vorbereitung", "being prepared"),
    "UMSETZUNG": ("in der Umsetzung", "being carried out"),
    "WINTERPAUSE": ("Winterpause", "winter break"),
    "VERSTETIGT": ("verstetigt", "continued for good"),
    "ABGESCHLOSSEN": ("abgeschlossen", "completed"),
}
PRECISIONS = {
    "TAG": ("Tag", "day"),
    "MONAT": ("Monat", "month"),
    "HALBJAHR": ("Halbjahr", "half-year"),
    "JAHR": ("Jahr", "year"),
    "UNGEWISS": ("Ende offen", "end open"),
}
# The steps of a project, in their order.
STATUSES = {
    "IDEE": ("Idee", "idea"),
    "EXPOSE": ("Exposé", "exposé"),
    "FINALISIERT": ("finalisiert", "finalised"),
    "AUFRUF": ("Aufruf", "call"),
    "AUSWAHL": ("Auswahl", "selection"),
    "UMSETZUNG": ("Umsetzung", "realisation"),
    "ERPROBUNG": ("Erprobung", "trial"),
    "VERSTETIGT": ("verstetigt", "permanent"),
    "BEENDET": ("beendet", "ended"),
}
# What makes a pilot project (report of 15 November 2023), and how far it holds.
CRITERIA = {
    "UEBERTRAGBARKEIT": ("Übertragbarkeit", "Transferability"),
    "SKALIERBARKEIT": ("Skalierbarkeit", "Scalability"),
    "UMSETZBARKEIT": ("Umsetzbarkeit", "Feasibility"),
    "INNOVATION": ("Innovation", "Innovation"),
    "ERSTMALIGKEIT": ("Erstmaligkeit in Thüringen", "First of its kind in Thuringia"),
    "NACHHALTIGKEIT": ("Nachhaltigkeit", "Sustainability"),
    "MODELLCHARAKTER": ("Modellcharakter", "Model character"),
}
RATINGS = {
    "0": ("trifft nicht zu", "does not apply"),
    "1": ("trifft teilweise zu", "applies in part"),
    "2": ("trifft weitgehend zu", "applies largely"),
    "3": ("trifft voll zu", "applies fully"),
}
TARGET_GROUPS = {
    "KOMMUNEN": ("Kommunen", "Municipalities"),
    "VEREINE": ("Vereine, Verbände und Initiativen", "Clubs, associations and initiatives"),
    "BUERGER_UNTERNEHMEN": ("Bürgerschaft und Unternehmen", "Citizens and businesses"),
    "EIGENTUEMER": ("Immobilieneigentum", "Property owners"),
}
PARTNER_ROLES = {
    "TRAEGER": ("Träger", "responsible body"),
    "PARTNER": ("Projektpartner", "partner"),
    "AUSFUEHRUNG": ("Ausführung", "contractor"),
    "BETREUUNG": ("Betreuung vor Ort", "care on site"),
    "BERATUNG": ("Beratung", "advice"),
}
# So many model pilot projects are the alliance's aim: two a working group.
PROJECTS_AIMED_AT = 6
