"""The same file once more, read and understood as it was when it was taken over: what each row says is known already, and a
unit that nobody changed since says the same. No row is read for that.

Only where that holds for every row; else all are judged as those of any file.
"""

from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from geo.vacancies.importing.codes import ImportState, RowClass
from geo.vacancies.importing.model import UnitImport
from geo.vacancies.importing.plan import Plan, from_json

_PUT = f"""
    INSERT INTO register.import_rows (import_id, municipality_id, row_number, class, content, unit_id, unit_version)
    SELECT :import, :town, k.row_number, '{RowClass.UNCHANGED}', k.content, k.unit_id, k.unit_version
    FROM register.imported_units k JOIN register.units u ON u.id = k.unit_id AND u.version = k.unit_version
    WHERE k.municipality_id = :town AND k.source = :source AND k.import_id = :before AND u.municipality_id = :town
"""
_COUNT = """
    SELECT count(*) AS named, count(*) FILTER (WHERE k.import_id = :before) AS by_it FROM register.imported_units k
    WHERE k.municipality_id = :town AND k.source = :source
"""
_ENDED = """
    SELECT count(*) FROM register.units u JOIN register.imported_units k ON k.unit_id = u.id AND k.source = :source
    WHERE u.municipality_id = :town AND NOT upper_inf(u.during)
"""


def taken_over(session: Session, imported: UnitImport, plan: Plan) -> UnitImport | None:
    """The newest import that took over this very file, read and understood in the same way."""
    chosen = select(UnitImport).where(
        UnitImport.municipality_id == imported.municipality_id,
        UnitImport.file_sha256 == imported.file_sha256,
        UnitImport.state == ImportState.ACCEPTED,
    )
    found = session.scalar(chosen.order_by(UnitImport.id.desc()).limit(1))
    if found is None or found.reading != imported.reading or _meant(from_json(found.plan)) != _meant(plan):
        return None
    return found


def _meant(plan: Plan) -> tuple[object, ...]:
    """What a plan makes of a cell; the day and the profile's name change no value."""
    return dict(plan.columns), dict(plan.constants), plan.source, plan.srid, plan.words


def stage(session: Session, import_id: int, town: int, source: str, before: UnitImport) -> dict[str, int] | None:
    """Writes the rows as unchanged and counts, or None where not every row is known to be (then nothing is written)."""
    values = {"import": import_id, "town": town, "source": source, "before": before.id}
    rows = int(before.reading["row_count"])
    named, by_it = session.execute(text(_COUNT), values).one()
    if not rows == named == by_it:
        return None
    done: Any = session.execute(text(_PUT), values)
    if done.rowcount != rows:  # somebody changed a unit since
        session.execute(text("DELETE FROM register.import_rows WHERE import_id = :import"), values)
        return None
    counts = dict.fromkeys(map(str, RowClass), 0) | {str(RowClass.UNCHANGED): rows}
    return counts | {"known": rows - int(session.scalar(text(_ENDED), values) or 0), "vanished": 0}
