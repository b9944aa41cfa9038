"""Photos of trees: for the fleet's people at once, for everybody only when they are public."""

import io
import re

import pytest
from PIL import Image

from geo.core.access import SYSTEM, Action
from geo.core.history import perform
from geo.trees.fleet.model import TreePhoto
from tests.webapp.trees.test_intern import ok, send, went_to


@pytest.fixture
def manager(sign_in, towns, app):
    app.config["WTF_CSRF_ENABLED"] = False
    return sign_in("manager", towns.own)


def jpeg(colour):
    out = io.BytesIO()
    Image.new("RGB", (800, 600), colour).save(out, "JPEG", exif=b"Exif\x00\x00GEHEIMES GERAET")
    return out.getvalue()


def upload(client, page, content, **fields):
    data = {"alt_text": "Ein Ahorn im Topf", "author": "Stadt", "licence": "CC0", **fields}
    return client.post(f"{page}/foto", data=data | {"photo": (io.BytesIO(content), "baum.jpg")})


def test_a_photo_is_kept_shown_and_taken_away(manager, client, sign_in, towns, avenue):
    tree = avenue.trees["B 1"]
    page, outside = f"/intern/baeume/baum/{tree.id}", f"/baeume/baum/{tree.id}"
    ok(manager.get(f"{page}/foto"))
    text = ok(upload(manager, page, b"kein Bild", alt_text=""), 422)
    assert "kein Foto im Format" in text and "Bitte ausfüllen" in text
    went_to(upload(manager, page, jpeg("red")))
    text = ok(manager.get(page))
    hidden = re.search(rf'src="({page}/foto/\d+-480\.jpg)"', text)[1]
    kept = manager.get(hidden)
    assert kept.mimetype == "image/jpeg" and b"GEHEIM" not in kept.data and "nur intern" in text
    ok(sign_in("manager", towns.foreign).get(hidden), 404)
    assert "foto" not in ok(client.get(outside))
    assert "schon gespeichert" in ok(upload(manager, page, jpeg("red")), 422)
    assert 'id="e-alt_text_en"' in ok(upload(manager, page, jpeg("green"), is_public="1"), 422)
    went_to(upload(manager, page, jpeg("green"), is_public="1", alt_text_en="A maple in its tub"))
    shown = re.search(r'src="(/baeume/foto/[0-9a-f]{64}-480\.jpg)"', ok(client.get(outside)))[1]
    answer = client.get(shown)
    assert answer.mimetype == "image/jpeg" and "Set-Cookie" not in answer.headers
    assert client.get(shown.replace("-480", "")).status_code == 200
    ok(client.get(f"/baeume/foto/{'0' * 64}.jpg"), 404)
    action = re.findall(r'action="([^"]+/entfernen)"', ok(manager.get(page)))[-1]
    went_to(send(manager, action, version="1"))
    ok(client.get(shown), 404)


def test_what_is_said_of_a_photo_can_be_changed_and_nobody_overwrites_another(manager, client, avenue):
    """English pages show the English description, the German one said to be German where there is none."""
    tree = avenue.trees["B 1"]
    page, outside = f"/intern/baeume/baum/{tree.id}", f"/baeume/baum/{tree.id}"
    went_to(upload(manager, page, jpeg("red")))
    form = re.search(r'href="([^"]+/angaben)"', ok(manager.get(page)))[1]
    facts = {"alt_text": "Ein Ahorn im Topf", "author": "Stadt", "licence": "CC0"}
    wrong = ok(send(manager, form, **facts, is_public="1", version="1"), 422)
    assert 'id="e-alt_text_en"' in wrong and 'value="Ein Ahorn im Topf"' in wrong
    went_to(send(manager, form, **facts, is_public="1", alt_text_en="A maple in its tub", version="1"))
    assert 'alt="Ein Ahorn im Topf" width' in ok(client.get(outside))
    assert 'alt="A maple in its tub" width' in ok(client.get(f"/en{outside}"))
    late = ok(send(manager, form, **facts, alt_text_en="Something else", version="1"), 409)
    assert "A maple in its tub" in late and "Something else" in late
    ok(manager.get(form.replace("foto/", "foto/99")), 404)


def test_an_old_photo_without_english_words_is_said_to_be_german(client, staff, towns, avenue):
    with perform(staff, SYSTEM, Action.FLEET_EDIT, towns.own):
        staff.add(TreePhoto(tree_id=avenue.trees["B 1"].id, municipality_id=towns.own, sha256="a" * 64, width_px=8,
                            height_px=6, alt_text="Ein Ahorn", author="Stadt", licence="CC0", is_public=True))  # fmt: skip
    assert 'alt="Ein Ahorn" lang="de"' in ok(client.get(f"/en/baeume/baum/{avenue.trees['B 1'].id}"))
