"""Stand-alone reports: folium's map, its legend and a table in one HTML file that asks no host."""
