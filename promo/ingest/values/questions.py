"""What a file may mean in two ways: a guess that changes numbers or dates is asked about."""

from dataclasses import dataclass

EXAMPLES = 3
"""Values of the file shown with a question, at most."""


@dataclass(frozen=True)
class Question:
    """One guess that changes numbers, with what it makes of the file's own values.

    `option` is the option of the mapping that answers it, `guess` the value taken until she
    chooses ("" when none is and the file waits for her answer), `choices` the values to choose from
    (empty when any value of its kind may be given), `column` the header concerned ("" for the
    whole file). `examples` pairs a text of the file with how the guess reads it ("" where nothing
    was guessed). `decided` says that the rows prove the guess; otherwise it is only plausible.
    `optional` says that the file is as well read without an answer.
    """

    option: str
    guess: str
    choices: tuple[str, ...]
    column: str = ""
    examples: tuple[tuple[str, str], ...] = ()
    decided: bool = False
    optional: bool = False
