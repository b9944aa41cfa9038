"""Figures of a town's vacancy, for any day and any zone.

What is counted: units with a front to the street on the ground floor that are in the stock on the day and whose state
on that day is known (`geo.vacancies.counted`). Gross counts LEER, ZWISCHENGENUTZT and LEER_VERMIETET as empty; net
counts LEER; market-active is net among the units that are on the market. By area and by frontage the same units count,
as far as they have a value.

Days that are not exactly known: a spell counts from its stored day on, which is the first day of the month or the year
that is known, everywhere and in the same way. A spell that began "before" a day counts from that day on; when it really
began is not known, so it is no inflow of that year, and its duration counts as "at least so long".

Verified: a unit counts as verified on a day if something known by that day confirmed it within the 365 days before:
its confirmation, an earlier confirmation that a later one has replaced, or the day on which one of its states was seen.
What was confirmed after the day says nothing about what was known on it.

A percentage is given only from ten units on and when at least 70 % of the stock are verified; else a sentence says why.
"""
