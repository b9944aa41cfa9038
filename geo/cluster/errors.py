"""What can go wrong with the embedded cluster, always as one sentence for a person."""


class ClusterError(Exception):
    """Something that a person can put right; the message is the sentence to show."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class AlreadyRunning(ClusterError):
    """Another process holds this home; `background` tells a `db start` from a server."""

    def __init__(self, sentence: str, pid: int | None, background: bool) -> None:
        super().__init__(sentence)
        self.pid = pid
        self.background = background
