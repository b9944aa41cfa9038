"""Letters of a town, whatever they are about: who sends them, the language and the versions of their texts."""
