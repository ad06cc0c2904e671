"""Plans as people receive them: map, workbook, GIS files, report."""
