"""The embedded demo company: synthetic accounts, people and numbers at real places."""
