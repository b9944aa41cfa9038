"""Numbers in hidden fields and addresses, which nobody types: of whatever length, they are no error of the server."""

import pytest

LONG = "9" * 5000  # Python itself refuses to read so many digits
FORMS = {
    "/intern/leerstand/sammeln/vorschau": {"which": "ticked", "units": LONG},
    "/intern/faelle/sammeln/vorschau": {"which": "ticked", "cases": LONG},
    "/intern/eigentum/briefe/vorlage": {"subject": "x", "body": "{{code}}", "seen": LONG},
    "/intern/baeume/schreiben/vorlage/ANTRAG": {"subject": "x", "body": "x", "seen": LONG},
}


@pytest.mark.parametrize("path", FORMS)
def test_long_numbers_are_no_error(app, sign_in, towns, path):
    app.config["WTF_CSRF_ENABLED"] = False
    manager = sign_in("manager", towns.own)
    assert manager.post(path, data=FORMS[path]).status_code in {303, 422}
    if "vorlage" in path:
        assert manager.get(f"{path}?fassung={LONG}").status_code == 200
