"""Proofs of optimality: reduced-cost fixing and branch and bound on centers."""
