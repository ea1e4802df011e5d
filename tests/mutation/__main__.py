"""Mutation testing with mutmut: make mutate

Works on copies of the project in var/mutation, where mutmut keeps its results: a second call goes on where the first
one stopped, and tries again only what has changed since. Ends with an error if less than 90 % of the mutants of a
module are killed, or if survivors.txt doesn't explain a survivor. Arguments are names of slices; without any, all run.
"""

import configparser
import json
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / "var" / "mutation"
SURVIVORS = Path(__file__).with_name("survivors.txt")
#: Modules that are tried together, and their tests. Those take seconds: no browser, no server, no network.
SLICES: dict[str, tuple[list[str], list[str]]] = {
    "ml": (
        ["ml/legibility.py", "ml/calibrate.py", "ml/recognizer.py", "ml/ink.py"],
        [
            "tests/ml/test_legibility.py",
            "tests/ml/test_calibration.py",
            "tests/ml/test_ink.py",
            "tests/ml/test_ink_limits.py",
        ],
    ),
    "form": (["ml/form.py"], ["tests/ml/test_form.py"]),
    "plan": (
        ["accounts/models/plan.py"],
        ["tests/accounts/test_plan.py", "tests/accounts/test_plan_counts.py", "tests/accounts/test_reminders.py"],
    ),
    "tally": (["accounts/progress/tally.py"], ["tests/accounts/test_tally.py"]),
    "importing": (
        [
            "accounts/transfer/importing/__init__.py",
            "accounts/transfer/importing/account.py",
            "accounts/transfer/importing/archive.py",
            "accounts/transfer/importing/attempts.py",
            "accounts/transfer/importing/values.py",
            "scoring/parsers.py",
        ],
        ["tests/accounts/test_api.py", "tests/accounts/test_export.py"],
    ),
    "wiktionary": (["characters/wiktionary.py"], ["tests/characters/test_wiktionary.py"]),
}
PACKAGES = ["lettersai", "accounts", "scoring", "characters", "ml"]
PYTEST = ["-p", "tests.mutation.plugin", "-p", "no:cacheprovider", "--timeout=0", "--no-header"]
HOURS = 2
LEAST = 0.9
#: Of mutmut's exit codes: the tests failed, or took too long.
KILLED = {1, 3, 36, 24, -24, 152, 255}
NO_TESTS = {5, 33}


def prepare(slice_: str) -> None:
    """Bring the slice's copy up to date. Mutants of files that haven't changed keep their results."""
    work, (modules, tests) = WORK / slice_, SLICES[slice_]
    work.mkdir(parents=True, exist_ok=True)
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    built = [*ROOT.glob("frontend/dist/**/*"), *ROOT.glob("lettersai/locale/**/*.mo")]
    tests_changed = False
    for name in [*listed.split("\0")[:-1], *(str(file.relative_to(ROOT)) for file in built)]:
        source, copy = ROOT / name, work / name
        if source.is_file() and not (copy.exists() and copy.read_bytes() == source.read_bytes()):
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, copy)
            (work / "mutants" / name).unlink(missing_ok=True)
            tests_changed |= name.startswith("tests/")
    if tests_changed:
        retry_survivors(work, modules)
    config = configparser.ConfigParser()
    config["mutmut"] = {
        "source_paths": "\n".join(PACKAGES),
        "only_mutate": "\n".join(modules),
        "also_copy": "\n".join(["manage.py", "frontend/dist", "docs"]),
        "pytest_add_cli_args": "\n".join(PYTEST),
        "pytest_add_cli_args_test_selection": "\n".join(tests),
        "use_git_change_detection": "false",
        "mutate_only_covered_lines": "false",
    }
    with (work / "setup.cfg").open("w") as file:
        config.write(file)


def retry_survivors(work: Path, modules: list[str]) -> None:
    """Forget which mutants survived, and which tests reach what: a new test may kill them. mutmut doesn't notice."""
    (work / "mutants" / "mutmut-stats.json").unlink(missing_ok=True)
    for module in modules:
        file = work / "mutants" / f"{module}.meta"
        if file.exists():
            found = json.loads(file.read_text())
            codes = found["exit_code_by_key"]
            found["exit_code_by_key"] = {name: code if code in KILLED else None for name, code in codes.items()}
            file.write_text(json.dumps(found))


def run(slice_: str, seconds: float) -> None:
    """Try the mutants that haven't been tried, on two cores, for at most so many seconds."""
    command = [sys.executable, "-m", "mutmut", "run", "--max-children", os.environ.get("CHILDREN", "2")]
    environment = {**os.environ, "TEST_DATABASE": str(WORK / "test.sqlite3")}
    try:
        subprocess.run(command, cwd=WORK / slice_, env=environment, timeout=seconds)
    except subprocess.TimeoutExpired:
        print("The time is up: call again to go on.")


def results() -> Iterator[tuple[str, dict[str, int | None]]]:
    """Each module with the exit codes of its mutants; None of those that haven't been tried."""
    for slice_, (modules, _) in SLICES.items():
        for module in modules:
            file = WORK / slice_ / "mutants" / f"{module}.meta"
            if file.exists():
                yield module, json.loads(file.read_text())["exit_code_by_key"]


def explained() -> set[str]:
    """The mutants that survivors.txt gives a reason for."""
    lines = SURVIVORS.read_text().splitlines()
    return {line.split(maxsplit=1)[0] for line in lines if line and not line.startswith("#")}


def report() -> int:
    """Print a row for each module; the exit code of the whole."""
    failed, known = False, explained()
    print(f"{'':42}{'mutants':>8}{'killed':>8}{'survived':>9}{'untried':>8}")
    for module, codes in results():
        count = Counter(
            "untried" if code is None else "killed" if code in KILLED else "survived" for code in codes.values()
        )
        tried = count["killed"] + count["survived"]
        share = count["killed"] / tried if tried else 0
        print(f"{module:42}{len(codes):8}{count['killed']:8}{count['survived']:9}{count['untried']:8}  {share:.0%}")
        unknown = [name for name, code in codes.items() if code not in {None, *KILLED} and name not in known]
        for name in unknown:
            print(f"    {name}{' has no test' if codes[name] in NO_TESTS else ''}")
        failed |= bool(count["untried"] or unknown or share < LEAST)
    return int(failed)


if __name__ == "__main__":
    end = time.monotonic() + HOURS * 3600
    for name in sys.argv[1:] or SLICES:
        if (left := end - time.monotonic()) > 0:
            prepare(name)
            run(name, left)
    sys.exit(report())
