"""Statements that cards and card heads make, read by `methods.cards`."""

from methods.cards.aliases import Aliases
from methods.cards.hardware import GENERIC_KINDS
from methods.cards.reader import read_cards
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
    return read_cards(dbt.ref("stg_hub__cards").pl(), vocabulary)
