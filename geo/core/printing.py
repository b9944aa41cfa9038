"""Pages as PDF/UA: laid out by a process of its own, which fetches nothing."""

import base64
import subprocess
import sys

from geo.core.errors import SetupError

# How a drawing stands in a page: as an address of its own, so that the page can give it an alternative text.
DRAWING = "data:image/svg+xml;base64,"
# How a photo stands in a drawing.
PHOTO = "data:image/jpeg;base64,"
SECONDS = 180


def set_in_type(page: str) -> bytes:
    """A page as PDF, laid out by a process of its own: what it needs in memory goes with it, and a server that never
    prints does not load it. Raises `SetupError` when the machine cannot set it (Pango or fonts are missing).
    """
    command = [sys.executable, "-m", "geo.core.printing_child"]
    try:
        done = subprocess.run(command, input=page.encode(), capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise SetupError(f"Der Bericht war nach {SECONDS} Sekunden noch nicht gesetzt.") from None
    if done.returncode:
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:] or ["ohne Angabe"]
        raise SetupError(f"Der Bericht konnte nicht gesetzt werden: {last[0][:300]}")
    return done.stdout


def drawing(svg: str) -> str:
    """A drawing as the address under which a page shows it; nothing for no drawing."""
    return f"{DRAWING}{base64.b64encode(svg.encode()).decode()}" if svg else ""
