"""Entry point of ``vigie``: gathers the verbs, prints problems without a traceback."""

from __future__ import annotations

import sys

import typer
from typer._click import exceptions as usage

from vigie.cli import (
    activation_commands,
    convention_commands,
    debrief_commands,
    evaluate_commands,
    exercise_commands,
    intake_commands,
    map_commands,
    report_commands,
    service_commands,
    source_commands,
    status_commands,
    workbook_commands,
)
from vigie.cli.help_words import translate_help
from vigie.cli.language import choose_language
from vigie.cli.usage_errors import USAGE_EXIT, explain_usage
from vigie.language import say
from vigie.problem import Problem

choose_language()
translate_help()

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help=say("Vigie: the activation engine of digital volunteers in emergency management."),
)
for module in (
    convention_commands,
    activation_commands,
    status_commands,
    service_commands,
    evaluate_commands,
    intake_commands,
    report_commands,
    debrief_commands,
):
    module.register(app)
app.add_typer(workbook_commands.app(), name="workbook")
app.add_typer(map_commands.app(), name="map")
app.add_typer(source_commands.app(), name="source")
app.add_typer(exercise_commands.app(), name="exercise")


def run() -> None:
    """Run the command line; a user's mistake is one sentence and exit code 1, never a traceback."""
    try:
        code = app(standalone_mode=False)
    except Problem as problem:
        typer.echo(f"{problem}", err=True)
        sys.exit(1)
    except usage.NoArgsIsHelpError as error:
        typer.echo(error.message)
        sys.exit(USAGE_EXIT)
    except usage.UsageError as error:
        typer.echo(explain_usage(error), err=True)
        sys.exit(USAGE_EXIT)
    except (KeyboardInterrupt, typer.Abort):
        typer.echo(say("Interrupted."), err=True)
        sys.exit(130)
    sys.exit(code if isinstance(code, int) else 0)
