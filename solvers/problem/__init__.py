"""What is asked: units, territories, rules and costs, and the referee that judges an assignment."""
