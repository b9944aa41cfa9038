"""XML read block by block, by a parser that knows no entities: nothing in a file can grow or point elsewhere."""

from collections.abc import Callable, Iterator
from typing import IO, Any
from xml.parsers import expat

from geo.core.foreign.refused import Refused

_BLOCK = 1 << 16


def blocks(file: IO[bytes], handlers: dict[str, Callable[..., None]], broken: str, entities: str) -> Iterator[None]:
    """Goes through the file from its start; comes back after each block, of which the handlers have met the parts.

    `handlers` by the parser's names (`StartElementHandler`, ...). Raises `Refused` with `entities` where the file
    defines some, with `broken`, into which the line goes, where it is no XML.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    for name, handler in handlers.items():
        setattr(parser, name, handler)

    def refuse(*_: Any) -> Any:
        raise Refused(entities)

    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = parser.ExternalEntityRefHandler = refuse
    file.seek(0)
    ended = False
    while not ended:
        block = file.read(_BLOCK)
        ended = not block
        try:
            parser.Parse(block, ended)
        except expat.ExpatError as error:
            raise Refused(broken.format(error.lineno)) from None
        yield
