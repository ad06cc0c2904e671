"""Why no assignment can keep all rules: the rules that conflict, with witnesses."""
