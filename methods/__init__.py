"""Pure functions that the dbt Python models call: no I/O, no dbt."""
