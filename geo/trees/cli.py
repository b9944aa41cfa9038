"""`innenstadt plan`: the planner on a problem in a file, for programs and for comparison."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from geo.core.commands import SETTINGS, run
from geo.trees.planner.explaining import clashes, left_out, what_if
from geo.trees.planner.model import Problem
from geo.trees.planner.reading import plan_json, read_problem
from geo.trees.planner.solving import Progress, Result, solve
from geo.trees.planner.worth import worth


@click.command()
@click.option("--problem", "file", type=click.Path(path_type=Path), required=True, help="A problem as JSON.")
@click.option("--seconds", type=click.FloatRange(0.1, 86_400), default=30.0, show_default=True, help="Time to search.")
@click.option("--work", type=click.IntRange(0, 1_000_000), help="Rounds in place of seconds: repeatable with a seed.")
@click.option("--seed", type=click.IntRange(0, 2**31), default=0, show_default=True, help="Chooses among equal ways.")
@click.option("--explain", is_flag=True, help="Also each rule's part, stops left out and what more would bring.")
@click.option("--progress", is_flag=True, help="Tell on standard error how the search goes.")
def plan(file: Path, seconds: float, work: int | None, seed: int, explain: bool, progress: bool) -> None:
    """Plan the trees' moves: prints the best plan found, its value and a proven bound as JSON."""
    problem = read_problem(file)
    tell = _tell if progress else None
    result = solve(problem, seconds=None if work is not None else seconds, work=work, seed=seed, on_progress=tell)
    if result.plan is None:
        for clash in clashes(problem):
            click.echo(clash.sentence, err=True)
            for relief in clash.reliefs:
                click.echo(f"  {relief.sentence}", err=True)
        click.echo("Unter diesen Regeln gibt es keinen Plan.", err=True)
        sys.exit(1)
    answer = result_json(result)
    if explain:
        answer |= _explained(problem, result)
    click.echo(json.dumps(answer, ensure_ascii=False))


def main() -> None:
    """`innenstadt plan` without the other commands."""
    run(plan, prog_name="innenstadt plan", args=sys.argv[2:], **SETTINGS)


def result_json(result: Result) -> dict[str, Any]:
    """A plan with what is known of it: value, bound, gap = (bound - value) / value, seconds, curve."""
    visits = plan_json(result.plan) if result.plan else {"visits": []}
    return {
        **visits,
        "value": result.value,
        "bound": result.bound,
        "gap": result.gap,
        "seconds": round(result.seconds, 3),
        "curve": [[point.seconds, point.value, point.bound] for point in result.curve],
    }


def _explained(problem: Problem, result: Result) -> dict[str, Any]:
    if result.plan is None:
        return {}
    lines = worth(problem, result.plan).lines
    return {
        "lines": [{"rule": one.rule, "points": one.points, "sentence": one.sentence} for one in lines],
        "left_out": [
            {"stop": one.stop, "rule": one.rule, "sentence": one.sentence} for one in left_out(problem, result.plan)
        ],
        "what_if": [one.sentence for one in what_if(problem, result.value)],
    }


def _tell(progress: Progress) -> None:
    gap = 100 * (progress.bound - progress.value) / max(1, abs(progress.value))
    click.echo(f"{progress.seconds:8.1f} s  {progress.value:>12}  höchstens {gap:.2f} % mehr", err=True)
