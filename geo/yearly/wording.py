"""The yearly report in German: which blocks, in which words. What the register does not know is left to the author."""

from collections.abc import Iterator
from datetime import date

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from geo.alliance.codes import FOUNDED_ON, KINDS
from geo.alliance.meetings.queries import MeetingRow
from geo.core import clock
from geo.core.codes import label
from geo.pilots.codes import PHASES, STATUSES
from geo.vacancies.figures.alliance import Quarter
from geo.vacancies.figures.rates import READING_NOTES, READINGS
from geo.viewpoints.codes import PUBLIC_STATUSES
from geo.yearly.blocks import Block, Chart, Document, FillIn, Heading, Points, Sentence, Table
from geo.yearly.gathering import Year

EXAMPLE = " (Beispiel)"


def report(found: Year) -> Document:
    """The report of a year, ready to be written and to be edited."""
    blocks: list[Block] = [*_start(found)]
    for part in (_members, _meetings, _groups, _projects, _trees, _viewpoints, _vacancies, _end):
        blocks += part(found)
    state = f"Stand {_day(found.day)}" + ("; das Jahr läuft noch" if found.is_running else "")
    return Document(f"Jahresbericht {found.year}", f"Allianz „Innenstädte mit Zukunft“, {state}", tuple(blocks))


def file_name(year: int, extension: str) -> str:
    """The name under which the report is kept."""
    return f"jahresbericht-allianz-{year}.{extension}"


def _start(found: Year) -> Iterator[Block]:
    if found.has_examples:
        yield Sentence(
            "Das Register enthält erfundene Objekte des Beispielregisters; sie zählen hier mit. Was erfunden ist und"
            " einzeln genannt wird, trägt den Zusatz „Beispiel“. Für einen echten Bericht zuerst das Beispielregister"
            " entfernen."
        )
    yield Heading("Vorwort")
    yield FillIn("Zwei bis drei Absätze: Was war dieses Jahr wichtig, was ist gelungen, wofür danken wir?")
    yield Heading("Auf einen Blick")
    rate = found.vacancies.total.percent("brutto")
    yield Table(
        f"Das Jahr {found.year} in Zahlen",
        ("Was", "Zahl"),
        (
            (f"Mitglieder im Register am {_day(found.day)}", _number(found.changes.after)),
            ("Sitzungen, die stattfanden", _number(len(found.held))),
            ("Arbeitsgruppen", _number(len(found.groups))),
            ("Pilotprojekte", _number(len(found.projects))),
            ("Pilotstandorte", _number(len(found.sites))),
            ("Alleen, deren Bäume in Straßen standen", _number(len(found.seasons))),
            ("Öffentliche Blickpunkte", _number(sum(found.viewpoints.values()))),
            ("Städte mit Zahlen zum Leerstand", _number(found.vacancies.summed)),
            ("Leerstandsquote über diese Städte (brutto, nach Anzahl)", _percent(rate)),
        ),
        frozenset({1}),
    )


def _members(found: Year) -> Iterator[Block]:
    yield Heading("Mitglieder")
    yield Sentence(f"Die Allianz wurde am {_day(FOUNDED_ON)} gegründet.")
    stated = next((one for one in reversed(found.sizes) if one.source is not None), None)
    if stated is not None:
        more = "mehr als " if stated.is_more else ""
        yield Sentence(
            f"Nach eigener Angabe hatte sie am {_day(stated.day)} {more}{_number(stated.members)} Mitglieder"
            f" (Quelle: {stated.source})."
        )
    moved = found.changes
    yield Sentence(
        f"Im Register stehen am {_day(found.day)} {_count(moved.after, 'Mitglied', 'Mitglieder')}; am Ende des"
        f" Vorjahrs waren es {_number(moved.before)}. Im Jahr {found.year} sind"
        f" {_count(len(moved.joined), 'Mitglied', 'Mitglieder')} beigetreten und"
        f" {_number(len(moved.left))} ausgetreten; gezählt ist, wessen Tag bekannt ist."
    )
    counted = [one for one in found.sizes if one.source is None]
    if len(counted) > 1:
        columns = tuple((_short(one.day), float(one.members)) for one in counted)
        told = ", ".join(f"{_day(one.day)}: {_number(one.members)}" for one in counted)
        yield Chart("Mitglieder im Register", columns, f"Säulen: Zahl der Mitglieder im Register. {told}.")
    if moved.joined:
        yield Heading("Neu dabei", 2)
        yield Points(moved.joined)
    if moved.left:
        yield Heading("Ausgetreten", 2)
        yield Points(moved.left)
    kinds = [(names[0], sum(one.kind == code for one in found.members)) for code, names in KINDS.items()]
    if found.members:
        yield Table(
            f"Mitglieder nach Art am {_day(found.day)}",
            ("Art", "Mitglieder"),
            tuple((name, _number(count)) for name, count in kinds if count),
            frozenset({1}),
        )
    yield FillIn("Ein Satz zu den neuen Mitgliedern: Wer ist warum dazugekommen?")


