"""Tables whose values stand in other cells than ours: brought into our columns, and said."""
