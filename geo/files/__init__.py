"""Layer files and archives, opened by their suffix and nothing else."""
