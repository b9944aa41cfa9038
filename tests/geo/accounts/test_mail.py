"""Mail: a file in development, SMTP where one is set; never a second header out of somebody's text."""

import dataclasses
from email import message_from_bytes, policy

import pytest

from geo.accounts import mail
from geo.accounts.mail import Mailer
from geo.accounts.schemas import is_email
from tests.postbox import open_postbox, wait_for_mail


@pytest.fixture
def server():
    with open_postbox() as made:
        yield made


def test_in_development_mail_is_a_file(settings):
    Mailer(settings).send("a@b.de", "Betreff", "Grüße\n")
    (file,) = (settings.home / "mail").glob("*.eml")
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert (message["To"], message["Subject"]) == ("a@b.de", "Betreff")
    assert message.get_content() == "Grüße\n"
    assert message["From"].addresses[0].addr_spec == settings.mail_from


@pytest.mark.parametrize("subject", ["Neu\r\nBcc: x@y.de", "Neu\nBcc: x@y.de"])
def test_line_break_starts_no_header(settings, subject):
    Mailer(settings).send("a@b.de", subject, "Text")
    (file,) = (settings.home / "mail").glob("*.eml")
    assert message_from_bytes(file.read_bytes(), policy=policy.default)["Bcc"] is None


def test_with_a_server_set_mail_goes_there(settings, server):
    own = dataclasses.replace(settings, mail_url=server.url)
    Mailer(own).send("a@b.de", "Betreff", "Text")
    wait_for_mail()
    (letter,) = server.letters
    assert letter.recipients == ("a@b.de",) and letter.message["Subject"] == "Betreff"


def test_password_is_not_sent_where_nothing_is_encrypted(settings, server):
    own = dataclasses.replace(settings, mail_url=f"smtp://me:secret@127.0.0.1:{server.server_address[1]}")
    Mailer(own).send("a@b.de", "Betreff", "Text")
    wait_for_mail()
    assert not any(line.upper().startswith(b"AUTH") for line in server.heard)
    assert not any(b"Betreff" in line for line in server.heard)


def test_server_that_does_not_answer_breaks_nothing(settings):
    Mailer(dataclasses.replace(settings, mail_url="smtp://127.0.0.1:9")).send("a@b.de", "Betreff", "Text")
    wait_for_mail()


@pytest.mark.parametrize("url", ["http://x", "smtp://", "mail.example.org"])
def test_wrong_setting_is_a_sentence(url):
    with pytest.raises(mail.SetupError, match="INNENSTADT_MAIL_URL"):
        mail.connect(url)


GOOD = ("a@b.de", "a.b+c=d@sub.b-c.example", "o'neil@b.de", "info@müller.de", "a@xn--mller-kva.de")
BAD = (
    *("a..b@c.de", ".a@c.de", "a.@c.de", "ä@c.de", "=?utf-8?q?a?=@c.de", "a b@c.de", '"a"@c.de', "a\0@c.de", "a@"),
    *(
        "a@b..de",
        "a@-b.de",
        "a@b-.de",
        "a@b",
        "a@b.d",
        "a@[127.0.0.1]",
        "a@straße.de",
        "a@b。.de",
        "a@ü" + "x" * 70 + ".de",
    ),
    *(
        "a@b.de\n",
        "a,b@c.de",
        "a@b.de,c@d.de",
        "a@\u202eb.de",
        "a" * 65 + "@b.de",
        "@b.de",
        "a@b.de@c.de",
        "\ud800@b.de",
    ),
)


@pytest.mark.parametrize("address", GOOD)
def test_what_is_taken_for_an_address_can_be_sent_to(settings, address):
    assert is_email(address)
    Mailer(settings).send(address, "Betreff", "Text")
    (file,) = (settings.home / "mail").glob("*.eml")
    (to,) = message_from_bytes(file.read_bytes(), policy=policy.default)["To"].addresses
    assert to.addr_spec == address.replace("müller", "xn--mller-kva")


@pytest.mark.parametrize("address", BAD)
def test_what_cannot_be_sent_to_is_no_address(address):
    """Each of these was an error of the server after the form had been stored, or went to somebody else."""
    assert not is_email(address)
