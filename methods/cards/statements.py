"""A statement: one thing a model's authors say about its training, and where they say it."""

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class Value:
    """What one line says about one field, before it is tied to a model.

    `number` is in the field's unit (see `UNITS`), `category` holds accelerator ids and country
    codes. Both are null when the words were seen but cannot be read safely. `scope` is
    family_total where the figure covers several models.
    """

    field: str
    text: str
    unit: str
    number: float | None = None
    category: str | None = None
    scope: str = "this_model"


UNITS = {
    "accelerator": "none",
    "accelerator_count": "count",
    "num_devices": "count",
    "wall_hours": "hours",
    "accelerator_hours": "hours",
    "emissions_kgco2e": "kgco2e",
    "energy_kwh": "kwh",
    "grid_g_per_kwh": "g_per_kwh",
    "pue": "ratio",
    "region": "none",
    "training_tokens": "count",
    "dataset_tokens": "count",
    "training_samples": "count",
    "epochs": "count",
    "steps": "count",
    "global_batch_size": "count",
    "global_batch_tokens": "count",
    "batch_size_per_device": "count",
    "gradient_accumulation_steps": "count",
    "sequence_length": "count",
    "training_flop": "flop",
    "parameters": "count",
    "active_parameters": "count",
}
"""Every figure, accelerator and place a statement can tell, with the unit of its number."""

METHODS = ("optimizer", "training_precision", "gradient_checkpointing", "disclosure_basis")
"""What statements tell of how a model was trained: words, of which nobody asks annotators."""

SCHEMA = pl.Schema(
    {
        "model_id": pl.String(),
        "field": pl.String(),
        "value_text": pl.String(),
        "value_number": pl.Float64(),
        "value_category": pl.String(),
        "unit": pl.String(),
        "scope": pl.String(),
        "source_kind": pl.String(),
        "rule": pl.String(),
        "confidence": pl.Float64(),
        "evidence": pl.String(),
        "evidence_start": pl.Int64(),
        "evidence_end": pl.Int64(),
    }
)
"""One row per statement. Offsets are characters into the card, null for metadata."""
