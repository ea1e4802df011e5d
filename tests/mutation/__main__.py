"""Mutation testing with mutmut: make mutate

It changes copies of the project in var/mutation, where mutmut keeps its results: a second call continues where the
first one stopped, and tries again only what has changed since. It fails if the tests kill less than 90 % of a module's
mutants, or if survivors.txt doesn't explain a survivor. The arguments are names of slices; by default all run.
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
from contextlib import chdir
from fnmatch import fnmatchcase
from pathlib import Path

from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.utils.format_utils import orig_function_and_class_names_from_key

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / "var" / "mutation"
#: The migrated database with the catalogue, with which the tests start; see plugin.py.
DATABASE = WORK / "test.sqlite3"
SURVIVORS = Path(__file__).with_name("survivors.txt")
#: Modules that are mutated together, and their tests, which need no browser, server or network.
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
    "form": (
        ["ml/form.py", "ml/matching.py"],
        [
            "tests/ml/test_form.py",
            "tests/ml/test_endings.py",
            "tests/ml/test_accepted.py",
            # Judges a thousand shapes, which takes longer than all the other tests.
            "--deselect=tests/ml/test_accepted.py::"
            "test_at_most_three_in_a_hundred_accepted_orders_and_variants_get_a_remark",
        ],
    ),
    "plan": (
        ["accounts/models/plan.py", "accounts/models/memory.py", "accounts/models/word_reviews.py"],
        [
            "tests/accounts/test_first_run.py",
            "tests/accounts/test_plan.py",
            "tests/accounts/test_plan_counts.py",
            "tests/accounts/test_reminders.py",
            "tests/accounts/test_words.py",
        ],
    ),
    "tally": (["accounts/progress/tally.py"], ["tests/accounts/test_tally.py"]),
    "importing": (
        [
            "accounts/transfer/importing/__init__.py",
            "accounts/transfer/importing/account.py",
            "accounts/transfer/importing/archive.py",
            "accounts/transfer/importing/attempts.py",
            "accounts/transfer/importing/lines.py",
            "accounts/transfer/importing/values.py",
            "scoring/parsers.py",
        ],
        [
            "tests/accounts/test_import_account.py",
            "tests/accounts/test_import_archive.py",
            "tests/accounts/test_import_attempts.py",
            "tests/accounts/test_import_lines.py",
            "tests/accounts/test_import_run.py",
            "tests/accounts/test_import_values.py",
            "tests/accounts/test_transfer_lines.py",
            "tests/scoring/test_parsers.py",
        ],
    ),
    "wiktionary": (
        ["characters/wiktionary/dump.py", "characters/wiktionary/facts.py"],
        [
            "tests/characters/test_wiktionary.py",
            "tests/characters/test_wiktionary_forms.py",
            "tests/characters/test_wiktionary_pages.py",
        ],
    ),
}
PACKAGES = ["lettersai", "accounts", "scoring", "characters", "ml"]
PYTEST = ["-p", "tests.mutation.plugin", "-p", "no:cacheprovider", "--timeout=0", "--no-header"]
MINUTES = float(os.environ.get("MINUTES", "120"))
#: Smallest fraction of a module's mutants that the tests must kill.
LEAST = 0.9
#: Exit codes in mutmut's results: the tests failed, or took too long.
KILLED = {1, 3, 36, 24, -24, 152, 255}
NO_TESTS = {5, 33}


def prepare(slice_: str) -> None:
    """Update the slice's copy of the project. Mutants of unchanged files keep their results."""
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
            tests_changed |= name.startswith("tests/") and source != SURVIVORS
            if "/migrations/" in name or name.endswith(("catalogue.py", ".csv")):
                DATABASE.unlink(missing_ok=True)
                shutil.rmtree(DATABASE.with_suffix(".d"), ignore_errors=True)
    if tests_changed:
        retry_survivors(work, modules)
    config = configparser.ConfigParser()
    config["mutmut"] = {
        "source_paths": "\n".join(PACKAGES),
        "only_mutate": "\n".join(modules),
        "also_copy": "\n".join(["manage.py", "frontend/dist", "docs"]),
        "pytest_add_cli_args": "\n".join(PYTEST),
        "pytest_add_cli_args_test_selection": "\n".join(tests),
        "timeout_constant": "2",
        "timeout_multiplier": "5",
        "use_git_change_detection": "false",
        "mutate_only_covered_lines": "false",
    }
    with (work / "setup.cfg").open("w") as file:
        config.write(file)


