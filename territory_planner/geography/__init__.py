"""Pure geometry: projection, cells, neighbours and the offline gazetteer; knows no accounts."""
