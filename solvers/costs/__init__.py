"""What it costs that a territory serves a unit: one class a file, the same questions for all."""