def retry_survivors(work: Path, modules: list[str]) -> None:
    """Delete the results of survivors and mutmut's record of which test covers what: mutmut ignores changed tests."""
    (work / "mutants" / "mutmut-stats.json").unlink(missing_ok=True)
    for module in modules:
        file = work / "mutants" / f"{module}.meta"
        if file.exists():
            found = json.loads(file.read_text())
            codes = found["exit_code_by_key"]
            found["exit_code_by_key"] = {name: code if code in KILLED else None for name, code in codes.items()}
            file.write_text(json.dumps(found))


def run(slice_: str, seconds: float) -> None:
    """Try the mutants without a result for at most `seconds`, in as many processes as the variable CHILDREN says."""
    command = [sys.executable, "-m", "mutmut", "run", "--max-children", os.environ.get("CHILDREN", "2")]
    environment = {**os.environ, "TEST_DATABASE": str(DATABASE)}
    try:
        subprocess.run(command, cwd=WORK / slice_, env=environment, timeout=seconds)
    except subprocess.TimeoutExpired:
        print("Time limit reached. Call again to continue.")


def results() -> Iterator[tuple[str, str, dict[str, int | None]]]:
    """Each slice and module with the exit codes of its mutants; None for a mutant that hasn't been tried."""
    for slice_, (modules, _) in SLICES.items():
        for module in modules:
            file = WORK / slice_ / "mutants" / f"{module}.meta"
            if file.exists():
                yield slice_, module, json.loads(file.read_text())["exit_code_by_key"]


def explanations() -> list[tuple[str, str]]:
    """The lines of survivors.txt: a pattern of functions, and code that the mutants of these have."""
    lines = [line for line in SURVIVORS.read_text().splitlines() if line and not line.startswith("#")]
    return [(pattern, code) for pattern, _, code in (line.partition("  ") for line in lines)]


def unexplained(slice_: str, module: str, names: list[str]) -> Iterator[tuple[str, str]]:
    """The mutants of the module's survivors `names` that survivors.txt doesn't explain, each with its changed lines."""
    with chdir(WORK / slice_):
        for name in names:
            function, class_ = orig_function_and_class_names_from_key(name)
            full_name = ".".join(filter(None, [module.removesuffix(".py").replace("/", "."), class_, function]))
            lines = get_diff_for_mutant(name, path=module).splitlines()[2:]
            changed = [line[1:].strip() for line in lines if line.startswith("+")]
            changed = changed or ["without " + line[1:].strip() for line in lines if line.startswith("-")]
            known = (fnmatchcase(full_name, pattern) and code in " ".join(changed) for pattern, code in explanations())
            if not any(known):
                yield name, "\n".join(changed)


def report() -> int:
    """Print a row for each module. Returns 1 if a module misses the goal, has an unexplained survivor or is untried."""
    failed = False
    print(f"{'':42}{'mutants':>8}{'killed':>8}{'survived':>9}{'untried':>8}")
    for slice_, module, codes in results():
        count = Counter(
            "untried" if code is None else "killed" if code in KILLED else "survived" for code in codes.values()
        )
        tried = count["killed"] + count["survived"]
        fraction = count["killed"] / tried if tried else 0
        print(f"{module:42}{len(codes):8}{count['killed']:8}{count['survived']:9}{count['untried']:8}  {fraction:.1%}")
        survivors = [name for name, code in codes.items() if code not in {None, *KILLED}]
        unknown = list(unexplained(slice_, module, survivors))
        for name, changed in unknown:
            print(f"    {name}{' has no test' if codes[name] in NO_TESTS else ''}\n        {changed}")
        failed |= bool(count["untried"] or unknown or fraction < LEAST)
    return int(failed)


if __name__ == "__main__":
    end = time.monotonic() + MINUTES * 60
    for name in sys.argv[1:] or SLICES:
        if (left := end - time.monotonic()) > 0:
            prepare(name)
            run(name, left)
    sys.exit(report())
