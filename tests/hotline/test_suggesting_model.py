"""The model that suggests categories: what trains it and what uses it agree, and the web never loads what trains it."""

import subprocess
import sys

import numpy as np
import pytest
from numpy.testing import assert_allclose

from hotline.suggesting import figures, grams, rolling, training
from hotline.suggesting.model import UnreadableModel, load, softmax
from hotline.suggesting.training import Example, Part

WORDS = {
    "H10": ("路灯不亮", "井盖丢失", "路面坑洼", "下水堵塞"),
    "H11": ("拖欠工资", "社保断缴", "劳动合同", "工伤认定"),
    "H12": ("学校招生", "幼儿园收费", "教师补课", "学区划分"),
}
PLACES = ("东门桥", "南池巷", "兴隆花园", "运河路", "玉堂里", "古槐院", "任兴街")
WISHES = ("请尽快处理", "麻烦派人看看", "希望给个说法", "多次反映没有结果")


def examples() -> list[Example]:
    return [
        Example(grams.join(f"{place}{word}", f"{place}附近{word}，{wish}。"), label)
        for label, words in WORDS.items()
        for word in words
        for place in PLACES
        for wish in WISHES
    ]


@pytest.fixture(scope="module")
def trained():
    return training.train(examples())


def test_the_arrays_give_the_probabilities_of_scikit_learn(trained):
    """Its own reading of texts, weighting and linear scores, over the same n-grams, weights and temperature."""
    from scipy import special
    from sklearn.feature_extraction.text import TfidfVectorizer

    model = trained.model
    texts = [one.text for one in trained.held_out]
    spelled = [grams.spelled(code) for code in model.grams]
    vectors = TfidfVectorizer(
        analyzer="char", ngram_range=(1, 3), vocabulary=spelled, sublinear_tf=True, preprocessor=grams.normal
    )
    vectors.idf_ = model.idf.astype(float)
    scores = vectors.transform(texts) @ model.weights.astype(float) + model.intercepts
    ours = np.vstack([load(model.dump()).probabilities(text) for text in texts])
    assert_allclose(ours, special.softmax(scores / model.temperature, axis=1), atol=2e-3)
    assert_allclose(ours.sum(axis=1), 1, atol=1e-5)


def test_calibrated_confidence_is_that_of_scikit_learn():
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.datasets import make_classification
    from sklearn.frozen import FrozenEstimator
    from sklearn.linear_model import SGDClassifier

    points, right = make_classification(600, 12, n_informative=8, n_classes=3, flip_y=0.1, random_state=5)
    machine = SGDClassifier(loss="hinge", random_state=1).fit(points[:300], right[:300])
    theirs = CalibratedClassifierCV(FrozenEstimator(machine), method="temperature").fit(points[300:], right[300:])
    scores = machine.decision_function(points[300:]).astype(np.float32)
    temperature = training._temperature(scores, list(map(int, right[300:])))
    assert_allclose(softmax(scores, temperature), theirs.predict_proba(points[300:]), atol=0.01)


