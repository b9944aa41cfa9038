"""The numbers of the coordinate systems that the register meets, and where Thuringia lies in degrees.

Without the libraries of the database, because the children that read foreign files need these too; everything else
about coordinates stands in `geo.core.geometry`, which takes its numbers from here.
"""

WGS84 = 4326
UTM32 = 25832  # ETRS89 / UTM zone 32N, metres: the official system of Thuringia
UTM32_PREFIXED = 4647  # the same, with 32 in front of the easting
UTM33 = 25833
GAUSS_KRUEGER_3 = 31467  # DHDN, zone 3
GAUSS_KRUEGER_4 = 31468  # DHDN, zone 4
GAUSS_KRUEGER_4_EAST_FIRST = 5678  # the same with the easting first, as files have it anyway
WEB_MERCATOR = 3857
# Thuringia with a margin, in degrees: west, south, east, north. The database holds the same box.
STATE_BOX = (9.8, 50.15, 12.75, 51.7)
COUNTRY_BOX = (5.5, 47.0, 15.5, 55.5)
# What a file's coordinates are tried as when it does not say; Gauß-Krüger is never certain, since older systems with
# other bearings (Pulkovo 1942/83, Rauenberg) have numbers of the same size.
CANDIDATES = (WGS84, UTM32, UTM32_PREFIXED, UTM33, GAUSS_KRUEGER_4, GAUSS_KRUEGER_3, WEB_MERCATOR)
CERTAIN = (WGS84, UTM32, UTM32_PREFIXED, UTM33, WEB_MERCATOR)
PREFIX_M = 32_000_000
# What a person can choose from when a file does not say its system.
CHOICES = {
    UTM32: "ETRS89 / UTM Zone 32 (EPSG:25832)",
    WGS84: "Länge und Breite, WGS 84 (EPSG:4326)",
    GAUSS_KRUEGER_4: "Gauß-Krüger, 4. Streifen (EPSG:31468)",
    GAUSS_KRUEGER_3: "Gauß-Krüger, 3. Streifen (EPSG:31467)",
    WEB_MERCATOR: "Web-Mercator (EPSG:3857)",
    UTM33: "ETRS89 / UTM Zone 33 (EPSG:25833)",
}
