"""Raw tables become typed ones: columns, values, codes and references."""
