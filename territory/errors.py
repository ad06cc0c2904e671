"""Errors that carry messages for people and the exit code of the command line."""

from typing import ClassVar

from territory.messages import Message

__all__ = ["InfeasibleError", "InputError", "Interrupted", "TerritoryError", "TravelError"]


class TerritoryError(Exception):
    """A failure that is explained to the user.

    Parameters
    ----------
    *messages : Message or str
        Everything there is to say, worst first; a plain text becomes a message without evidence.

    Examples
    --------
    >>> print(InputError("scenarios/ny.toml is empty"))
    error: scenarios/ny.toml is empty
    >>> InputError.exit_code
    2
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, *messages: Message | str) -> None:
        if not messages:
            raise TypeError("an error without a message explains nothing")
        self.messages: tuple[Message, ...] = tuple(
            Message(message) if isinstance(message, str) else message for message in messages
        )
        super().__init__(*self.messages)

    @property
    def message(self) -> Message:
        """The first and worst message."""
        return self.messages[0]

    def __str__(self) -> str:
        """Return all messages, a blank line between them."""
        return "\n\n".join(message.text() for message in self.messages)


class InputError(TerritoryError):
    """The scenario or a table cannot be used as it is."""

    exit_code = 2


class TravelError(TerritoryError):
    """The travel engine failed."""

    exit_code = 3


class InfeasibleError(TerritoryError):
    """No alignment satisfies all rules, or a change that is asked for would break one."""

    exit_code = 4


class Interrupted(TerritoryError):  # noqa: N818  (the user's wish is not an error)
    """The user stopped the work; the best plan so far has been kept."""

    exit_code = 130
