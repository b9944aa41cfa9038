"""The named rules of the alliance's members and meetings. See `constraints`."""

_STANDS = (
    "Dieses Mitglied steht schon in Arbeitsgruppen, Sitzungen oder Aufgaben. Bitte stattdessen den Austritt eintragen."
)

ALLIANCE: dict[str, tuple[int, str]] = {
    "alliance_members_name": (422, "Ein Mitglied braucht einen Namen."),
    "alliance_members_kind": (422, "Diese Art von Organisation gibt es nicht."),
    "alliance_members_town": (422, "Nur eine Stadt oder Gemeinde gehört zu einer Gemeinde des Registers."),
    "alliance_members_website": (422, "Eine Internetadresse beginnt mit https:// oder http://."),
    "alliance_members_since": (
        422,
        "Ein Mitglied braucht den Tag des Beitritts oder den Tag, an dem es genannt wurde.",
    ),
    "alliance_members_left": (422, "Der Austritt liegt nicht nach dem Beitritt."),
    "alliance_members_once": (409, "Ein Mitglied dieses Namens gibt es in dieser Zeit schon."),
    "alliance_members_town_once": (409, "Diese Gemeinde ist in dieser Zeit schon Mitglied."),
    "alliance_contacts_name": (422, "Ein Kontakt braucht einen Namen."),
    "alliance_contacts_email": (422, "Bitte eine gültige E-Mail-Adresse angeben."),
    "alliance_group_members_period": (422, "Das Ende der Mitarbeit liegt nicht nach ihrem Beginn."),
    "alliance_group_members_once": (409, "Diese Organisation arbeitet in dieser Zeit schon in der Arbeitsgruppe mit."),
    "alliance_group_members_member_id_fkey": (409, _STANDS),
    "alliance_attendance_member_id_fkey": (409, _STANDS),
    "alliance_tasks_member_id_fkey": (409, _STANDS),
    "alliance_counts_members": (422, "Die Zahl der Mitglieder liegt zwischen 0 und 10.000."),
    "alliance_counts_source": (422, "Eine Zahl der Mitglieder braucht eine Quelle."),
    "alliance_counts_day_key": (409, "Zu diesem Tag gibt es schon eine Zahl der Mitglieder."),
    "alliance_meetings_title": (422, "Eine Sitzung braucht einen Titel."),
    "alliance_meetings_time": (422, "Das Ende einer Sitzung liegt nach ihrem Beginn, höchstens sieben Tage."),
    "alliance_meetings_online_url": (422, "Die Adresse der Videokonferenz beginnt mit https://."),
    "alliance_meetings_state": (422, "Diesen Stand einer Sitzung gibt es nicht."),
    "alliance_meetings_invited": (422, "Eine Sitzung ist Entwurf, eingeladen (mit Tag) oder abgesagt (mit Tag)."),
    "alliance_meetings_minutes": (422, "Ein Protokoll hat nur eine Sitzung, zu der eingeladen wurde."),
    "alliance_meetings_released": (422, "Ein Protokoll wird frühestens am Tag der Sitzung freigegeben."),
    "alliance_agenda_items_title": (422, "Ein Punkt der Tagesordnung braucht einen Titel."),
    "alliance_agenda_items_position": (422, "Eine Tagesordnung hat höchstens 99 Punkte."),
    "alliance_agenda_items_meeting_id_position_key": (409, "Die Tagesordnung wurde gleichzeitig geändert."),
    "alliance_minutes_agenda_item_id_key": (409, "Jemand anderes hat zu diesem Punkt gerade ein Protokoll begonnen."),
    "alliance_tasks_title": (422, "Eine Aufgabe braucht einen Titel."),
    "alliance_attendance_meeting_id_member_id_key": (409, "Die Anwesenheit wurde gleichzeitig geändert."),
    "alliance_attendance_presence": (422, "Diese Angabe zur Anwesenheit gibt es nicht."),
    "alliance_attendance_people": (422, "Anwesend sind 1 bis 99 Personen; wer fehlt, hat keine Zahl."),
    "alliance_documents_meeting_id_sha256_key": (409, "Diese Datei ist hier schon gespeichert."),
    "alliance_documents_title": (422, "Eine Unterlage braucht einen Titel."),
    "alliance_documents_sha256": (422, "Die Prüfsumme der Datei ist falsch."),
    "alliance_feeds_secret_sha256_key": (409, "Diese Adresse gibt es schon."),
    "alliance_feeds_kind": (422, "Ein Kalender gehört zu einer Person oder zu einer Arbeitsgruppe."),
}
