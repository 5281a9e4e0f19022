"""Each command explains all that it takes, with an example that it understands."""

import shlex
from collections.abc import Iterator

import pytest
import typer.main
from typer.core import TyperCommand, TyperGroup

from api.cli.app import app
from api.cli.examples import EXAMPLES, examples_of
from tests.support.typing_in import closeknit


def commands(group: TyperGroup, words: str = "") -> Iterator[tuple[str, TyperCommand]]:
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from commands(command, f"{words}{name} ")
        elif isinstance(command, TyperCommand):
            yield f"{words}{name}", command


COMMANDS = dict(commands(typer.main.get_group(app)))


def test_every_example_is_of_a_command() -> None:
    found = [example for words in COMMANDS for example in examples_of(words)]
    assert sorted(found) == sorted(EXAMPLES)


@pytest.mark.parametrize("words", COMMANDS)
def test_examples_are_understood_and_shown(words: str) -> None:
    shown = " ".join(closeknit(*words.split(), "--help").out.split())
    assert examples_of(words)
    for example in examples_of(words):
        arguments = shlex.split(example)[1 + len(words.split()) :]
        COMMANDS[words].make_context(words, arguments).close()
        assert example in shown


@pytest.mark.parametrize("words", COMMANDS)
def test_all_that_a_command_takes_is_explained(words: str) -> None:
    for parameter in COMMANDS[words].params:
        assert getattr(parameter, "help", None), parameter.name
