"""What the checklist asks, question by question, each check with its figure and evidence."""
