"""The people behind the seats: who covers whom, and until when."""
