"""Mutation testing with mutmut: make mutate

Works on a copy of the project in var/mutation, where mutmut keeps its results: a second call goes on where the first
one stopped, and tries again only what has changed since. Ends with an error if less than 90 % of the mutants of a
module are killed, or if survivors.txt doesn't explain a survivor. The argument is a pattern for mutants: those of one
module have names like "ml.form.*".
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
MODULES = [
    "ml/legibility.py",
    "ml/form.py",
    "ml/calibrate.py",
    "ml/recognizer.py",
    "ml/ink.py",
    "accounts/models/plan.py",
    "accounts/progress/tally.py",
    "accounts/transfer/importing/__init__.py",
    "accounts/transfer/importing/account.py",
    "accounts/transfer/importing/archive.py",
    "accounts/transfer/importing/attempts.py",
    "accounts/transfer/importing/values.py",
    "characters/wiktionary.py",
    "scoring/parsers.py",
]
#: Each takes seconds: no browser, no server, no network. mutmut finds out which of them reach a function.
TESTS = [
    "tests/ml/test_legibility.py",
    "tests/ml/test_form.py",
    "tests/ml/test_ink.py",
    "tests/accounts/test_plan.py",
    "tests/accounts/test_tally.py",
    "tests/accounts/test_export.py",
    "tests/characters/test_wiktionary.py",
    "tests/scoring/test_batch.py",
]
PACKAGES = ["lettersai", "accounts", "scoring", "characters", "ml"]
PYTEST = ["-p", "tests.mutation.database", "-p", "no:cacheprovider", "-p", "no:randomly", "--no-header"]
HOURS = 2
LEAST = 0.9
#: Of mutmut's exit codes: the tests failed, or took too long.
KILLED = {1, 3, 36, 24, -24, 152, 255}
SURVIVED = {0}
NO_TESTS = {5, 33}


def prepare() -> None:
    """Bring the copy up to date. Files that haven't changed keep their times, and their mutants their results."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    built = [*ROOT.glob("frontend/dist/**/*"), *ROOT.glob("lettersai/locale/**/*.mo")]
    for name in [*listed.split("\0")[:-1], *(str(file.relative_to(ROOT)) for file in built)]:
        source, copy = ROOT / name, WORK / name
        if source.is_file() and not (copy.exists() and copy.read_bytes() == source.read_bytes()):
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, copy)
            if Path(name).parts[0] not in (*PACKAGES, "tests"):
                continue
            shutil.rmtree(WORK / "mutants" / name, ignore_errors=True)
            (WORK / "mutants" / name).unlink(missing_ok=True)
    config = configparser.ConfigParser()
    config["mutmut"] = {
        "source_paths": "\n".join(PACKAGES),
        "only_mutate": "\n".join(MODULES),
        "also_copy": "\n".join(["manage.py", "frontend/dist", "docs"]),
        "pytest_add_cli_args": "\n".join(PYTEST),
        "pytest_add_cli_args_test_selection": "\n".join(TESTS),
        "use_git_change_detection": "false",
        "mutate_only_covered_lines": "false",
    }
    with (WORK / "setup.cfg").open("w") as file:
        config.write(file)


def run(patterns: list[str]) -> None:
    """Try the mutants that haven't been tried, on two cores, until the time is up."""
    command = [sys.executable, "-m", "mutmut", "run", "--max-children", os.environ.get("CHILDREN", "2"), *patterns]
    environment = {**os.environ, "TEST_DATABASE": str(WORK / "test.sqlite3"), "PYTHONPATH": ""}
    begun = time.monotonic()
    try:
        subprocess.run(command, cwd=WORK, env=environment, timeout=HOURS * 3600)
    except subprocess.TimeoutExpired:
        print(f"Stopped after {HOURS} hours: call again to go on.")
    print(f"{(time.monotonic() - begun) / 60:.0f} minutes")


def results() -> Iterator[tuple[str, dict[str, int | None]]]:
    """Each module with the exit codes of its mutants; None of those that haven't been tried."""
    for module in MODULES:
        file = WORK / "mutants" / f"{module}.meta"
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
    WORK.mkdir(parents=True, exist_ok=True)
    prepare()
    run(sys.argv[1:])
    sys.exit(report())
