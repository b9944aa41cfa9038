"""The index of the search. The database keeps both tables itself, by triggers on what is to be found."""

from sqlalchemy import CheckConstraint, Identity, Index, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from geo.core.db import Base


class SearchText(Base):
    """What is to be found of an object in a language: for everybody, or for who may do the action `needs`.

    `body` is what it says; `beside` are lines that help to find it: town, street, working group, source.
    """

    __tablename__ = "search_texts"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    kind: Mapped[str]
    row_key: Mapped[str]
    lang: Mapped[str]
    needs: Mapped[str | None]
    municipality_id: Mapped[int | None]
    title: Mapped[str]
    body: Mapped[str]
    beside: Mapped[str] = mapped_column(default="", server_default=text("''"))
    lexemes: Mapped[str] = mapped_column(TSVECTOR)

    __table_args__ = (
        CheckConstraint("lang IN ('de','en')", name="search_texts_lang"),
        Index("search_texts_kind_idx", "kind", "row_key"),
        Index("search_texts_lexemes_idx", "lexemes", postgresql_using="gin"),
    )


class SearchWord(Base):
    """A word of German texts as it is compared: `plain` is without umlauts, `stem` is its lexeme."""

    __tablename__ = "search_words"

    word: Mapped[str] = mapped_column(primary_key=True)
    plain: Mapped[str]
    stem: Mapped[str]
    is_public: Mapped[bool] = mapped_column(default=False, server_default=text("false"))

    __table_args__ = (
        Index("search_words_plain_idx", "plain"),
        Index("search_words_stem_idx", "stem"),
        Index(
            "search_words_plain_trgm_idx",
            "plain",
            postgresql_using="gin",
            postgresql_ops={"plain": "gin_trgm_ops"},
        ),
    )
