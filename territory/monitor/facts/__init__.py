"""What happened since go-live: sales, deals, calls, accounts and reps, matched with the plan."""
