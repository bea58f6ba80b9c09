"""``propose alert activate watch standby resume sweep close cancel``: the life of an activation."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from vigie.cli.language import choose_language
from vigie.language import say
from vigie.problem import Problem, ServiceError

if TYPE_CHECKING:
    from vigie.activation.states import Action
    from vigie.operations.runtime import Runtime
    from vigie.records.activation import Activation

choose_language()

By = Annotated[str, typer.Option(help=say("Name of the person who decides."))]
Channel = Annotated[str, typer.Option(help=say("By which channel: telephone, mail, radio …"))]
Target = Annotated[
    str,
    typer.Argument(
        metavar="CONVENTION|ID",
        help=say("Convention to open, or id of an activation to take further."),
    ),
]
Identity = Annotated[str, typer.Argument(metavar="ID", help=say("Id of the activation."))]
Event = Annotated[str, typer.Option(help=say("What happened, in a few words."))]
Door = Annotated[
    Literal["volunteer", "partner"],
    typer.Option(help=say("volunteer: we detected it; partner: a partner asks.")),
]
Caller = Annotated[str, typer.Option(help=say("Who asked."))]
Communes = Annotated[list[str] | None, typer.Option("--commune", help=say("INSEE code or name."))]
Hashtags = Annotated[list[str] | None, typer.Option("--hashtag", help=say("With or without #."))]
Exercise = Annotated[bool, typer.Option("--exercise", help=say("An exercise: nothing is real."))]
Network = Annotated[
    str | None, typer.Option(help=say("Exercises: address of the simulated networks."))
]
DespiteExpiry = Annotated[
    str, typer.Option(help=say("Reason for using a convention outside its dates."))
]
Reason = Annotated[str, typer.Option(help=say("Why."))]


def register(app: typer.Typer) -> None:
    """Add the verbs of this file to the command line."""
    for name, function, text in (
        ("propose", propose, say("A volunteer proposes support for an event.")),
        ("alert", alert, say("The team is alerted; nothing is swept yet.")),
        (
            "activate",
            activate,
            say("Activate a convention: sweeps, workbook and briefings at once."),
        ),
        ("watch", watch, say("Add or remove hashtags, communes and feeds while it runs.")),
        ("standby", standby, say("Pause the sweeps.")),
        ("resume", resume, say("Take the sweeps up again.")),
        ("sweep", sweep, say("Ask every source now.")),
        ("close", close, say("End an activation: last revision, nothing runs any more.")),
        ("cancel", cancel, say("Drop an activation that turned out not to be needed.")),
    ):
        command: Callable[..., None] = function
        app.command(name, help=text)(command)


def propose(
    target: Target,
    by: By,
    event: Event = "",
    door: Door = "volunteer",
    channel: Channel = "",
    caller: Caller = "",
    commune: Communes = None,
    hashtag: Hashtags = None,
    exercise: Exercise = False,
    network: Network = None,
    despite_expiry: DespiteExpiry = "",
) -> None:
    """Open an activation as proposed."""
    _begin("propose", **locals())


def alert(
    target: Target,
    by: By,
    event: Event = "",
    door: Door = "partner",
    channel: Channel = "",
    caller: Caller = "",
    commune: Communes = None,
    hashtag: Hashtags = None,
    exercise: Exercise = False,
    network: Network = None,
    despite_expiry: DespiteExpiry = "",
) -> None:
    """Open an activation as alerted, or take a proposed one further."""
    _begin("alert", **locals())


def activate(
    target: Target,
    by: By,
    event: Event = "",
    door: Door = "partner",
    channel: Channel = "",
    caller: Caller = "",
    commune: Communes = None,
    hashtag: Hashtags = None,
    exercise: Exercise = False,
    network: Network = None,
    despite_expiry: DespiteExpiry = "",
) -> None:
    """Activate a convention or an activation that was proposed or alerted."""
    _begin("activate", **locals())


def _begin(action: Action, target: str, by: str, **known: object) -> None:
    from vigie.cli.launching import launch
    from vigie.cli.rooms import opened
    from vigie.records.activation import Kind
    from vigie.settings import kind_of

    kind: Kind = "exercise" if known["exercise"] or kind_of(target) == "exercise" else "real"
    with opened(kind) as runtime:
        activation = _open_or_move(runtime, action, target, by, known)
        typer.echo(
            say(
                "{id}: {state} ({event}).",
                id=activation.id,
                state=_state(activation.state),
                event=activation.event,
            )
        )
        if activation.state == "active":
            launch(runtime, activation)


def _open_or_move(
    runtime: Runtime, action: Action, target: str, by: str, known: dict[str, object]
) -> Activation:
    from vigie.operations.opening import Opening, open_activation

    if target in {item.id for item in runtime.store.activations()}:
        return _take_further(runtime, action, target, by, known)
    if not known["event"]:
        raise Problem(
            target,
            say("The event is missing."),
            say('Add --event "what happened", or give the id of an activation.'),
        )
    opening = Opening(
        convention_id=target,
        event=str(known["event"]),
        by=by,
        door=known["door"],  # type: ignore[arg-type]
        channel=str(known["channel"]),
        caller=str(known["caller"]),
        communes=tuple(known["commune"] or ()),  # type: ignore[arg-type]
        hashtags=tuple(known["hashtag"] or ()),  # type: ignore[arg-type]
        network=known["network"],  # type: ignore[arg-type]
        despite_expiry=str(known["despite_expiry"]),
    )
    return open_activation(runtime, opening, action)


def _take_further(
    runtime: Runtime, action: Action, target: str, by: str, known: dict[str, object]
) -> Activation:
    """Move an activation that is open already; what else was said of it is not dropped."""
    from vigie.operations.opening import check_validity, move_activation
    from vigie.operations.opening import watch as change

    activation = runtime.store.activation(target)
    if known["event"] and known["event"] != activation.event:
        raise Problem(
            target,
            say("It is open already as '{event}'.", event=activation.event),
            say("Leave --event out, or give a convention to open another one."),
        )
    despite = str(known["despite_expiry"])
    check_validity(runtime, runtime.convention_of(activation), despite)
    words = [*(known["hashtag"] or ()), *(known["commune"] or ())]  # type: ignore[misc]
    if words:
        change(runtime, target, add=tuple(map(str, words)), remove=(), by=by)
    reason = "; ".join(text for text in (str(known["caller"]), despite) if text)
    return move_activation(
        runtime, target, action, by=by, channel=str(known["channel"]), reason=reason
    )


def watch(
    activation_id: Identity,
    by: By,
    add: Annotated[list[str] | None, typer.Option(help=say("#tag, commune or feed."))] = None,
    remove: Annotated[list[str] | None, typer.Option(help=say("#tag, commune or feed."))] = None,
) -> None:
    """Change what is watched; the next sweep asks for it."""
    from vigie.cli.launching import align
    from vigie.cli.rooms import opened_for
    from vigie.operations.opening import watch as change

    with opened_for(activation_id) as runtime:
        activation = change(
            runtime, activation_id, add=tuple(add or ()), remove=tuple(remove or ()), by=by
        )
        typer.echo(
            say(
                "Watched: {tags}; communes {communes}; feeds {feeds}.",
                tags=" ".join(f"#{tag}" for tag in activation.hashtags) or "-",
                communes=" ".join(activation.communes) or "-",
                feeds=" ".join(activation.feeds) or "-",
            )
        )
        align(runtime)


def standby(activation_id: Identity, by: By, reason: Reason = "", channel: Channel = "") -> None:
    """Pause the sweeps of an activation."""
    _move_and_align(activation_id, "standby", by, reason, channel)


def resume(activation_id: Identity, by: By, reason: Reason = "", channel: Channel = "") -> None:
    """Take an activation up again after standby."""
    _move_and_align(activation_id, "resume", by, reason, channel)


def cancel(activation_id: Identity, by: By, reason: Reason = "", channel: Channel = "") -> None:
    """Cancel an activation."""
    _move_and_align(activation_id, "cancel", by, reason, channel)


def _move_and_align(activation_id: str, action: Action, by: str, reason: str, channel: str) -> None:
    from vigie.cli.launching import align
    from vigie.cli.rooms import opened_for
    from vigie.operations.opening import move_activation

    with opened_for(activation_id) as runtime:
        moved = move_activation(
            runtime, activation_id, action, by=by, reason=reason, channel=channel
        )
        typer.echo(say("{id}: {alarm}", id=moved.id, alarm=f"{_state(moved.state)}."))
        align(runtime)


def close(
    activation_id: Identity,
    reason: Annotated[str, typer.Option(help=say("Why it ends."))],
    by: By,
    channel: Channel = "",
) -> None:
    """Close an activation: deployments gone, last revision written, retention clock started."""
    from vigie.cli.launching import finish
    from vigie.cli.rooms import opened_for
    from vigie.operations.opening import close_activation

    with opened_for(activation_id) as runtime:
        closed, is_repeated = close_activation(
            runtime, activation_id, by=by, reason=reason, channel=channel
        )
        if is_repeated:
            typer.echo(
                say("It was closed already, without its last revision: this is done again now.")
            )
        finish(runtime, closed)


def sweep(
    activation_id: Identity,
    here: Annotated[
        bool, typer.Option("--here", help=say("In this process, without the service."))
    ] = False,
) -> None:
    """Ask every source now and bring what they give into the workbook.

    Raises:
        Problem: If the activation is not active.
        ServiceError: If the service does not run; says how to do without.
    """
    from vigie.cli.launching import request_sweep, sweep_in_this_process
    from vigie.cli.rooms import opened_for

    with opened_for(activation_id) as runtime:
        activation = runtime.store.activation(activation_id)
        if activation.state != "active":
            raise Problem(
                activation_id,
                say("It is {state}: nothing is swept.", state=_state(activation.state)),
                say("vigie resume, or vigie activate."),
            )
        if here:
            asyncio.run(sweep_in_this_process(runtime, activation))
            return
        try:
            request_sweep(runtime, activation)
        except ServiceError as problem:
            raise ServiceError(
                problem.where,
                problem.what,
                say("Without the service: vigie sweep {id} --here", id=activation_id),
            ) from problem


def _state(code: str) -> str:
    from vigie.language import catalogue
    from vigie.settings import Settings

    return catalogue(Settings().lang).label("activation_state", code)
