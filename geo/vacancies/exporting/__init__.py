"""Units and offers as files: what a filter shows, complete, in the columns that whoever asks may see.

`export_units` and `export_offers` write one file each, in the format that its name ends in; they read the database in
one stream and hold a few thousand rows at a time, so that a million units need no more memory than a hundred.
"""

from geo.vacancies.exporting.formats import FORMATS, format_of
from geo.vacancies.exporting.units import Written, count_units, export_offers, export_units

__all__ = ["FORMATS", "Written", "count_units", "export_offers", "export_units", "format_of"]
