"""A run on one page, `report.html`: its test (`findings`), drawn (`figures`), laid out (`page`)."""
