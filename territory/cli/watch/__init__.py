"""Commands about a plan after go-live: monitor, outlook, realign and shock, review."""
