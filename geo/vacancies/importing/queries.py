"""Reads of imports: for the staff session, in the town's context."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session

from geo.core.errors import NotFound
from geo.core.paging import SIZE, Page, decode_key, encode_key
from geo.vacancies.importing.codes import ACCEPTABLE, ImportState, RowClass
from geo.vacancies.importing.model import ImportProfile, UnitImport
from geo.vacancies.importing.staging import VANISHED

LISTED = 30


def get(session: Session, import_id: int) -> UnitImport:
    """An import of the session's town. Raises `NotFound`."""
    found = session.get(UnitImport, import_id, populate_existing=True)
    if found is None:
        raise NotFound("Der Import", import_id)
    return found


def newest(session: Session, town: int) -> Sequence[UnitImport]:
    """The town's newest imports that were not thrown away."""
    chosen = select(UnitImport).where(UnitImport.municipality_id == town, UnitImport.state != ImportState.DISCARDED)
    return session.scalars(chosen.order_by(UnitImport.id.desc()).limit(LISTED)).all()


def profiles(session: Session, town: int) -> Sequence[ImportProfile]:
    """The town's profiles by name."""
    return session.scalars(
        select(ImportProfile).where(ImportProfile.municipality_id == town).order_by(ImportProfile.name)
    ).all()


def profile(session: Session, town: int, name: str) -> ImportProfile:
    """A profile by name. Raises `NotFound`."""
    chosen = select(ImportProfile).where(ImportProfile.municipality_id == town, ImportProfile.name == name)
    found = session.scalar(chosen)
    if found is None:
        raise NotFound("Das Profil", name)
    return found


def same_file(session: Session, imported: UnitImport) -> UnitImport | None:
    """The newest other import of the very same file that is taken over (or still open)."""
    chosen = select(UnitImport).where(
        UnitImport.municipality_id == imported.municipality_id,
        UnitImport.file_sha256 == imported.file_sha256,
        UnitImport.id != imported.id,
        UnitImport.state.in_([ImportState.ACCEPTED, ImportState.READ, ImportState.STAGED]),
    )
    return session.scalar(chosen.order_by(UnitImport.id.desc()).limit(1))


def open_files(session: Session) -> set[tuple[int, str, int]]:
    """Town, hash and number of every import that may still be read from. Needs a session that sees all towns."""
    chosen = select(UnitImport.municipality_id, UnitImport.file_sha256, UnitImport.id)
    found = session.execute(chosen.where(UnitImport.state.in_([ImportState.READ, ImportState.STAGED])))
    return {(row.municipality_id, row.file_sha256, row.id) for row in found}


def accepted_before(session: Session, town: int, sha256: str) -> UnitImport | None:
    """The newest import of this very file that stands in the register."""
    chosen = select(UnitImport).where(
        UnitImport.municipality_id == town,
        UnitImport.file_sha256 == sha256,
        UnitImport.state == ImportState.ACCEPTED,
    )
    return session.scalar(chosen.order_by(UnitImport.id.desc()).limit(1))


# Of a row that changes nothing only its unit is kept, which then says the rest.
_ROW = """
    SELECT r.row_number, r.class, r.reason, r.problems, r.cells, r.changes, r.is_chosen, r.unit_id,
        coalesce(r.name, u.name) AS name, coalesce(r.object_type, u.object_type) AS object_type,
        coalesce(r.street, p.street) AS street, coalesce(r.house_number, p.house_number) AS house_number,
        coalesce(r.locality, p.locality) AS locality, coalesce(r.floor, u.floor) AS floor,
        coalesce(r.state, s.state) AS state, coalesce(r.since, lower(s.during)) AS since,
        coalesce(r.since_precision, s.start_precision) AS since_precision,
        coalesce(r.external_id, u.external_id) AS external_id, coalesce(r.occupant, s.occupant) AS occupant,
        coalesce(r.area_total_m2, u.area_total_m2) AS area_total_m2,
        ST_X(r.point) AS longitude, ST_Y(r.point) AS latitude
    FROM register.import_rows r
    LEFT JOIN register.units u ON r.class = 'UNVERAENDERT' AND u.id = r.unit_id
    LEFT JOIN register.places p ON p.id = u.place_id
    LEFT JOIN LATERAL (SELECT o.* FROM register.occupancy_spells o WHERE o.unit_id = u.id
        ORDER BY o.during DESC LIMIT 1) s ON true
"""


