"""The workbook, sheet by sheet."""
