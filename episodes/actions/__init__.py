"""Every write that touches two tables or needs an audit row: keyword-only, `by=`, atomic."""
