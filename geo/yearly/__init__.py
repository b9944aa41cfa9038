"""The alliance's yearly report from the register: gathered as of the year's end, written as DOCX or PDF."""
