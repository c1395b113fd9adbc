"""Whether what a command shows belongs to a demo, for commands that also work without a database."""

from monitor.app import House
from monitor.model.errors import StoreError


def of_a_demo(house: House) -> bool:
    """A database that cannot be read carries no mark; whoever needs the database says what ails it."""
    try:
        return house.is_demo
    except StoreError:
        return False
