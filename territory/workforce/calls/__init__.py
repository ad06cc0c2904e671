"""Who is called on, how often, and which calls fall away where the hours do not suffice."""
