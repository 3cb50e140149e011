"""Compare the headquarters in seeds/organizations.csv with two public tables.

    uv run python bench/places.py [../shared/data]

Interconnects' tracked models name a coarse region for each Hub namespace, Epoch AI a country for
each organisation, matched by name. It is a development check: the data is not part of the project,
and no other file depends on this one. Exit 1 on a disagreement that is not explained below; exit 2
when the data is missing.
"""

import csv
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data"

EXPLAINED = {
    "ai21labs": "based in Tel Aviv, with an office in the United States",
    "cerebras": "a company of the United States; Epoch AI counts its joint papers",
    "EleutherAI": "its institute is registered in the United States",
}
# Countries that Epoch AI writes otherwise than countries.csv.
NAMES = {"unitedstatesofamerica": "USA", "korearepublicof": "KOR", "hongkong": "HKG"}
NAMES |= {"unitedkingdomofgreatbritainandnorthernireland": "GBR", "taiwan": "TWN"}
REGIONS = {"china": {"CHN", "HKG"}, "us": {"USA"}, "unknown": {"unknown"}}


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def _letters(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub("[^a-z0-9]", "", plain.lower())


@click.command()
@click.argument("data", default=DATA, type=click.Path(path_type=Path))
def main(data: Path) -> None:
    """Say how many headquarters agree, and each that does not."""
    regions = data / "org_region" / "organization_regions.csv"
    models = data / "epoch" / "all_ai_models_2025_04.csv"
    if not (regions.exists() and models.exists()):
        click.echo(f"{regions} or {models} is missing; pass the folder that holds them", err=True)
        sys.exit(2)
    seeds = ROOT / "seeds"
    organizations = {row["author"]: row for row in _rows(seeds / "organizations.csv")}
    countries = list(_rows(seeds / "countries.csv"))
    european = {r["country_code"] for r in countries if r["region_code"] == "REGION_EUROPE"}
    codes = {_letters(r["country_name"]): r["country_code"] for r in countries} | NAMES

    disagreements = []
    checked = Counter()
    for row in _rows(regions):
        ours = organizations.get(row["hf_org"])
        if ours is None:
            checked["not listed"] += 1
            continue
        known = {"USA", "CHN", "HKG", "unknown"} | european
        agrees = ours["country_code"] in (
            REGIONS.get(row["region"]) or (european if row["region"] == "eu" else set())
        ) or (row["region"] == "other" and ours["country_code"] not in known)
        checked["regions"] += 1
        if not agrees:
            disagreements.append((row["hf_org"], ours["country_code"], row["region"]))

    epoch: dict[str, Counter[str]] = defaultdict(Counter)
    for row in _rows(models):
        organization, country = row["Organization"], row["Country (from Organization)"]
        if "," not in organization + country and country:
            epoch[_letters(organization)][codes.get(_letters(country), country)] += 1
    for author, ours in organizations.items():
        theirs = epoch.get(_letters(ours["organization_name"])) or epoch.get(_letters(author))
        if theirs and ours["country_code"] != "unknown":
            checked["countries"] += 1
            country = theirs.most_common(1)[0][0]
            if country != ours["country_code"]:
                disagreements.append((author, ours["country_code"], country))

    click.echo(", ".join(f"{count} {kind}" for kind, count in checked.items()))
    for author, ours, theirs in disagreements:
        click.echo(f"{author}: {ours}, not {theirs} ({EXPLAINED.get(author, 'unexplained')})")
    sys.exit(any(author not in EXPLAINED for author, _, _ in disagreements))


if __name__ == "__main__":
    main()
