"""The shipped sample: well-known real repositories, described in the Hub's own shapes.

`models/<author>/<name>/` holds `info.json` as the Hub API returns it, and the repository's text
files by their own paths (`README.md`, `config.json`, `unet/config.json`, ...).

What it is and is not:

- Every value is a public fact about that repository (parameters, dimensions, training tokens,
  hardware, hours, stated emissions, dates, downloads). What is not publicly known is absent.
- The cards are not the originals. They are written for this sample in the form of the Hub's card
  template and state those facts, with a link to where each can be read. No author's prose is
  reproduced, and `config.json` holds only the dimensions.
- Downloads and likes, where present, are those of 11 July 2024; `SNAPSHOT_DATE` is the day the
  facts were compiled.

It is a selection, chosen so that every path through the warehouse is walked. Totals over it are
not totals over the Hub.
"""

from datetime import date
from pathlib import Path

MODELS = Path(__file__).parent / "models"
SNAPSHOT_DATE = date(2026, 11, 23)
