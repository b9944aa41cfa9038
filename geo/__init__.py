"""The register as a library: tables, rules, writes, reads, imports, exports and the command line. It knows no Flask."""
