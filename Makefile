# uv is used where it is installed, and set up in .uv/ where it is not.
UV := $(shell command -v uv 2>/dev/null || echo .uv/bin/uv)
RUN := $(UV) run --frozen
export PYTHONUTF8 := 1

.PHONY: build setup test lint docs bench clean

build: setup
	$(RUN) python -m quality.seeds
	$(RUN) hugging-carbon ingest sample
	$(RUN) dbt build --quiet
	$(RUN) hugging-carbon summary

setup: .uv-ready
	$(UV) sync --frozen --quiet

.uv-ready:
	@command -v $(UV) >/dev/null || (python3 -m venv .uv && .uv/bin/pip install --quiet uv)

test: setup
	$(RUN) pytest

lint: setup
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) sqlfluff lint models tests/data

docs: setup
	$(RUN) dbt docs generate

bench: setup
	$(RUN) python bench/check_sample.py
	$(RUN) python bench/check_curated.py
	$(RUN) --with pandas python bench/ingest_scale.py
	$(RUN) python bench/crawl.py

clean:
	rm -rf target logs data
