"""Run the command line as ``python -m territory``."""

from territory.cli import main

if __name__ == "__main__":
    main()
