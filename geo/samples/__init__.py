"""The sample register as plain records: `content` reads the facts, `generate.build(today)` makes the made-up objects.

The same day and seed give the same records. Nothing here but the loader touches a database.
"""