def rows(session: Session, import_id: int, which: str, after: str | None = None) -> Page[Row[Any]]:
    """A page of the rows of a class, in the order of the file."""
    position = decode_key(after, (int,))
    values = {"id": import_id, "class": which, "after": position[0] if position else 0, "limit": SIZE + 1}
    query = text(
        f"{_ROW} WHERE r.import_id = :id AND r.class = :class AND r.row_number > :after ORDER BY r.row_number LIMIT :limit"
    )
    found = session.execute(query, values).all()
    total = session.scalar(
        text("SELECT count(*) FROM register.import_rows r WHERE r.import_id = :id AND r.class = :class"), values
    )
    next_key = encode_key([found[SIZE - 1].row_number]) if len(found) > SIZE else None
    return Page(found[:SIZE], next_key, total or 0)


def row(session: Session, import_id: int, number: int) -> Row[Any]:
    """One row. Raises `NotFound`."""
    query = text(f"{_ROW} WHERE r.import_id = :id AND r.row_number = :row")
    found = session.execute(query, {"id": import_id, "row": number}).first()
    if found is None:
        raise NotFound("Die Zeile", number)
    return found


def is_any_chosen(session: Session, import_id: int, classes: Sequence[str]) -> bool:
    """Whether a row would be taken over: one that is ticked, or of these classes and not left out."""
    query = text(
        "SELECT EXISTS (SELECT FROM register.import_rows r WHERE r.import_id = :id"
        " AND coalesce(r.is_chosen, r.class = ANY (:classes)) AND r.class = ANY (:acceptable))"
    )
    values = {"id": import_id, "classes": list(classes), "acceptable": list(ACCEPTABLE)}
    return bool(session.scalar(query, values))


def next_unplaced(session: Session, import_id: int, after: int = 0) -> int | None:
    """The next row that has no place yet, round the end to the first."""
    query = text(
        "SELECT r.row_number FROM register.import_rows r WHERE r.import_id = :id AND r.class = 'OHNE_ORT'"
        " ORDER BY r.row_number <= :after, r.row_number LIMIT 1"
    )
    return session.scalar(query, {"id": import_id, "after": after})


def vanished(session: Session, imported: UnitImport, after: str | None = None) -> Page[Row[Any]]:
    """Units of the source that the file does not name any more; none where it is a part of the list only."""
    if (imported.plan or {}).get("is_part"):
        return Page([], None, 0)
    position = decode_key(after, (int,))
    values = {
        "import": imported.id,
        "town": imported.municipality_id,
        "source": imported.source,
        "after": position[0] if position else 0,
        "limit": SIZE + 1,
    }
    query = (
        "SELECT u.id AS unit_id, u.name, u.object_type, u.external_id, p.street, p.house_number, p.locality, u.floor"
        f" {VANISHED.replace('WHERE', 'JOIN register.places p ON p.id = u.place_id WHERE', 1)}"
        " AND u.id > :after ORDER BY u.id LIMIT :limit"
    )
    found = session.execute(text(query), values).all()
    next_key = encode_key([found[SIZE - 1].unit_id]) if len(found) > SIZE else None
    return Page(found[:SIZE], next_key, (imported.counts or {}).get("vanished", 0))


def waiting_rows(session: Session, import_id: int) -> Sequence[Row[Any]]:
    """The rows that can be mended and sent again, with their cells as they stood in the file."""
    query = text(
        "SELECT r.row_number, r.class, r.problems, r.cells, ST_X(r.point) AS longitude, ST_Y(r.point) AS latitude"
        " FROM register.import_rows r"
        " WHERE r.import_id = :id AND r.class = ANY (:classes) ORDER BY r.row_number"
    )
    return session.execute(query, {"id": import_id, "classes": [RowClass.FAULTY, RowClass.UNPLACED]}).all()
