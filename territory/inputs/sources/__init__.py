"""Files opened as raw tables of text cells, whatever their format."""
