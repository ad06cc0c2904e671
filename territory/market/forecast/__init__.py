"""What a market and its accounts will sell: growth that is shrunk, intervals that hold."""
