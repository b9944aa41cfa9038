"""The town's street network: lines to walk along, from a file, and the shortest ways through them."""
