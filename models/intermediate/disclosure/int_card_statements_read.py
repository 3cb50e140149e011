"""Statements that cards and card heads make, read by `methods.cards`."""

import polars as pl

from methods.cards.aliases import Aliases
from methods.cards.hardware import GENERIC_KINDS
from methods.cards.reader import CARDS_AT_A_TIME, read_cards
from methods.cards.statements import SCHEMA
from methods.cards.template import Vocabulary


def model(dbt, session):
    dbt.config(materialized="table")
    accelerators = dbt.ref("accelerator_aliases").pl()
    places = dbt.ref("place_aliases").pl()
    pods = dbt.ref("accelerators").filter("pod_suffix_unit = 'cores'").pl()
    vocabulary = Vocabulary(
        accelerators=Aliases(
            dict(accelerators.select("alias", "accelerator_id").iter_rows()), GENERIC_KINDS
        ),
        places=Aliases(dict(places.select("alias", "country_code").iter_rows())),
        cores_per_chip=dict(pods.select("accelerator_id", "cores_per_chip").iter_rows()),
    )
    cards = dbt.ref("stg_hub__cards").project("model_id, content, card_data")
    # In batches: all cards of the Hub are larger than memory, what they state is not.
    batches = cards.to_arrow_reader(CARDS_AT_A_TIME)
    read = (read_cards(pl.from_arrow(batch), vocabulary) for batch in batches)
    return pl.concat([pl.DataFrame(schema=SCHEMA), *read])
