"""The search over all that the alliance keeps: German words in any form, and in the middle of compounds."""
