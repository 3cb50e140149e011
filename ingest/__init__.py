"""Brings the outside world into the raw schema: sources land Parquet, load moves it to DuckDB.

Interprets nothing beyond shape; all reasoning is in the dbt models.
"""