def _meetings(found: Year) -> Iterator[Block]:
    yield Heading("Sitzungen")
    held, off = found.held, found.called_off
    until = f"Bis zum {_day(found.day)}" if found.is_running else f"Im Jahr {found.year}"
    yield Sentence(
        f"{until} {'fand' if len(held) == 1 else 'fanden'} {_count(len(held), 'Sitzung', 'Sitzungen')}"
        f" statt; {_number(len(off))} {'wurde' if len(off) == 1 else 'wurden'} abgesagt."
    )
    if held:
        yield Table(
            f"Sitzungen {found.year}",
            ("Tag", "Sitzung", "Wer", "Ort", "Organisationen anwesend", "Beschlüsse"),
            tuple(_meeting(one) for one in held),
            frozenset({4, 5}),
        )
        yield Sentence(
            "Anwesenheit und Beschlüsse sind gezählt, soweit sie im Register stehen; „–“ heißt: nicht eingetragen."
        )
    decisions = [
        f"{record.meeting.title} ({_day(clock.day_of(record.meeting.starts_at))}), „{one.item.title}“:"
        f" {' '.join(one.minutes.decision.split())}"
        for record in found.records
        for one in record.items
        if one.minutes is not None and one.minutes.decision
    ]
    if decisions:
        yield Heading("Beschlüsse aus freigegebenen Protokollen", 2)
        yield Points(tuple(decisions))
    yield FillIn("Zwei Sätze: Welche Beratung hat am meisten bewegt, was bleibt offen?")


def _meeting(one: MeetingRow) -> tuple[str, ...]:
    return (
        format_datetime(one.starts_at.astimezone(clock.BERLIN), "d. MMM yyyy", locale="de"),
        one.title + (EXAMPLE if one.is_example else ""),
        one.group or "Allianz",
        one.location or ("Videokonferenz" if one.online_url else "–"),
        _number(one.present) if one.present else "–",
        _number(one.decisions) if one.decisions else "–",
    )


def _groups(found: Year) -> Iterator[Block]:
    yield Heading("Arbeitsgruppen")
    for group, work in found.groups:
        yield Heading(group.name, 2)
        if group.description:
            yield Sentence(group.description)
        mine = [one.title("de") for one in found.projects if one.group_slug == group.slug]
        if mine:
            yield Sentence(f"{'Pilotprojekt' if len(mine) == 1 else 'Pilotprojekte'}: {', '.join(mine)}.")
        held = sum(one.group_slug == group.slug for one in found.held)
        yield Sentence(
            f"{_count(len(work), 'Organisation arbeitet', 'Organisationen arbeiten')} am {_day(found.day)} mit;"
            f" {_count(held, 'Sitzung fand', 'Sitzungen fanden')} im Jahr statt."
        )
        if work:
            yield Table(
                f"Wer in der {group.name} mitarbeitet",
                ("Organisation", "Art", "Aufgabe"),
                tuple(
                    (
                        one.member + (", Leitung" if one.leads else "") + (EXAMPLE if one.is_example else ""),
                        label(KINDS, one.kind),
                        one.task or "–",
                    )
                    for one in work
                ),
            )
        yield FillIn(f"Was die {group.name} in diesem Jahr erreicht hat und was sie als Nächstes vorhat.")


def _projects(found: Year) -> Iterator[Block]:
    yield Heading("Pilotprojekte und Standorte")
    for project in found.projects:
        mine = [one for one in found.sites if one.project_slug == project.slug]
        yield Heading(project.title("de") + (EXAMPLE if project.is_example else ""), 2)
        yield Sentence(str(project.in_language("summary", "de")[0]))
        status = project.status(found.day)
        if status is not None:
            yield Sentence(f"Stand am {_day(found.day)}: {label(STATUSES, status.status)} ({status.when('de')}).")
        if not mine:
            yield Sentence(f"Bis zum {_day(found.day)} ist kein Standort verzeichnet.")
        else:
            rows = []
            for site in mine:
                phase = site.phase(found.day)
                rows.append(
                    (
                        site.title("de") + (EXAMPLE if site.is_example else ""),
                        site.municipality,
                        label(PHASES, phase.phase) if phase else "keine verzeichnet",
                        phase.when("de") if phase else "–",
                    )
                )
            yield Table(
                f"Standorte und Phasen am {_day(found.day)}",
                ("Standort", "Gemeinde", "Phase", "Seit oder von bis"),
                tuple(rows),
            )
        yield FillIn(f"Was bei „{project.title('de')}“ in diesem Jahr geschah, mit einem Bild.")


