"""PostgreSQL as Django has it, with transactions whose BEGIN and COMMIT go along with other statements."""
