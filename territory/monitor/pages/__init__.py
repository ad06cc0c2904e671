"""The monitor's page and workbook: offline, printable."""
