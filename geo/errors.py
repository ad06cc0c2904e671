"""The one error of `geo`: a fact with values and ids, evidence, and a hint."""

from collections.abc import Sequence

__all__ = ["GeographyError"]


class GeographyError(ValueError):
    """Say what is wrong with a geography or a travel input, with the caller's own ids.

    Parameters
    ----------
    fact : str
        One line with the values found.
    evidence : sequence of str, optional
        Lines that show it, worst first; the text shows five and counts the rest.
    hint : str, optional
        Something one can do.
    """

    def __init__(self, fact: str, *, evidence: Sequence[str] = (), hint: str = "") -> None:
        self.fact = fact
        self.evidence = tuple(evidence)
        self.hint = hint
        lines = [fact, *(f"  {line}" for line in self.evidence[:5])]
        if len(self.evidence) > 5:
            lines.append(f"  and {len(self.evidence) - 5:,} more")
        if hint:
            lines += ["", f"hint: {hint}"]
        super().__init__("\n".join(lines))
