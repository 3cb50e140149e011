"""Hours, devices, tokens and emissions in the languages that cards are written in."""

import polars as pl
import pytest

from methods.cards.card import Vocabulary
from methods.cards.reader import read_cards

A100S = {"accelerator": "A100", "accelerator_count": 8, "wall_hours": 72}


def told(card: str, vocabulary: Vocabulary) -> dict[str, object]:
    cards = pl.DataFrame({"model_id": ["a/b"], "content": [card], "card_data": ["{}"]})
    return {
        row["field"]: row["value_category"] or row["value_number"]
        for row in read_cards(cards, vocabulary).iter_rows(named=True)
    }


@pytest.mark.parametrize(
    ("card", "expected"),
    [
        ("模型使用8张A100训练了3天。", A100S),
        ("训练时间：36小时", {"wall_hours": 36}),
        ("该模型在 4 块 V100 上训练了 20 个小时。", {"accelerator_count": 4, "wall_hours": 20}),
        ("训练过程的碳排放量为 12.5 千克 CO2。", {"emissions_kgco2e": 12.5}),
        ("このモデルは8枚のA100で3日間学習しました。", A100S),
        ("学習時間: 12時間", {"wall_hours": 12}),
        ("学習によるCO2排出量は 4.2 kg です。", {"emissions_kgco2e": 4.2}),
        ("이 모델은 A100 8장으로 3일 동안 학습했습니다.", A100S),
        (
            "학습 시간: 12시간\n\n학습에 사용한 GPU: RTX 3090",
            {"accelerator": "RTX3090", "wall_hours": 12},
        ),
        ("학습 과정의 탄소 배출량: 3.5 kg CO2", {"emissions_kgco2e": 3.5}),
        ("Le modèle a été entraîné pendant 3 jours sur 8 GPU A100.", A100S),
        ("L'entraînement a duré 48 heures sur une seule V100.", {"wall_hours": 48}),
        ("Émissions de l'entraînement : 15,2 kg de CO2.", {"emissions_kgco2e": 15.2}),
        ("Le modèle a été entraîné sur 20 milliards de tokens.", {"training_tokens": 20e9}),
        ("Das Modell wurde 3 Tage auf 8 A100 GPUs trainiert.", A100S),
        ("Trainingsdauer: 36 Stunden", {"wall_hours": 36}),
        ("Die Emissionen des Trainings betragen 2,5 kg CO2.", {"emissions_kgco2e": 2.5}),
        ("Das Modell wurde auf 20 Milliarden Tokens trainiert.", {"training_tokens": 20e9}),
        ("El modelo fue entrenado durante 3 días en 8 GPUs A100.", A100S),
        ("Tiempo de entrenamiento: 36 horas", {"wall_hours": 36}),
        ("Las emisiones del entrenamiento fueron de 2,5 kg de CO2.", {"emissions_kgco2e": 2.5}),
        ("El modelo fue entrenado con 20 mil millones de tokens.", {"training_tokens": 20e9}),
        ("O modelo foi treinado por 3 dias em 8 GPUs A100.", A100S),
        ("Tempo de treinamento: 36 horas", {"wall_hours": 36}),
        ("As emissões do treinamento foram de 2,5 kg de CO2.", {"emissions_kgco2e": 2.5}),
        ("O modelo foi treinado com 20 bilhões de tokens.", {"training_tokens": 20e9}),
        ("Модель обучалась 3 дня на 8 GPU A100.", A100S),
        ("Время обучения: 36 часов", {"wall_hours": 36}),
        ("Выбросы при обучении составили 2,5 кг CO2.", {"emissions_kgco2e": 2.5}),
        ("Модель обучена на 20 млрд токенов.", {"training_tokens": 20e9}),
    ],
)
def test_a_card_tells_the_same_in_any_language(
    card: str, expected: dict[str, object], vocabulary: Vocabulary
) -> None:
    found = told(card, vocabulary)
    assert {field: found.get(field) for field in expected} == expected
