"""Templates of configurations: `@NAME@` stands for a value."""

import re

NAME = re.compile(r"@([A-Z_]+)@")


def fill(path, values):
    """The text of a template with its values; one that is not given is a mistake."""
    with open(path) as file:
        return NAME.sub(lambda found: str(values[found.group(1)]), file.read())
