"""Pages for people: the report and its charts."""
