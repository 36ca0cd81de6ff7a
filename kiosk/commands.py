"""The commands of the domain: ``import-employees`` and ``doctor``. Owns their arguments and their output.

``main.py`` calls ``add_commands`` and sets ``args.profile``; each command returns its exit code.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.doctor import Check, Grade, inner_checks, report_text, run_checks
from kiosk.employee_files import EmployeeFile, Problem, read_employee_file
from kiosk.errors import InputError

if TYPE_CHECKING:
    from kiosk.employee_import import ImportPlan
    from kiosk.installation import Installation

OuterChecks = Callable[[Path], Sequence[Check]]
PROBLEMS_SHOWN = 50


def no_outer_checks(profile: Path) -> Sequence[Check]:
    """For tests and for installations without screens."""
    return ()


def add_commands(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], outer_checks: OuterChecks = no_outer_checks
) -> None:
    """Add both commands. ``outer_checks`` gives the doctor what only the screens and the recogniser know."""
    importer = commands.add_parser("import-employees", help="bring a CSV or XLSX list of employees into the store")
    importer.add_argument("file", type=Path, metavar="FILE", help="list with 工号 姓名 出生日期 单位 [电话 状态]")
    importer.add_argument("--dry-run", action="store_true", help="check and report, write nothing")
    importer.add_argument("--skip-bad", action="store_true", help="import the good lines although others are bad")
    importer.add_argument("--json", action="store_true", help="report as JSON")
    importer.set_defaults(run=run_import)
    doctor = commands.add_parser("doctor", help="check this installation and say what to do")
    doctor.add_argument("--json", action="store_true", help="report as JSON")
    doctor.set_defaults(run=partial(run_doctor, outer_checks=outer_checks))


def run_doctor(args: argparse.Namespace, outer_checks: OuterChecks) -> int:
    """Run every check; 1 when any failed."""
    findings = run_checks([*inner_checks(args.profile), *outer_checks(args.profile)])
    if args.json:
        print(json.dumps([finding.as_json() for finding in findings], ensure_ascii=False, indent=2))
    else:
        print(report_text(findings))
    return int(any(finding.grade is Grade.FAIL for finding in findings))


def run_import(args: argparse.Namespace) -> int:
    """Import the list; 0 when everything (or with ``--skip-bad`` everything usable) was taken, else 1."""
    from kiosk.installation import open_installation

    installation = open_installation(args.profile)
    try:
        return _import(args, installation)
    except InputError as error:
        _print_import(args, {"file": args.file.name, "error": error.code, "what": error.what, "remedy": error.remedy})
        return 1
    finally:
        installation.close()


def _import(args: argparse.Namespace, installation: Installation) -> int:
    from kiosk.employee_import import existing_of, import_employees, plan_import
    from kiosk.identify.staff_number import normalise

    settings, context = installation.settings, installation.services.context
    if settings.sync.server_url:
        remedy = "Import the list there; it comes here by itself."
        raise InputError("employee_import_central", "This hall belongs to a centre.", remedy)
    rule = partial(normalise, prefix=settings.identity.prefix, digits=settings.identity.digits)
    read = read_employee_file(args.file, rule, context.clock.today())
    with context.store.read() as work:
        plan = plan_import(read.rows, existing_of(work, read.rows), work.people.units(), context.ids.new)
    problems = (*read.problems, *plan.problems)
    write = not args.dry_run and (not problems or args.skip_bad)
    if write:
        plan = import_employees(context.store, read.rows, installation.services.staff.system(), context.ids.new)
    _print_import(args, _report(read, plan, problems, written=write))
    return 1 if problems and not args.skip_bad else 0


def _report(read: EmployeeFile, plan: ImportPlan, problems: Sequence[Problem], *, written: bool) -> dict[str, object]:
    """Counts and problems; no name, number or date of anybody."""
    return {
        "file": read.file,
        "written": written,
        "added": len(plan.added),
        "changed": len(plan.changed),
        "unchanged": plan.unchanged,
        "new_units": len(plan.new_units),
        "problems": [{"line": p.line, "column": p.column, "what": p.what, "remedy": p.remedy} for p in problems],
    }


def _print_import(args: argparse.Namespace, report: dict[str, object]) -> None:
    if args.json:
        print(json.dumps(report, ensure_ascii=False, indent=2))
        return
    if "error" in report:
        print(f"{report['what']} {report['remedy']}", file=sys.stderr)
        return
    problems = report["problems"]
    assert isinstance(problems, list)
    for problem in problems[:PROBLEMS_SHOWN]:
        print(f"line {problem['line']}, {problem['column']}: {problem['what']}. {problem['remedy']}")
    if len(problems) > PROBLEMS_SHOWN:
        print(f"... and {len(problems) - PROBLEMS_SHOWN} more problems")
    done = "imported" if report["written"] else "nothing written; would be"
    print(
        f"{report['file']}: {done}: {report['added']} new, {report['changed']} changed, "
        f"{report['unchanged']} as before, {report['new_units']} new units, {len(problems)} problems"
    )
