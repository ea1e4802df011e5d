"""The shipped model bundle. Only these tests and those of the whole site load it."""

import io
import json
import os
import shutil
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from ml import photo, raster
from ml.legibility import default_groups
from ml.strokes import references
from tests.conftest import SHARED_DATA
from tests.ml.test_raster import small
from tests.support.drawings import png_of
from tests.support.site import ROOT

BUNDLE = ROOT / "ml" / "bundle"
SCANNED = list("あがぬぱふアシンヅ永7g")

pytestmark = pytest.mark.timeout(600)  # the evaluation of all references


@pytest.fixture(scope="module")
def scorer():
    from ml.scorer import Scorer

    return Scorer.load(BUNDLE)


@pytest.fixture(scope="module")
def evaluation(tmp_path_factory):
    """The report of the evaluation command on the references, a short ladder, and images of some references."""
    folder = tmp_path_factory.mktemp("evaluation")
    out, scans = folder / "out.json", folder / "scans.npz"
    written = [
        np.asarray(Image.open(io.BytesIO(png_of(character, size=84, pen=5))).convert("L")) for character in SCANNED
    ]
    np.savez(scans, images=np.stack(written), characters=np.array(SCANNED))
    what = ["--references", "--ladder", "100", "--images", str(scans), "--json", str(out)]
    subprocess.run([sys.executable, "-m", "ml.evaluate", *what], cwd=ROOT, check=True)
    return json.loads(out.read_text())


def test_images_are_evaluated_as_a_separate_source(evaluation):
    figures = evaluation["by_source"]["images/scans"]
    assert (figures["n"], figures["top1_pooled_script"]) == (len(SCANNED), 1)
    assert figures["top1_pooled"] >= 0.9


def test_the_bundle_is_small_and_names_its_sources():
    about = json.loads((BUNDLE / "bundle.json").read_text("utf-8"))
    files = {file.name: file.stat().st_size for file in BUNDLE.iterdir()}
    assert files.pop("words.npz") <= 8_000_000
    assert sum(files.values()) <= 12_000_000
    assert about["sources"]
    assert about["metrics"]["n"] > 1000
    assert (BUNDLE / "characters.txt").read_text("utf-8").split() == list(references())


def test_every_reference_is_read_as_itself_and_scores_high(evaluation):
    figures = evaluation["references"]
    assert (figures["n"], figures["own_top1_pooled"]) == (3175, 1)
    assert figures["score_min"] >= 95


def test_scores_fall_with_distortion_and_ignore_size_and_position(evaluation):
    assert evaluation["ladder"]["spearman"] <= -0.95
    assert evaluation["invariance"]["p99"] <= 3
    assert evaluation["invariance"]["images_largest"] <= 10


@pytest.mark.skipif(not SHARED_DATA.exists(), reason="needs the validation data beside the repository")
def test_real_ink_is_read_at_least_as_well_as_by_the_trial_model(tmp_path):
    out = tmp_path / "out.json"
    command = [sys.executable, "-m", "ml.evaluate", "--ink", str(SHARED_DATA / "real_ink.jsonl.gz"), "--json", str(out)]
    subprocess.run(command, cwd=ROOT, check=True)
    by_source = json.loads(out.read_text())["by_source"]
    assert by_source["kanjicanvas"]["top1_pooled"] >= 0.995
    assert by_source["omniglot/Japanese_(katakana)"]["top1_pooled"] >= 0.85
    assert by_source["omniglot/Latin"]["top1_pooled"] >= 0.90


def test_the_backends_for_serving_and_training_agree(scorer):
    import keras  # loading the scorer has chosen its backend

    assert keras.backend.backend() == "openvino"
    images = np.stack([raster.ink_image(strokes) for strokes in list(references().values())[::50]])
    served, trained = scorer._recognizer.logits(images), logits_of_tensorflow()
    assert np.array_equal(served.argmax(axis=1), trained.argmax(axis=1))
    # OpenVINO computes with half precision where the processor supports it.
    assert np.quantile(np.abs(served - trained), 0.99) < 0.5


def logits_of_tensorflow() -> np.ndarray:
    """Logits of every fiftieth reference, computed by another process: Keras has one backend in each."""
    program = (
        "import json; from pathlib import Path; import numpy as np; from ml import bundle, raster;"
        "from ml.recognizer import Recognizer; from ml.strokes import references;"
        "images = np.stack([raster.ink_image(strokes) for strokes in list(references().values())[::50]]);"
        "print(json.dumps(Recognizer(bundle.read(Path('ml/bundle'))).logits(images).tolist()))"
    )
    command = [sys.executable, "-c", program]
    ran = subprocess.run(
        command, cwd=ROOT, check=True, capture_output=True, env=os.environ | {"KERAS_BACKEND": "tensorflow"}
    )
    return np.array(json.loads(ran.stdout.splitlines()[-1]))


