"""The Kompass: from six answers about a vacancy to measures that fit, with reasons. Pure: no database, no web.

The knowledge is data (`data/kompass/`, or an edition that the office made of it): `schema` reads and judges it,
`scoring` adds it up, `wording` says it in sentences.
"""
