"""Checks on the project's own data, beside those that dbt runs."""
