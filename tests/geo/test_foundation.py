from sqlalchemy import text


def test_public_role_sees_views_and_no_table(db):
    with db.public() as session:
        assert session.scalar(text("SELECT count(*) FROM published.municipalities")) == 2
