"""What can go wrong, as a code and facts; the sentences live in `promo.words`.

Catch `PromoError`, and only it, at the edge of the screen or the command line.
"""

from typing import ClassVar


class PromoError(Exception):
    """Base of every failure that a user is told; `facts` fill the catalogue's sentence."""

    code: ClassVar[str] = "error"

    def __init__(self, **facts: object) -> None:
        super().__init__(f"{self.code}: {facts}")
        self.facts = facts

    def __reduce__(self) -> tuple[object, ...]:
        """Facts travel with the failure from one process to another."""
        return _again, (type(self), self.facts)


def _again(kind: type[PromoError], facts: dict[str, object]) -> PromoError:
    return kind(**facts)


class SchemaError(PromoError):
    """A table does not have its declared shape; every problem found is listed."""

    code = "schema"


class FileRefused(PromoError):
    """A file cannot be read as a whole; `reason` is a finding code, `file` its name."""

    code = "file_refused"


class NotEnoughData(PromoError):
    """The data cannot carry what was asked: of `what` (a code), `need` and `have` (numbers)."""

    code = "not_enough_data"


class Infeasible(PromoError):
    """No plan satisfies all rules; `rules` names the ones in conflict."""

    code = "infeasible"


class Unbounded(PromoError):
    """Nothing limits the objective; `objective` names it."""

    code = "unbounded"


class OutOfTime(PromoError):
    """The solver was stopped before it had any plan that keeps the rules; `seconds` given."""

    code = "out_of_time"


class BrokenPlan(PromoError):
    """A plan that breaks a rule was about to leave the optimiser: a defect of ours, no result.

    `broken` says what its checker found; she can only ask for something else, and report it.
    """

    code = "broken_plan"


class OutOfMemory(PromoError):
    """A task needs more memory than one may take; facts: `limit` in MB."""

    code = "out_of_memory"


class Cancelled(PromoError):
    """Somebody stopped the work; nothing of it was kept."""

    code = "cancelled"


class NotFound(PromoError):
    """A `kind` of thing (a code) that was asked for by `name` is not there; `known` are there."""

    code = "not_found"


class NameTaken(PromoError):
    """A dataset called `name` is there already and was not asked to be replaced."""

    code = "name_taken"


class BadRequest(PromoError):
    """A request cannot be meant; `field` and `value` say where.

    Where a user can meet it, `must` (a code: what a value has to be) or `known` (what there is to
    choose from) is the mend.
    """

    code = "bad_request"


class NothingLeft(BadRequest):
    """A cleaning step would take out every row of its table."""

    code = "nothing_left"


class NotUsable(PromoError):
    """A file or folder, `name`, cannot be used as asked; `why` is what the system said of it."""

    code = "not_usable"