def test_importing_the_hotline_and_suggesting_loads_nothing_that_trains(trained, tmp_path):
    artefact = tmp_path / "model"
    artefact.write_bytes(trained.model.dump())
    code = f"""
import os, pathlib, sys, django
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
django.setup()
import governance.urls
from hotline.suggesting import keeping, model, offering, training
assert model.load(pathlib.Path({str(artefact)!r}).read_bytes()).best("东门桥路灯不亮")
print([name for name in sys.modules if name.split(".")[0] in ("sklearn", "scipy", "joblib")])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_it_suggests_three_and_the_right_one_first(trained):
    guesses = trained.model.best(grams.join("", "我们楼下的井盖丢失好几天了"))
    assert len(guesses) == 3
    assert guesses[0].label == "H10"
    assert guesses[0].confidence > guesses[1].confidence >= guesses[2].confidence


@pytest.mark.parametrize("text", ["", "   ", "ok", "Где мой паспорт?", "\x00\ud800"])
def test_it_says_nothing_of_what_it_does_not_know(trained, text):
    assert trained.model.best(text) == []


def test_thirty_thousand_characters_take_no_longer_than_the_first_of_them(trained):
    long = "东门桥井盖丢失。" * 4000
    assert trained.model.best(long)[0].label == "H10"
    assert len(grams.normal(long)) == grams.MAX_CHARACTERS


def test_the_figures_tell_of_messages_that_were_not_trained_on(trained):
    told = trained.figures
    assert told["held_out"] == len(trained.held_out) == sum(part_is(one, Part.HOLD_OUT) for one in examples())
    assert told["trained"] + told["held_out"] == told["rows"] == len(examples())
    assert told["top3"] >= told["top1"] > told["always_commonest"]
    assert {row["label"] for row in told["labels"]} == set(WORDS)


def part_is(one: Example, part: Part) -> bool:
    return training.part_of(one.text) == part


def test_a_message_falls_on_the_same_side_in_every_training():
    """However it is spaced and numbered: a model trained before never saw what a later one is measured on."""
    assert training.part_of("路灯 12 号不亮") == training.part_of("路灯\t77\n号不亮 ")
    parts = {training.part_of(f"第{text}号路灯".replace("0", "零")) for text in "一二三四五六七八九十甲乙丙丁"}
    assert Part.TRAIN in parts and len(parts) > 1  # noqa: PT018


def test_a_category_with_too_few_messages_is_left_out_and_its_messages_count_as_missed():
    rare = [Example(f"宗教场所登记{sign}", "H13") for sign in "甲乙丙"]
    told = training.train([*examples(), *rare])
    missed = {row["label"]: row for row in told.figures["labels"]}.get("H13", {"held_out": 0, "top3": None})
    assert "H13" not in told.model.labels
    assert told.figures["left_out"].get("H13", 0) + missed["held_out"] == len(rare)
    assert not missed["top3"]


def test_too_few_messages_make_no_model():
    with pytest.raises(training.NotEnough):
        training.train(examples()[:20])
    with pytest.raises(training.NotEnough):
        training.train([one for one in examples() if one.label == "H10"])


def test_two_categories_train_as_well_as_many():
    two = training.train([one for one in examples() if one.label != "H12"])
    assert two.model.probabilities("井盖丢失").sum() == pytest.approx(1)
    assert two.model.best(grams.join("井盖丢失", "东门桥井盖丢失"))[0].label == "H10"


def test_the_floor_lies_where_the_first_is_wrong_more_often_than_right():
    sure = np.linspace(0.34, 0.99, 200, dtype=np.float32)
    likely = np.stack([sure, 1 - sure], axis=1)
    truth = ["b" if one < 0.6 else "a" for one in sure]
    assert figures.choose_floor(truth, likely, ("a", "b")) > 0.6


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04junk", b"\x93NUMPY", b"x" * 100])
def test_bytes_that_are_no_model_are_refused(content):
    with pytest.raises(UnreadableModel):
        load(content)


def test_a_model_whose_parts_do_not_fit_is_refused(trained):
    from dataclasses import replace

    with pytest.raises(UnreadableModel, match="fit"):
        load(replace(trained.model, idf=trained.model.idf[:-1]).dump())


def test_categories_with_few_messages_are_trained_under_the_one_above():
    parents = {"H10": "H", "H1001": "H10", "H1002": "H10", "H100201": "H1002", "H11": "H"}
    codes = ["H1001"] * 40 + ["H1002"] * 5 + ["H100201"] * 4 + ["H11"] * 3
    label = rolling.rolled_up(codes, parents, "H")
    assert label == {"H1001": "H1001", "H1002": "H10", "H100201": "H10", "H11": "H11"}
    assert rolling.first_level("H100201", parents, "H") == "H10"
