"""The commands, one file a room: each holds a `commands` application that `cli.app` adds."""