def test_an_image_scores_the_same_alone_and_in_a_batch(scorer):
    images = [raster.ink_image(references()[character]) for character in "永あア7"]
    groups = default_groups()
    together = scorer.score(images, ["永"] * 4, groups, [()] * 4)
    for image, result in zip(images, together, strict=True):
        [alone] = scorer.score([image], ["永"], groups, [()])
        assert alone.candidates[0].character == result.candidates[0].character
        assert alone.legibility == pytest.approx(result.legibility, abs=1)


@pytest.mark.parametrize("character", ["永", "あ", "ア", "R", "7", "口"])
@pytest.mark.parametrize(
    "look", [{}, {"ink": "white", "ground": "black"}, {"size": 900, "pen": 40}, {"size": 100, "pen": 2}]
)
def test_an_image_scores_high_at_any_size_pen_width_and_colours(scorer, character, look):
    image = raster.photo_image(photo.read(png_of(character, **look)))
    [result] = scorer.score([image], [character], default_groups(), [()])
    assert result.legibility >= 80


@pytest.mark.parametrize(("pen", "character"), [(34, c) for c in "あめアホRB木日"] + [(42, c) for c in "あめホB8"])
def test_an_image_by_a_thick_marker_scores_high(scorer, pen, character):
    image = raster.photo_image(photo.read(png_of(character, size=300, pen=pen)))
    [result] = scorer.score([image], [character], default_groups(), [()])
    assert result.legibility >= 80


@pytest.mark.parametrize("character", list("abgpq8"))
def test_a_small_scan_by_a_thick_pen_is_legible(scorer, character):
    [result] = scorer.score([raster.photo_image(small(character, 4.5))], [character], default_groups(), [()])
    assert result.legibility >= 70


def test_lookalikes_share_a_candidate_only_if_they_are_grouped(scorer):
    image = raster.ink_image(references()["口"])
    [pooled] = scorer.score([image], ["口"], default_groups(), [()])
    [single] = scorer.score([image], ["口"], {}, [()])
    assert (pooled.candidates[0].character, pooled.candidates[0].lookalikes) == ("口", ["ロ"])
    assert {candidate.character for candidate in single.candidates[:2]} == {"口", "ロ"}
    assert pooled.legibility > single.legibility


def test_a_scribble_is_unknown_and_scores_low_for_any_target(scorer):
    rng = np.random.default_rng(1)
    scribbles = [raster.ink_image([rng.uniform(0, 100, (60, 2)).astype(np.float32)]) for _ in range(20)]
    targets = list("永あア木R7口人山川") * 2
    scored = scorer.score(scribbles, targets, default_groups(), [()] * 20)
    assert max(result.legibility or 0 for result in scored) <= 10
    assert sum(not result.known for result in scored) >= 19


def test_only_characters_of_the_chosen_scripts_are_candidates(scorer):
    image = raster.ink_image(references()["口"])
    [kana] = scorer.score([image], [None], default_groups(), [["kana"]])
    assert (kana.candidates[0].character, kana.candidates[0].lookalikes) == ("ロ", [])
    assert all("ぁ" <= candidate.character <= "ン" for candidate in kana.candidates)
    [named] = scorer.score([image], ["日"], default_groups(), [["口", "日"]])
    assert {candidate.character for candidate in named.candidates} == {"口", "日"}
    assert (named.legibility or 0) <= 10


def test_ink_that_fits_no_character_of_the_chosen_scripts_scores_low(scorer):
    [result] = scorer.score([raster.ink_image(references()["欝"])], ["あ"], default_groups(), [["hiragana"]])
    assert (result.legibility or 0) <= 10


@pytest.mark.parametrize("character", ["一", "十", "千", "I", "l", "口", "ロ", "0", "へ"])
def test_the_simplest_characters_score_high(scorer, character):
    [result] = scorer.score([raster.ink_image(references()[character])], [character], default_groups(), [()])
    assert (result.legibility or 0) >= 90


@pytest.mark.parametrize("file", ["model.keras", "bundle.json", "characters.txt", "baselines.txt"])
def test_a_bundle_without_one_of_its_files_is_refused(tmp_path, file):
    from ml.bundle import BundleError, read

    folder = shutil.copytree(BUNDLE, tmp_path / "bundle")
    (folder / file).unlink()
    with pytest.raises(BundleError, match="can't be read"):
        read(folder)


def test_an_inconsistent_bundle_is_refused(tmp_path):
    from ml.bundle import BundleError, read

    folder = shutil.copytree(BUNDLE, tmp_path / "bundle")
    (folder / "characters.txt").write_text("永\n", "utf-8")
    with pytest.raises(BundleError, match="1 characters"):
        read(folder)
