"""Why each unit and account is where it is, out of the model that put it there."""
