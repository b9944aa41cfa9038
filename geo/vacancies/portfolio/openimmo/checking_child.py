"""The process in which a transfer is held against the operator's schema file; see `checking.py`, which starts it.

The transfer comes on standard input, the schema's path as the only argument. Answers with a list in JSON: for each
thing that the schema refuses the unit's number or null, the element, and libxml2's name for the mistake. Nothing is
fetched from a network, and no entity is resolved.
"""

import json
import sys

from lxml import etree


def main() -> None:
    schema, transfer = sys.argv[1], sys.stdin.buffer.read()
    judge = etree.XMLSchema(etree.parse(schema, _parser()))
    document = etree.fromstring(transfer, _parser())
    judge.validate(document)
    print(json.dumps(list(dict.fromkeys(_mistake(document, one) for one in judge.error_log))))  # noqa: T201 (its answer)


def _mistake(document: etree._Element, one: etree._LogEntry) -> tuple[int | None, str, str]:
    at = document.xpath(one.path)[0] if one.path else document
    way = [at, *at.iterancestors()]
    offer = next((up for up in way if up.tag == "immobilie"), None)
    inside = way[: way.index(offer)] if offer is not None else way[:-1]
    number = None if offer is None else offer.findtext("verwaltung_techn/objektnr_extern")
    return (
        int(number) if number else None,
        "/".join(str(up.tag) for up in reversed(inside)) or str(at.tag),
        one.type_name,
    )


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


if __name__ == "__main__":
    main()
