"""Days and periods as people and programs write them, in one spelling that sorts in time."""
