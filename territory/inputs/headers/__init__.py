"""The words of headers: what systems and public files call our columns."""
