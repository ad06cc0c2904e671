"""Run the command line as ``python -m territory``."""

from territory.cli.app import main

if __name__ == "__main__":
    main()
