"""Values that are numbers, dates or flags in the file, as the text that a person sees there."""

import datetime as dt
import json
import math
from typing import Any


def as_text(value: Any) -> str:
    """5 for 5.0, 12,5 for 12.5 (“1.234” would be read as thousands), dates as ISO, ja and nein."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.replace("\0", "").replace("\r\n", "\n").strip()
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, dt.datetime):
        if value.time() == dt.time():
            return value.date().isoformat()
        return value.isoformat(" ", "minutes" if value.second == 0 and value.microsecond == 0 else "seconds")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dt.time):
        return value.isoformat("minutes" if value.second == 0 and value.microsecond == 0 else "seconds")
    if isinstance(value, dt.timedelta):
        return str(value)
    if isinstance(value, bytes):
        return ""
    if isinstance(value, list) and not any(isinstance(one, dict | list) for one in value):
        return ", ".join(map(as_text, value))
    return json.dumps(value, ensure_ascii=False)


def number_text(value: float) -> str:
    """The number with at most 15 digits, as spreadsheets show it, and a decimal comma; empty for one that is none."""
    if not math.isfinite(value):
        return ""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    text = f"{value:.15g}"
    if "e" in text:
        text = f"{value:.17f}".rstrip("0") if abs(value) < 1 else f"{value:.0f}"
    return text.replace(".", ",")