def _trees(found: Year) -> Iterator[Block]:
    yield Heading("Die Baumsaison")
    if not found.seasons:
        yield Sentence(f"Im Jahr {found.year} stand nach dem Register kein Wanderbaum in einer Straße.")
    else:
        yield Table(
            f"Wanderbäume in Straßen {found.year}",
            ("Allee", "Stadt", "Zeit", "Bäume", "Standplätze", "Besuche", "davon nur geplant"),
            tuple(
                (
                    one.fleet + (EXAMPLE if one.is_example else ""),
                    ", ".join(one.towns),
                    f"{_short(one.first)} bis {_short(one.last)}",
                    *(_number(count) for count in (one.trees, one.stops, one.visits, one.planned_visits)),
                )
                for one in found.seasons
            ),
            frozenset({3, 4, 5, 6}),
        )
        yield Sentence(
            "Ein Besuch sind die Bäume einer Allee, die über dieselben Tage an einem Standplatz stehen. Gezählt ist,"
            " was im Jahr lag; „nur geplant“ ist ein Besuch, dessen Ankunft niemand bestätigt hat."
        )
    yield FillIn("Wie die Bäume aufgenommen wurden: zwei Stimmen aus den Städten.")


def _viewpoints(found: Year) -> Iterator[Block]:
    yield Heading("Der schönste Blick")
    total = sum(found.viewpoints.values())
    if not total:
        yield Sentence(f"Am {_day(found.day)} ist kein Blickpunkt öffentlich.")
    else:
        yield Sentence(
            f"Am {_day(found.day)} sind {_count(total, 'Blickpunkt', 'Blickpunkte')} in"
            f" {_count(found.viewpoint_towns, 'Stadt', 'Städten')} öffentlich."
        )
        yield Table(
            f"Blickpunkte nach Status am {_day(found.day)}",
            ("Status", "Blickpunkte"),
            tuple(
                (names[0], _number(found.viewpoints[code]))
                for code, names in PUBLIC_STATUSES.items()
                if found.viewpoints.get(code)
            ),
            frozenset({1}),
        )
    yield FillIn("Welche Blicke neu sind und wie sie beworben wurden.")


def _vacancies(found: Year) -> Iterator[Block]:
    yield Heading("Leerstand über alle Städte")
    now, before = found.vacancies, found.vacancies_before
    total = now.total
    if not now.summed:
        yield Sentence(
            f"Am {_day(now.day)} gibt es keine Zahlen über alle Städte, die sich nennen lassen, ohne einzelne Städte"
            " oder Einheiten preiszugeben."
        )
    else:
        yield Sentence(
            f"Am {_day(now.day)}, dem letzten Quartalsende des Berichts, zählt das Register in"
            f" {_count(now.summed, 'Stadt', 'Städten')} {_number(total.stock)} Nutzungseinheiten im Erdgeschoss mit"
            " bekanntem Zustand."
        )
        yield Table(
            "Leerstand nach Anzahl, über diese Städte zusammen",
            ("Lesart", f"leer am {_short(now.day)}", "von", "Quote", f"Quote am {_short(before.day)}"),
            tuple(_reading(now, before, reading) for reading in READINGS),
            frozenset({1, 2, 3, 4}),
        )
        rounded = " Zahlen, in denen mehrere Städte zusammengefasst sind, sind auf fünf gerundet." * total.is_rounded
        yield Sentence(
            "; ".join(f"{READINGS[reading]}: {READING_NOTES[reading]}" for reading in READINGS)
            + f". Geprüft sind {_percent(100 * (total.share_verified or 0))} des Bestands; eine Quote steht nur, wo es"
            f" mindestens 70 % sind, und keine Zahl steht für weniger als fünf Einheiten.{rounded}"
        )
    yield FillIn("Eine Einordnung der Zahlen: Was hat sich verändert, und woran liegt es?")


def _reading(now: Quarter, before: Quarter, reading: str) -> tuple[str, ...]:
    counts = now.total.counts(reading)
    empty, whole = map(_number, counts) if counts else ("nicht genannt", "nicht genannt")
    earlier = before.total.percent(reading) if before.summed else None
    return READINGS[reading], empty, whole, _percent(now.total.percent(reading)), _percent(earlier)


def _end(found: Year) -> Iterator[Block]:
    yield Heading("Ausblick")
    yield FillIn(f"Was die Allianz {found.year + 1} vorhat: Vorhaben, Aufrufe, Termine.")
    yield Heading("Woher die Zahlen stammen")
    yield Sentence(
        f"Alle Zahlen stammen aus dem Innenstadtregister, Stand {_day(found.day)}, und sind dieselben wie auf seinen"
        " Seiten für diesen Tag. Zahlen zum Leerstand nennen keine einzelne Stadt und keine einzelne Einheit."
    )


def _day(day: date) -> str:
    return format_date(day, "d. MMMM yyyy", locale="de")


def _short(day: date) -> str:
    return f"{day:%d.%m.%Y}"


def _number(count: int) -> str:
    return format_decimal(count, locale="de")


def _percent(value: float | None) -> str:
    return "kein Anteil" if value is None else f"{format_decimal(value, '0.0', locale='de')} %"


def _count(count: int, one: str, many: str) -> str:
    return f"{_number(count)} {one if count == 1 else many}"
